//! A JSON object of which only some fields are read: the text of all others stays as it is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// Names with the text of their values, in their order.
#[derive(Debug, Default)]
pub(crate) struct Document(Vec<(String, Box<RawValue>)>);

impl Document {
    /// A field as what it is; `None` where there is none, or another kind of value.
    pub(crate) fn get<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Option<T> {
        let (_, text) = self.0.iter().find(|(own, _)| own == name)?;
        serde_json::from_str(text.get()).ok()
    }

    /// Puts a field where it was, or at the end.
    pub(crate) fn put(&mut self, name: &str, value: &impl Serialize) -> serde_json::Result<()> {
        let value = to_raw_value(value)?;
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, text)) => *text = value,
            None => self.0.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// A list of things that stay as they are; empty where there is none.
    pub(crate) fn list(&self, name: &str) -> Vec<Box<RawValue>> {
        self.get(name).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Document(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
