//! Names of fields, folded as Go folds them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// Reads the key of an object as one of these names; as `None` where it is none
/// of them. A name that is written so goes before one that folds to it.
#[derive(Clone, Copy, Debug)]
pub struct Name(pub &'static [&'static str]);

impl Name {
    fn of(self, key: &str) -> Option<&'static str> {
        let exact = self.0.iter().find(|name| **name == key);
        exact.or_else(|| self.0.iter().find(|name| folds_to(key, name))).copied()
    }
}

/// Whether Go takes a key for a field of this (ASCII) name. Its simple folding
/// knows two letters beyond ASCII that fold into it: the long s and the Kelvin
/// sign. Source: `encoding/json/fold.go`.
pub(crate) fn folds_to(key: &str, name: &str) -> bool {
    let folded = |letter: char| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.eq_ignore_ascii_case(name) || (!key.is_ascii() && key.chars().map(folded).eq(name.chars().map(folded)))
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.of(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_as_for_go() {
        #[track_caller]
        fn check(key: &str, expected: Option<&str>) {
            assert_eq!(Name(&["rootfs", "Links", "os.version"]).of(key), expected, "{key}");
        }
        check("rootfs", Some("rootfs"));
        check("rootfS", Some("rootfs"));
        check("ROOTFS", Some("rootfs"));
        check("rootf\u{17f}", Some("rootfs"));
        check("LIN\u{212a}\u{17f}", Some("Links"));
        check("OS.Version", Some("os.version"));
        check("os_version", None);
        check("rootfs ", None);
        // Full folding would know these, simple folding does not.
        check("L\u{131}nks", None);
        check("root\u{fb01}s", None);
        check("\u{ff32}ootfs", None);
    }
}
