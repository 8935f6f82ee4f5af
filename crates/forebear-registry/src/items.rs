//! What is listed on one page, up to a limit that is looked at while it is read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

/// The most names on one page. Registries that ignore `n` list everything on
/// one.
pub const MAX_ITEMS: usize = 500_000;

/// The items of a list.
#[derive(Debug, PartialEq)]
pub(crate) enum Items<T> {
    All(Vec<T>),
    /// There are more than [`MAX_ITEMS`]; none of them is kept.
    TooMany,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Items<T>, A::Error> {
        let mut items = Vec::new();
        while items.len() < MAX_ITEMS {
            let Some(item) = list.next_element()? else { return Ok(Items::All(items)) };
            items.push(item);
        }
        if list.next_element::<IgnoredAny>()?.is_none() {
            return Ok(Items::All(items));
        }
        drop(items);
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Items::TooMany)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p403_a_page_is_read_up_to_its_limit() {
        let read = |count: usize| {
            let page = format!("[{}1]", "1,".repeat(count - 1));
            match serde_json::from_str::<Items<u8>>(&page).unwrap() {
                Items::All(items) => Some(items.len()),
                Items::TooMany => None,
            }
        };
        assert_eq!(read(MAX_ITEMS), Some(MAX_ITEMS));
        assert_eq!(read(MAX_ITEMS + 1), None);
        assert_eq!(read(MAX_ITEMS * 3), None);
    }
}
