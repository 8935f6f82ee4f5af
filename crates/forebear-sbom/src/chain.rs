//! What is stated: an image, and what it is built on.

use std::collections::BTreeMap;

use forebear_ask::answers::{AncestorAnswer, DeclaredAnswer, ImageAnswer};
use forebear_ask::{LineageAnswer, ParentAnswer};
use forebear_image::{Digest, Timestamp};

use crate::purl::Purl;

/// An image and its ancestors, each with its identifier.
#[derive(Clone, Debug)]
pub struct Chain {
    pub(crate) image: Link,
    /// Nearest first.
    pub(crate) ancestors: Vec<(Link, AncestorAnswer)>,
    pub(crate) declared: Vec<DeclaredAnswer>,
    /// Why there is no parent.
    pub(crate) no_parent: Option<String>,
    /// Start of the last run that the index knows of.
    pub(crate) observed_until: Option<Timestamp>,
}

/// One image, and how it is called in documents.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) image: ImageAnswer,
    pub(crate) purl: Purl,
    /// Unique among those of its chain.
    pub(crate) id: String,
}

impl Chain {
    /// What these two answers about one image say.
    #[must_use]
    pub fn new(parent: ParentAnswer, lineage: LineageAnswer) -> Self {
        let mut taken = BTreeMap::new();
        let image = Link::new(lineage.image, &mut taken);
        let ancestors = lineage.ancestors.into_iter();
        let ancestors = ancestors.map(|own| (Link::new(own.image.clone(), &mut taken), own)).collect();
        let no_parent = parent.no_parent_because.map(|why| why.message);
        Self { image, ancestors, declared: parent.declared, no_parent, observed_until: lineage.observed_until }
    }

    /// 32 hexadecimal digits that stand for all that is stated, in the form of a UUID whose
    /// content is its maker's own (RFC 9562, version 8).
    pub(crate) fn uuid(&self, format: &str) -> String {
        let mut all = format!("{format}\n{:?}\n", self.observed_until.map(|time| time.to_string()));
        for link in std::iter::once(&self.image).chain(self.ancestors.iter().map(|(link, _)| link)) {
            all.push_str(&format!("{} {}\n", link.image.reference, link.id));
        }
        let mut bytes = [0; 16];
        let digest = Digest::sha256(all.as_bytes());
        bytes.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x80;
        *variant = (*variant & 0x3f) | 0x80;
        let hex = hex::encode(bytes);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
    }
}

impl Link {
    fn new(image: ImageAnswer, taken: &mut BTreeMap<String, usize>) -> Self {
        let purl = Purl::of(&image);
        let count = taken.entry(purl.text.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { purl.text.clone() } else { format!("{}#{count}", purl.text) };
        Self { image, purl, id }
    }
}
