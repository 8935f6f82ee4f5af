//! Cells of finished rows, for the text formats.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use serde_json::Value;

/// A cell.
pub(super) enum Shown<'a> {
    Null,
    Text(&'a str),
    /// Numbers, flags and times, as they are written.
    Plain(String),
    List(Vec<Value>),
}

pub(super) fn shown(array: &ArrayRef, row: usize) -> Shown<'_> {
    if array.is_null(row) {
        return Shown::Null;
    }
    match array.data_type() {
        DataType::Utf8 => Shown::Text(array.as_string::<i32>().value(row)),
        DataType::Dictionary(..) => {
            let words = array.as_dictionary::<Int32Type>();
            let key = words.key(row).unwrap_or(0);
            Shown::Text(words.values().as_string::<i32>().value(key))
        }
        DataType::Int64 => Shown::Plain(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Boolean => Shown::Plain(array.as_boolean().value(row).to_string()),
        DataType::Timestamp(..) => time(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(row);
            let one = |at| match shown(&list, at) {
                Shown::Text(text) => Value::String(text.to_owned()),
                Shown::Plain(number) => number.parse::<i64>().map_or(Value::Null, Value::from),
                Shown::Null | Shown::List(_) => Value::Null,
            };
            Shown::List((0..list.len()).map(one).collect())
        }
        _ => Shown::Null,
    }
}

/// RFC 3339 with microseconds.
fn time(micros: i64) -> Shown<'static> {
    jiff::Timestamp::from_microsecond(micros).map_or(Shown::Null, |time| Shown::Plain(format!("{time:.6}")))
}
