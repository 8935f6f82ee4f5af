//! Digests of manifests, indexes, configs and layers, by their beginnings.

use std::collections::BTreeMap;

use forebear_image::Digest;

use super::script::File;

/// Hexadecimal digits that all digests of one file have in common: what has to be typed.
const DIGITS: usize = 3;
/// Digits that are kept: what is typed beyond them is not compared.
const KEPT: usize = 16;

/// What a digest is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A manifest.
    Manifest,
    /// A config.
    Config,
    /// A layer; the page is of the image that it came from.
    Layer,
}

impl Kind {
    fn letter(self) -> &'static str {
        match self {
            Self::Manifest => "m",
            Self::Config => "c",
            Self::Layer => "l",
        }
    }
}

/// Digests with what they lead to.
#[derive(Clone, Debug, Default)]
pub struct Digests(BTreeMap<String, Vec<(String, Kind, String, String)>>);

impl Digests {
    /// Adds one, with the address of its page and the name that is shown.
    pub fn add(&mut self, digest: &Digest, kind: Kind, address: &str, name: &str) {
        let hex = digest.hex();
        let (Some(key), Some(rest)) = (hex.get(..DIGITS), hex.get(DIGITS..KEPT)) else { return };
        let own = self.0.entry(key.to_owned()).or_default();
        own.push((rest.to_owned(), kind, address.to_owned(), name.to_owned()));
    }

    /// Adds all of another.
    pub fn append(&mut self, other: Self) {
        for (key, more) in other.0 {
            self.0.entry(key).or_default().extend(more);
        }
    }

    /// All files: one for each beginning, and one that says which there are.
    #[must_use]
    pub fn files(self) -> Vec<File> {
        let keys: Vec<&String> = self.0.keys().collect();
        let mut files = vec![File::new("d/=", &keys)];
        for (key, mut own) in self.0 {
            own.sort();
            own.dedup_by(|a, b| a.0 == b.0 && a.1 == b.1);
            let rows: Vec<(&str, &str, &str, &str)> = own
                .iter()
                .map(|(rest, kind, address, name)| (rest.as_str(), kind.letter(), address.as_str(), name.as_str()))
                .collect();
            files.push(File::new(&format!("d/{key}"), &rows));
        }
        files
    }
}
