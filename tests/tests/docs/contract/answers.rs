//! Answers held against what the page says of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shapes::{Field, Kind, Shape, Shapes};

/// What was found in answers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Types of which there was one.
    pub(super) types: BTreeSet<String>,
    /// What is not as the page has it.
    pub(super) flaws: BTreeSet<String>,
}

impl Seen {
    /// Looks at a value that should be of a kind.
    pub(super) fn look(&mut self, value: &Value, kind: &Kind, place: &str, shapes: &Shapes) {
        match (shapes.settled(kind), value) {
            (Kind::OrNull(_), Value::Null) => (),
            (Kind::OrNull(inner), value) => self.look(value, inner, place, shapes),
            (Kind::List(inner), Value::Array(list)) => {
                list.iter().for_each(|item| self.look(item, inner, &format!("{place}[]"), shapes));
            }
            (Kind::Map(inner), Value::Object(map)) => {
                map.values().for_each(|item| self.look(item, inner, &format!("{place}.*"), shapes));
            }
            (Kind::Shape(key), value) => self.look_at_shape(value, key, place, shapes),
            (Kind::Any, _) | (Kind::Null, Value::Null) | (Kind::Boolean, Value::Bool(_)) => (),
            (Kind::Number, Value::Number(_)) | (Kind::Text, Value::String(_)) => (),
            (Kind::Time, Value::String(text)) if text.len() >= 20 && text.ends_with('Z') => (),
            (Kind::Digest, Value::String(text)) if text.contains(':') => (),
            // Golden files of what differs from run to run have its kind in its place.
            (Kind::Number, Value::String(text)) if text == "(number)" => (),
            (Kind::Time | Kind::Digest, Value::String(text)) if text == "(text)" => (),
            (kind, value) => _ = self.flaws.insert(format!("{place} is {value}, and should be {kind:?}")),
        }
    }

    fn look_at_shape(&mut self, value: &Value, key: &str, place: &str, shapes: &Shapes) {
        self.types.insert(key.to_owned());
        match (shapes.get(key), value) {
            (Shape::Object(fields), value) => self.look_at_fields(value, fields, place, shapes),
            (Shape::Words(words), Value::String(word)) => {
                if !shapes.words(words).iter().any(|(known, _, fields)| known == word && fields.is_empty()) {
                    self.flaws.insert(format!("{place} is '{word}', which {key} does not have"));
                }
            }
            (Shape::Words(words), Value::Object(map)) if map.len() == 1 => {
                for (word, value) in map {
                    match shapes.words(words).into_iter().find(|(known, ..)| known == word) {
                        Some((_, _, fields)) => self.look_at_fields(value, fields, &format!("{place}.{word}"), shapes),
                        None => _ = self.flaws.insert(format!("{place} is '{word}', which {key} does not have")),
                    }
                }
            }
            (Shape::Words(_) | Shape::Value(_), value) => _ = self.flaws.insert(format!("{place} is {value}")),
        }
    }

    fn look_at_fields(&mut self, value: &Value, fields: &[Field], place: &str, shapes: &Shapes) {
        let Value::Object(object) = value else {
            self.flaws.insert(format!("{place} is {value}, and should be an object"));
            return;
        };
        self.types
            .extend(fields.iter().filter(|field| field.flat).filter_map(|field| field.kind.shape()).map(str::to_owned));
        let fields = shapes.fields(fields);
        for field in &fields {
            match object.get(&field.name) {
                Some(value) => self.look(value, &field.kind, &format!("{place}.{}", field.name), shapes),
                None => _ = self.flaws.insert(format!("{place}.{} is on the page, and not in the answer", field.name)),
            }
        }
        for name in object.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
            self.flaws.insert(format!("{place}.{name} is in the answer, and not on the page"));
        }
    }
}
