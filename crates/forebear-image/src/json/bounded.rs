//! Lists and maps that stop at their limit while they are read: a megabyte of
//! `{},{},…` never becomes as many structures.

use std::collections::BTreeSet;

use serde::de::{MapAccess, SeqAccess};

use crate::annotations::Annotations;

use super::found::Found;
use super::read::{Drain, Read, Value};

/// A list of at most `MOST` entries. One of which an entry is something else is
/// something else: what an entry means hangs on those beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T, const MOST: usize>(pub Vec<T>);

impl<T, const MOST: usize> Default for List<T, MOST> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Read, const MOST: usize> Read for List<T, MOST> {
    const CALLED: &'static str = "a list";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let read = up_to(list, MOST, &Share::ANY)?;
        Ok(read.map_or_else(Value::Odd, |entries| Value::Read(Self(entries))))
    }
}

/// What the entries of a list may have of something, all together.
pub(crate) struct Share<T> {
    /// How much.
    pub(crate) most: usize,
    /// How much one has.
    pub(crate) of: fn(&T) -> usize,
    /// What the list is that has more: how much was read, how much is allowed.
    pub(crate) more: fn(usize, usize) -> Found,
}

impl<T> Share<T> {
    /// As much as they have.
    const ANY: Self = Self { most: usize::MAX, of: |_| 0, more: |_, _| Found::List };
}

/// Reads a list of at most `most` entries, which have at most their share of
/// something, to its end. What is too much, or something else, is dropped at once
/// and told.
pub(crate) fn up_to<'de, A: SeqAccess<'de>, T: Read>(
    mut list: A,
    most: usize,
    share: &Share<T>,
) -> Result<Result<Vec<T>, Found>, A::Error> {
    let (mut read, mut had) = (Vec::new(), 0_usize);
    while read.len() < most {
        let Some(entry) = list.next_element::<Value<T>>()? else { return Ok(Ok(read)) };
        let refused = match entry.or_found() {
            Ok(entry) => {
                had = had.saturating_add((share.of)(&entry));
                if had <= share.most {
                    read.push(entry);
                    continue;
                }
                (share.more)(had, share.most)
            }
            Err(found) => Found::ListWith(Box::new(found)),
        };
        drop(read);
        drained(&mut list)?;
        return Ok(Err(refused));
    }
    match drained(&mut list)? {
        0 => Ok(Ok(read)),
        more => Ok(Err(Found::LongList { count: most + more, limit: most })),
    }
}

/// Steps over the rest of a list. How much that was.
fn drained<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<usize, A::Error> {
    let mut count = 0;
    while list.next_element::<Drain>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// A command of at most `MOST` words: a list of texts, or one text. Docker reads
/// both (moby `api/types/strslice`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany<const MOST: usize>(pub Vec<String>);

impl<const MOST: usize> Read for OneOrMany<MOST> {
    const CALLED: &'static str = "a text or a list of texts";

    fn text(text: &str) -> Option<Self> {
        Some(Self(vec![text.to_owned()]))
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let read = up_to(list, MOST, &Share::ANY)?;
        Ok(read.map_or_else(Value::Odd, |words| Value::Read(Self(words))))
    }
}

/// At most `MOST` labels or annotations. A value that is no text is left out,
/// those beside it are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts<const MOST: usize> {
    /// Those that are.
    pub texts: Annotations,
    /// Whether some are not.
    pub left_out: bool,
}

impl<const MOST: usize> Read for Texts<MOST> {
    const CALLED: &'static str = "an object of texts";

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        let mut read = Self::default();
        while let Some((key, value)) = object.next_entry::<String, Value<String>>()? {
            match value.or_found() {
                Ok(_) if read.texts.len() == MOST && !read.texts.contains_key(&key) => {
                    drop(read);
                    return too_large(object, MOST);
                }
                // The last one counts.
                Ok(text) => _ = read.texts.insert(key, text),
                Err(_) => {
                    read.texts.remove(&key);
                    read.left_out = true;
                }
            }
        }
        Ok(Value::Read(read))
    }
}

/// At most `MOST` keys of an object whose values say nothing: volumes, ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys<const MOST: usize>(pub BTreeSet<String>);

impl<const MOST: usize> Read for Keys<MOST> {
    const CALLED: &'static str = "an object";

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        let mut read = Self::default();
        while let Some((key, Drain)) = object.next_entry::<String, Drain>()? {
            if read.0.len() == MOST && !read.0.contains(&key) {
                drop(read);
                return too_large(object, MOST);
            }
            read.0.insert(key);
        }
        Ok(Value::Read(read))
    }
}

/// Steps over the rest of an object that has more than is read.
fn too_large<'de, A: MapAccess<'de>, T>(mut object: A, limit: usize) -> Result<Value<T>, A::Error> {
    while object.next_entry::<Drain, Drain>()?.is_some() {}
    Ok(Value::Odd(Found::LargeObject { limit }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn p401_a_list_or_a_map_is_read_up_to_its_limit() {
        #[track_caller]
        fn check<T: Read + std::fmt::Debug>(document: &str, expected: Result<(), &str>) {
            let read: Value<T> = json::from_slice(document.as_bytes()).unwrap();
            let read = read.or_found().map(|_| ()).map_err(|found| found.to_string());
            assert_eq!(read.as_ref().map_err(String::as_str).copied(), expected, "{document}");
        }
        check::<List<String, 2>>(r#"["a","b"]"#, Ok(()));
        check::<List<String, 2>>(r#"["a","b",["c"],"d"]"#, Err("a list of 4 entries, more than the 2 that are read"));
        check::<List<String, 2>>(r#"["a",1,"c","d"]"#, Err("a list with the number 1 in it"));
        check::<List<String, 0>>("[]", Ok(()));
        check::<OneOrMany<1>>(r#"["a"]"#, Ok(()));
        check::<OneOrMany<1>>(r#"["a",""]"#, Err("a list of 2 entries, more than the 1 that are read"));
        check::<Texts<1>>(r#"{"a":"b"}"#, Ok(()));
        // One name is one entry, however often it stands there.
        check::<Texts<1>>(
            r#"{"a":"b","a":"c","d":null,"d":1}"#,
            Err("an object of more than the 1 keys that are read"),
        );
        check::<Texts<1>>(r#"{"a":"b","a":"c","d":1}"#, Ok(()));
        check::<Keys<1>>(r#"{"a":{},"a":[{}]}"#, Ok(()));
        check::<Keys<1>>(r#"{"a":{},"b":[{}],"c":1}"#, Err("an object of more than the 1 keys that are read"));
    }

    #[test]
    fn p401_text_is_counted_while_a_list_is_read() {
        struct Words(usize);
        #[derive(Debug, Default)]
        struct Three(Vec<String>);
        impl Read for Three {
            const CALLED: &'static str = "words";
            fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
                let share = Share { most: 3, of: String::len, more: |_, limit| Found::WordyList { limit } };
                let read = up_to(list, 9, &share)?;
                Ok(read.map_or_else(Value::Odd, |words| Value::Read(Self(words))))
            }
        }
        for (document, words) in [(r#"["a","bc"]"#, Ok(Words(2))), (r#"["a","bc","d"]"#, Err("3 bytes"))] {
            let read: Value<Three> = json::from_slice(document.as_bytes()).unwrap();
            match (read.or_found(), words) {
                (Ok(read), Ok(words)) => assert_eq!(read.0.len(), words.0),
                (Err(found), Err(words)) => assert!(found.to_string().contains(words), "{found}"),
                (read, _) => panic!("{document}: {read:?}"),
            }
        }
    }
}
