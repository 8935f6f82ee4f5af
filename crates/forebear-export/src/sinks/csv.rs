//! CSV by RFC 4180: null is empty, empty text is `""`, lists are JSON.

use std::io::Write as _;
use std::path::Path;

use arrow_array::RecordBatch;

use super::layout::Layout;
use super::value::{Shown, shown};
use crate::error::ExportError;
use crate::hashed::{HashedFile, Written};
use crate::sink::Sink;

pub(super) struct CsvFile {
    file: HashedFile,
    safe: bool,
}

impl CsvFile {
    pub(super) fn create(path: &Path, layout: &Layout<'_>, safe: bool) -> Result<Self, ExportError> {
        let mut file = HashedFile::create(path)?;
        let names: Vec<&str> = layout.columns.iter().map(|column| column.name).collect();
        let header = file.write_all(format!("{}\r\n", names.join(",")).as_bytes());
        header.map_err(ExportError::write(path))?;
        Ok(Self { file, safe })
    }
}

impl Sink for CsvFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for (at, array) in batch.columns().iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                match shown(array, row) {
                    Shown::Null => {}
                    Shown::Text(cell) => write_cell(&mut text, cell, self.safe),
                    Shown::Plain(cell) => text.push_str(&cell),
                    Shown::List(cells) => write_cell(&mut text, &serde_json::Value::from(cells).to_string(), false),
                }
            }
            text.push_str("\r\n");
        }
        let written = self.file.write_all(text.as_bytes());
        written.map_err(ExportError::write(self.file.path()))
    }

    fn finish(mut self: Box<Self>) -> Result<Written, ExportError> {
        self.file.finish()
    }
}

/// A text, in quotes where a reader could take it for something else.
fn write_cell(out: &mut String, cell: &str, safe: bool) {
    let is_formula = safe && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let special = |letter: char| matches!(letter, '"' | ',') || letter.is_control();
    let quoted = cell.is_empty() || cell.contains(special) || cell.starts_with(' ') || cell.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if is_formula {
        out.push('\'');
    }
    if cell.contains('"') {
        out.push_str(&cell.replace('"', "\"\""));
    } else {
        out.push_str(cell);
    }
    if quoted {
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p603_cells_are_read_as_they_were() {
        for (cell, safe, expected) in [
            ("", false, "\"\""),
            ("a", false, "a"),
            ("a,b", false, "\"a,b\""),
            ("a\"b", false, "\"a\"\"b\""),
            ("a\r\nb\u{1}", false, "\"a\r\nb\u{1}\""),
            ("=1+1", false, "=1+1"),
            ("=1+1", true, "'=1+1"),
            ("\u{202e}x", false, "\u{202e}x"),
        ] {
            let mut out = String::new();
            write_cell(&mut out, cell, safe);
            assert_eq!(out, expected, "{cell:?}");
        }
    }
}
