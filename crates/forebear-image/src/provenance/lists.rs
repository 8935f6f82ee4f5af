//! The two lists of a statement, read entry by entry: a list of millions costs
//! no more memory than what is kept of it.

use serde::de::{Error as _, SeqAccess};

use crate::declared::Declared;
use crate::digest::{Digest, ManifestDigest};
use crate::json::{self, Drain, Field, Found, Noted, Read, Texts, Value};
use crate::limits::{MAX_ALGORITHMS, MAX_MATERIALS, MAX_SUBJECTS};

use super::material;

json::object! {
    /// A resource as both lists describe it (in-toto `resource_descriptor.md`).
    struct Resource {
        uri: String = "uri",
        digest: Texts<MAX_ALGORITHMS> = "digest",
    }
}

/// What a statement is about: each digest once.
#[derive(Default)]
pub(super) struct Subjects(pub(super) Vec<ManifestDigest>);

/// The images among what a build read: each once.
#[derive(Default)]
pub(super) struct Images(pub(super) Vec<Declared>);

impl Read for Subjects {
    const CALLED: &'static str = "a list of subjects";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let read = |resource: Resource| digest_of(resource.digest).map(ManifestDigest);
        Ok(distinct(list, ("subjects", MAX_SUBJECTS), read)?.map_or_else(Value::Odd, |read| Value::Read(Self(read))))
    }
}

impl Read for Images {
    const CALLED: &'static str = "a list of images";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let read = |resource: Resource| {
            let digest = digest_of(resource.digest);
            material::image(resource.uri.or_note(&mut Noted::new())?.as_str(), digest)
        };
        Ok(distinct(list, ("images", MAX_MATERIALS), read)?.map_or_else(Value::Odd, |read| Value::Read(Self(read))))
    }
}

/// Keeps what is made of each entry, once.
fn distinct<'de, A: SeqAccess<'de>, T: PartialEq>(
    mut entries: A,
    (what, limit): (&str, usize),
    read: impl Fn(Resource) -> Option<T>,
) -> Result<Result<Vec<T>, Found>, A::Error> {
    let mut kept = Vec::new();
    while let Some(entry) = entries.next_element::<Value<Resource>>()? {
        let resource = match entry.or_found() {
            Ok(resource) => resource,
            Err(found) => {
                while entries.next_element::<Drain>()?.is_some() {}
                return Ok(Err(Found::ListWith(Box::new(found))));
            }
        };
        let Some(made) = read(resource).filter(|made| !kept.contains(made)) else { continue };
        if kept.len() == limit {
            return Err(A::Error::custom(format!("more than {limit} {what}")));
        }
        kept.push(made);
    }
    Ok(Ok(kept))
}

/// A digest as in-toto writes it: algorithm to hex.
fn digest_of(field: Field<Texts<MAX_ALGORITHMS>>) -> Option<Digest> {
    let set = field.texts_or_note(&mut Noted::new());
    let of = |algorithm: &str| format!("{algorithm}:{}", set.get(algorithm)?.to_ascii_lowercase()).parse().ok();
    of("sha256").or_else(|| of("sha512"))
}
