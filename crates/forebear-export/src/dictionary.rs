//! The data dictionary: every table and column, made from what the tables say of themselves.

use std::fmt::Write as _;

use crate::column::Kind;
use crate::tables::TABLES;

/// `data/DICTIONARY.md`.
#[must_use]
pub fn dictionary() -> String {
    let mut out = String::from(
        "# Data dictionary\n\nThe tables of `forebear export`. Made from the program; a test holds the two together.\n\n\
         Digests are `sha256:…` text, times are UTC, sizes are bytes, names are canonical\n\
         (`docker.io/library/alpine`). In CSV, null is an empty cell without quotes and lists are JSON.\n",
    );
    for table in TABLES {
        let columns = table.columns();
        let sorted: Vec<&str> = columns.iter().take(table.sorted_by()).map(|column| column.name).collect();
        _ = write!(
            out,
            "\n## {}\n\nA row is {}. Sorted by {}.\n\n| column | type | meaning | null |\n|---|---|---|---|\n",
            table.name(),
            table.row(),
            sorted.join(", ")
        );
        for column in columns {
            let null = column.null.unwrap_or("never");
            _ = writeln!(out, "| `{}` | {} | {} | {null} |", column.name, word(column.kind), column.meaning);
        }
    }
    out
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Word => "text, one of few",
        Kind::Digest => "digest",
        Kind::Number => "64-bit integer",
        Kind::Flag => "boolean",
        Kind::Time => "timestamp, µs UTC",
        Kind::Texts => "list of texts",
    }
}
