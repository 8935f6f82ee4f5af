//! Digests of manifests, indexes, configs and layers, by their beginnings.

use forebear_image::Digest;

use super::script::File;

/// Hexadecimal digits that all digests of one file have in common: what has to be typed.
const DIGITS: usize = 3;
/// Digits that are kept, which are a `u64`: what is typed beyond them is not compared.
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

/// What a digest begins with, whatever it is of, and where among the pages what it leads to is.
#[derive(Clone, Copy, Debug)]
struct Found {
    begins: u64,
    kind: Kind,
    page: u32,
}

/// Digests with what they lead to: many lead to one page, which is held once.
#[derive(Clone, Debug, Default)]
pub struct Digests {
    found: Vec<Found>,
    /// Addresses, and the names that are shown.
    pages: Vec<(String, String)>,
}

impl Digests {
    /// Adds all that lead to a page, with its address and the name that is shown.
    pub fn add<'a>(&mut self, digests: impl IntoIterator<Item = (&'a Digest, Kind)>, address: &str, name: &str) {
        let Ok(page) = u32::try_from(self.pages.len()) else { return };
        let begins = |digest: &Digest| digest.as_bytes().first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
        let found =
            digests.into_iter().filter_map(|(digest, kind)| Some(Found { begins: begins(digest)?, kind, page }));
        self.found.extend(found);
        self.pages.push((address.to_owned(), name.to_owned()));
    }

    /// Adds all of another.
    pub fn append(&mut self, other: Self) {
        let Ok(before) = u32::try_from(self.pages.len()) else { return };
        let moved = other.found.into_iter().map(|own| Found { page: own.page.saturating_add(before), ..own });
        self.found.extend(moved);
        self.pages.extend(other.pages);
    }

    /// All files: one that says which there are, and one for each beginning.
    pub fn files(mut self) -> impl Iterator<Item = File> {
        let Self { found, pages } = &mut self;
        found.sort_unstable_by_key(|own| (own.begins, own.kind, pages.get(own.page as usize)));
        found.dedup_by_key(|own| (own.begins, own.kind));
        let mut keys: Vec<u64> = found.iter().map(Found::key).collect();
        keys.dedup();
        let first = File::new("d/=", &keys.iter().map(|key| text_of(*key)).collect::<Vec<_>>());
        std::iter::once(first).chain(keys.into_iter().map(move |key| self.file(key)))
    }

    fn file(&self, key: u64) -> File {
        let from = self.found.partition_point(|own| own.key() < key);
        let own = self.found.iter().skip(from).take_while(|own| own.key() == key);
        let rows = own.filter_map(|own| {
            let (address, name) = self.pages.get(own.page as usize)?;
            Some((own.rest(), own.kind.letter(), address, name))
        });
        File::new(&format!("d/{}", text_of(key)), &rows.collect::<Vec<_>>())
    }
}

impl Found {
    /// The digits that its file is named by.
    fn key(&self) -> u64 {
        self.begins >> (4 * (KEPT - DIGITS))
    }

    /// The others that are kept.
    fn rest(&self) -> String {
        let width = KEPT - DIGITS;
        format!("{:0width$x}", self.begins & ((1 << (4 * width)) - 1))
    }
}

fn text_of(key: u64) -> String {
    format!("{key:0DIGITS$x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it came apart or together, once for what leads to the same, the first page by its address.
    #[test]
    fn p836_digests_lead_to_their_pages() {
        let digest =
            |begins: &str| format!("sha256:{begins}{}", "0".repeat(64 - begins.len())).parse::<Digest>().unwrap();
        let (one, two, near) = (digest("abc"), digest("0120000000000001"), digest("abc0000000000001"));
        let mut all = Digests::default();
        all.add([(&one, Kind::Layer), (&two, Kind::Config)], "image/b.html", "b:1");
        let mut more = Digests::default();
        more.add([(&one, Kind::Layer), (&near, Kind::Manifest)], "image/a.html", "a:1");
        all.append(more);
        let files: Vec<String> = all.files().map(|file| format!("{} {}", file.address, file.text.trim())).collect();
        assert_eq!(
            files,
            [
                r#"search/d/=.js forebear.take("d/=",["012","abc"])"#,
                r#"search/d/012.js forebear.take("d/012",[["0000000000001","c","image/b.html","b:1"]])"#,
                r#"search/d/abc.js forebear.take("d/abc",[["0000000000000","l","image/a.html","a:1"],["0000000000001","m","image/a.html","a:1"]])"#,
            ]
        );
    }
}
