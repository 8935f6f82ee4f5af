//! JSON Lines: an object a row, with every column.

use std::io::Write as _;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use serde_json::{Map, Value};

use super::value::{Shown, shown};
use crate::error::ExportError;
use crate::hashed::{HashedFile, Written};
use crate::sink::Sink;

pub(super) struct JsonLinesFile {
    file: HashedFile,
}

impl JsonLinesFile {
    pub(super) fn create(path: &Path) -> Result<Self, ExportError> {
        Ok(Self { file: HashedFile::create(path)? })
    }
}

impl Sink for JsonLinesFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        let schema = batch.schema();
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            let mut object = Map::new();
            for (field, array) in schema.fields().iter().zip(batch.columns()) {
                let value = match shown(array, row) {
                    Shown::Null => Value::Null,
                    Shown::Text(cell) => Value::from(cell),
                    Shown::List(cells) => Value::from(cells),
                    Shown::Plain(cell) => match field.data_type() {
                        DataType::Int64 => cell.parse::<i64>().map_or(Value::Null, Value::from),
                        DataType::Boolean => Value::Bool(cell == "true"),
                        _ => Value::from(cell),
                    },
                };
                object.insert(field.name().clone(), value);
            }
            text.push_str(&Value::Object(object).to_string());
            text.push('\n');
        }
        let written = self.file.write_all(text.as_bytes());
        written.map_err(ExportError::write(self.file.path()))
    }

    fn finish(mut self: Box<Self>) -> Result<Written, ExportError> {
        self.file.finish()
    }
}
