//! The data dictionary: every table and column, made from what the tables say of themselves.

use std::fmt::Write as _;

use crate::column::Kind;
use crate::table::Table;
use crate::tables::TABLES;

const HEAD: &str = "\
# Data dictionary

The tables of `forebear export`. Made from the program; a test holds the two together.

Digests are `sha256:…` text, times are UTC, sizes are bytes, names are canonical
(`docker.io/library/alpine`). In CSV, null is an empty cell without quotes, an empty text is `\"\"`,
and lists are JSON. What the words of `evidence`, `agreement`, `freshness` and the like mean is at the [end](#values).

Where a column's cells come from:

| source | means |
|---|---|
| crawl | what the crawls saw of a registry's lists and tags; its times are the starts of runs |
| registry | what a registry tells of a repository beside its tags, in the words of the registry |
| manifest, index, config | the document of that name, as it was fetched and checked against its digest |
| attestation | what a builder says that it read, in a statement beside the image |
| derived | worked out by forebear from the others; a later version may know better |
";

/// What the words of columns mean. Its tables are made of the doc comments of the enums that have the
/// words, as those of `docs/contract.md` are; a test holds the two together.
const VALUES: &str = include_str!("values.md");

/// `data/DICTIONARY.md`.
#[must_use]
pub fn dictionary() -> String {
    let mut out = HEAD.to_owned();
    for table in &TABLES {
        head(&mut out, *table);
        for column in table.columns() {
            let (unit, null) = (column.unit().unwrap_or("–"), column.null.unwrap_or("never"));
            let (kind, source) = (word(column.kind), column.source());
            _ = writeln!(out, "| `{}` | {kind} | {} | {unit} | {source} | {null} |", column.name, column.meaning);
        }
    }
    out.push('\n');
    // What says where a table of words is from is for the test alone.
    for line in VALUES.lines().filter(|line| !line.starts_with("<!-- ")) {
        _ = writeln!(out, "{line}");
    }
    out
}

/// What is said of a table before its columns.
fn head(out: &mut String, table: &dyn Table) {
    let sorted: Vec<&str> = table.columns().iter().take(table.sorted_by()).map(|column| column.name).collect();
    let (name, row, key, sorted) = (table.name(), table.row(), table.key().join(", "), sorted.join(", "));
    _ = writeln!(out, "\n## {name}\n\nA row is {row}. Key: {key}. Sorted by {sorted}.\n");
    if !table.note().is_empty() {
        _ = writeln!(out, "{}\n", table.note());
    }
    out.push_str("| column | type | meaning | unit | source | null |\n|---|---|---|---|---|---|\n");
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Word => "text, one of few",
        Kind::Digest => "digest",
        Kind::Number(_) => "64-bit integer",
        Kind::Flag => "boolean",
        Kind::Time => "timestamp",
        Kind::Texts => "list of texts",
    }
}
