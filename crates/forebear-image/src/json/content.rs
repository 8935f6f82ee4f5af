//! Whether two documents say the same, whatever blanks and escapes they are
//! written with, without either of them in memory as values.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use sha2::{Digest as _, Sha256};

use super::mend::readable;
use super::turn::turn;

/// SHA-256 of what a document says, in its order; without the fields of its
/// outermost object that are called `without`.
///
/// # Errors
/// Where it is no JSON.
pub(crate) fn content(bytes: &[u8], without: Option<&str>) -> Result<[u8; 32], serde_json::Error> {
    let _turn = turn(bytes.len());
    let text = readable(bytes);
    let mut hash = Sha256::new();
    let mut reader = serde_json::Deserializer::from_slice(&text);
    Said { hash: &mut hash, without }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(hash.finalize().into())
}

/// Hashes a value: its kind, then what it says; of texts their length before.
struct Said<'a> {
    hash: &'a mut Sha256,
    without: Option<&'a str>,
}

impl Said<'_> {
    fn put(&mut self, kind: u8, content: &[u8]) {
        self.hash.update([kind]);
        self.hash.update((content.len() as u64).to_le_bytes());
        self.hash.update(content);
    }

    fn inner(&mut self) -> Said<'_> {
        Said { hash: self.hash, without: None }
    }
}

impl<'de> DeserializeSeed<'de> for Said<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Said<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.put(b'0', &[]);
        Ok(())
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.put(b'b', &[u8::from(value)]);
        Ok(())
    }

    fn visit_u64<E: Error>(mut self, number: u64) -> Result<(), E> {
        self.put(b'u', &number.to_le_bytes());
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, number: i64) -> Result<(), E> {
        self.put(b'i', &number.to_le_bytes());
        Ok(())
    }

    fn visit_f64<E: Error>(mut self, number: f64) -> Result<(), E> {
        self.put(b'f', &number.to_le_bytes());
        Ok(())
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<(), E> {
        self.put(b's', text.as_bytes());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        self.put(b'[', &[]);
        while list.next_element_seed(self.inner())?.is_some() {}
        self.put(b']', &[]);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        self.put(b'{', &[]);
        while let Some(key) = object.next_key::<String>()? {
            if self.without == Some(key.as_str()) {
                object.next_value::<serde::de::IgnoredAny>()?;
                continue;
            }
            self.put(b'k', key.as_bytes());
            object.next_value_seed(self.inner())?;
        }
        self.put(b'}', &[]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p402_documents_that_say_the_same() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            let [one, other] = [one, other].map(|text| content(text.as_bytes(), Some("x")).unwrap());
            assert_eq!(one == other, expected);
        }
        check(r#"{"a":[1,-1,1.5,true,null,"b"]}"#, "{ \"\\u0061\" : [1, -1, 1.5, true, null, \"\\u0062\"] }", true);
        check(r#"{"a":1,"x":[{}]}"#, r#"{"a":1}"#, true);
        // Inside, the name means nothing.
        check(r#"{"a":{"x":1}}"#, r#"{"a":{}}"#, false);
        check(r#"{"a":1,"a":2}"#, r#"{"a":2}"#, false);
        check("[[],1]", "[[1]]", false);
        check(r#"["ab","c"]"#, r#"["a","bc"]"#, false);
        check("[1]", r#"["1"]"#, false);
        check("1", "1.0", false);
    }
}
