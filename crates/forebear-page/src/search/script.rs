//! Files of the search.

use serde::Serialize;

use crate::address::encoded;

/// A file, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its address.
    pub address: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// A file that hands `content` over under the name `key`.
    pub(super) fn new(key: &str, content: &impl Serialize) -> Self {
        let (key_text, content) = (quoted(&key), quoted(content));
        Self { address: format!("search/{key}.js"), text: format!("forebear.take({key_text},{content})\n") }
    }
}

fn quoted(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// The tags of a repository, newest first, each with the address of what it leads to.
#[must_use]
pub fn tags(repository: &str, all: &[(String, String)]) -> File {
    File::new(&format!("t/{}", encoded(repository)), &all)
}
