//! The data dictionary: every table and column, made from what the tables say of themselves.

use std::fmt::Write as _;

use crate::column::Kind;
use crate::tables::TABLES;

const HEAD: &str = "\
# Data dictionary

The tables of `forebear export`. Made from the program; a test holds the two together.

Digests are `sha256:…` text, times are UTC, sizes are bytes, names are canonical
(`docker.io/library/alpine`). In CSV, null is an empty cell without quotes, an empty text is `\"\"`,
and lists are JSON.

Where a column's cells come from:

| source | means |
|---|---|
| crawl | what the crawls saw of a registry's lists and tags; its times are the starts of runs |
| registry | what a registry tells of a repository beside its tags, in the words of the registry |
| manifest, index, config | the document of that name, as it was fetched and checked against its digest |
| attestation | what a builder says that it read, in a statement beside the image |
| derived | worked out by forebear from the others; a later version may know better |
";

/// `data/DICTIONARY.md`.
#[must_use]
pub fn dictionary() -> String {
    let mut out = HEAD.to_owned();
    for table in TABLES {
        let columns = table.columns();
        let sorted: Vec<&str> = columns.iter().take(table.sorted_by()).map(|column| column.name).collect();
        _ = write!(
            out,
            "\n## {}\n\nA row is {}. Sorted by {}.\n\n| column | type | meaning | unit | source | null |\n|---|---|---|---|---|---|\n",
            table.name(),
            table.row(),
            sorted.join(", ")
        );
        for column in columns {
            let (unit, null) = (column.unit().unwrap_or("–"), column.null.unwrap_or("never"));
            let (kind, source) = (word(column.kind), column.source());
            _ = writeln!(out, "| `{}` | {kind} | {} | {unit} | {source} | {null} |", column.name, column.meaning);
        }
    }
    out
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
