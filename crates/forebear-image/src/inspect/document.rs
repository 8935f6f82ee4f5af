//! A document as tools print it: an object, or a list of them.

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::error::InspectError;
use super::tool::Tool;
use crate::json::{self, Read, Value};

/// More fields than any tool prints at one level.
const MAX_FIELDS: usize = 512;
/// The objects of a list that are looked at.
const MAX_LISTED: usize = 512;

/// What a tool printed: one object or several.
#[derive(Debug)]
pub(super) struct Documents {
    pub(super) listed: Vec<Object>,
    /// All that there are.
    pub(super) count: usize,
}

/// An object, its fields still as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    text: String,
    fields: Vec<(String, Box<RawValue>)>,
}

impl Documents {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, InspectError> {
        let not_json = |error: serde_json::Error| InspectError::NotJson(json::shown(&error));
        let whole: Box<RawValue> = json::from_slice(bytes).map_err(not_json)?;
        if !whole.get().starts_with('[') {
            return Ok(Self { listed: vec![Object::of(&whole).ok_or(InspectError::Unknown)?], count: 1 });
        }
        let Beginning { listed, count } = json::from_slice(whole.get().as_bytes()).map_err(not_json)?;
        if count == 0 {
            return Err(InspectError::Nothing);
        }
        let listed: Option<Vec<Object>> = listed.iter().map(|raw| Object::of(raw)).collect();
        Ok(Self { listed: listed.ok_or(InspectError::Unknown)?, count })
    }

    /// The object, where it is the only one: the same image listed twice is one.
    pub(super) fn one(&self) -> Result<&Object, InspectError> {
        let first = self.listed.first().ok_or(InspectError::Nothing)?;
        let id = |object: &Object| object.text_of("Id");
        let same = |other: &Object| other.text == first.text || (id(other).is_some() && id(other) == id(first));
        let all_there = self.count == self.listed.len();
        if all_there && self.listed.iter().all(same) { Ok(first) } else { Err(InspectError::Several(self.count)) }
    }
}

impl Object {
    /// `None` for what is no object.
    pub(super) fn of(raw: &RawValue) -> Option<Self> {
        if !raw.get().starts_with('{') {
            return None;
        }
        let Fields(fields) = json::from_slice(raw.get().as_bytes()).ok()?;
        Some(Self { text: raw.get().to_owned(), fields })
    }

    /// As it stands in the document.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| name.as_str())
    }

    /// A field that is there and not null, its name in any case.
    pub(super) fn get(&self, name: &str) -> Option<&RawValue> {
        let field = self.fields.iter().find(|(own, _)| json::folds_to(own, name))?;
        Some(&*field.1).filter(|raw| raw.get() != "null")
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A field that is there, null or not, its name in any case.
    pub(super) fn names_field(&self, name: &str) -> bool {
        self.names().any(|own| json::folds_to(own, name))
    }

    /// A field that is an object.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::of(self.get(name)?)
    }

    /// A field that is a text that is not empty.
    pub(super) fn text_of(&self, name: &str) -> Option<String> {
        self.value::<String>(name).filter(|text| !text.is_empty())
    }

    /// A field of any type; `None` where it is of another.
    pub(super) fn value<T: Read>(&self, name: &str) -> Option<T> {
        match json::from_slice(self.get(name)?.get().as_bytes()) {
            Ok(Value::Read(value)) => Some(value),
            Ok(Value::Null | Value::Odd(_)) | Err(_) => None,
        }
    }

    /// The whole as a tool's structure.
    pub(super) fn read<T: Read>(&self, tool: Tool) -> Result<T, InspectError> {
        let malformed = |reason: String| InspectError::Malformed { tool, reason };
        let read: Value<T> = json::from_slice(self.text.as_bytes()).map_err(|error| malformed(json::shown(&error)))?;
        read.or_found().map_err(|found| malformed(format!("it is {found}")))
    }
}

/// The fields of an object, the first [`MAX_FIELDS`].
struct Fields(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while fields.len() < MAX_FIELDS {
                    let Some(field) = map.next_entry()? else { return Ok(Fields(fields)) };
                    fields.push(field);
                }
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// The first [`MAX_LISTED`] of a list, and how many there are.
struct Beginning {
    listed: Vec<Box<RawValue>>,
    count: usize,
}

impl<'de> Deserialize<'de> for Beginning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Beginning;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Beginning, A::Error> {
                let (mut listed, mut count) = (Vec::new(), 0);
                while count < MAX_LISTED {
                    let Some(raw) = seq.next_element()? else { return Ok(Beginning { listed, count }) };
                    listed.push(raw);
                    count += 1;
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Beginning { listed, count })
            }
        }

        deserializer.deserialize_seq(List)
    }
}
