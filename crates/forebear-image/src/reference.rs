//! Image references: `[registry/]repository[:tag][@digest]`.
//!
//! Grammar: distribution `reference/reference.go`; the short forms follow
//! Docker: `alpine` is `docker.io/library/alpine:latest`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::digest::ManifestDigest;
use crate::registry_name::RegistryName;

const MAX_NAME: usize = 255;
const MAX_TAG: usize = 128;

/// A repository on a registry: `docker.io/library/alpine`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RepositoryName {
    /// The registry.
    pub registry: RegistryName,
    /// Path on the registry: `library/alpine`.
    pub path: String,
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.path)
    }
}

/// A parsed reference. At least one of tag and digest is set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// Where it points to.
    pub repository: RepositoryName,
    /// The tag; `latest` where the text named neither tag nor digest.
    pub tag: Option<String>,
    /// The digest, which wins over the tag.
    pub digest: Option<ManifestDigest>,
    /// Whether the text itself named a registry. Only a reference that did not
    /// may fall back to another registry's repository of that name.
    pub registry_was_named: bool,
}

/// Why a text is not a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not an image reference: {reason}")]
pub struct ReferenceError {
    text: String,
    reason: String,
}

impl Reference {
    /// The form a registry is asked by: the digest if there is one.
    #[must_use]
    pub fn tag_or_digest(&self) -> String {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, Some(tag)) => tag.clone(),
            (None, None) => "latest".to_owned(),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        let fail = |reason: &str| ReferenceError { text: text.chars().take(150).collect(), reason: reason.to_owned() };
        if text.is_empty() {
            return Err(fail("it is empty"));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                let digest = digest.parse().map_err(|e: crate::digest::DigestError| fail(&e.to_string()))?;
                (rest, Some(digest))
            }
            None => (text, None),
        };
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let last = rest.get(slash..).unwrap_or_default();
        let (name, tag) = match last.rfind(':') {
            Some(colon) => {
                let at = slash + colon;
                (rest.get(..at).unwrap_or_default(), rest.get(at + 1..))
            }
            None => (rest, None),
        };
        if let Some(tag) = tag {
            check_tag(tag).map_err(fail)?;
        }
        let (registry, path, named) = split_registry(name).map_err(fail)?;
        check_path(&path).map_err(fail)?;
        let tag = match (tag, &digest) {
            (Some(tag), _) => Some(tag.to_owned()),
            (None, None) => Some("latest".to_owned()),
            (None, Some(_)) => None,
        };
        let repository = RepositoryName { registry, path };
        Ok(Self { repository, tag, digest, registry_was_named: named })
    }
}

impl RepositoryName {
    /// A repository as a registry's catalog lists it.
    ///
    /// # Errors
    /// When the path breaks the reference grammar: a registry may list
    /// anything, and a name is used in URLs, files and on terminals.
    pub fn new(registry: &RegistryName, path: &str) -> Result<Self, ReferenceError> {
        check_path(path).map_err(|reason| ReferenceError {
            text: format!("{registry}/{path}").chars().take(150).collect(),
            reason: reason.to_owned(),
        })?;
        Ok(Self { registry: registry.clone(), path: path.to_owned() })
    }
}

/// Splits a name into registry and path by Docker's rule: the first component
/// is a host when it has a dot or a port, is `localhost`, or has capitals.
fn split_registry(name: &str) -> Result<(RegistryName, String, bool), &'static str> {
    let (registry, path, named) = match name.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':']) || first == "localhost" || first.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (RegistryName::checked(first)?, rest, true)
        }
        _ => (RegistryName::docker_hub(), name, false),
    };
    let official = registry.is_docker_hub() && !path.contains('/');
    let path = if official { format!("library/{path}") } else { path.to_owned() };
    Ok((registry, path, named))
}

fn check_path(path: &str) -> Result<(), &'static str> {
    if path.len() > MAX_NAME {
        return Err("the repository's name is longer than 255 characters");
    }
    let component = |c: &str| {
        // alphanumerics joined by ".", "_", "__" or any run of "-"
        let separators: Vec<&str> = c.split(|ch: char| ch.is_ascii_lowercase() || ch.is_ascii_digit()).collect();
        let edge = |s: Option<&&str>| s.is_some_and(|s| s.is_empty());
        c.bytes().any(|b| b.is_ascii_alphanumeric())
            && edge(separators.first())
            && edge(separators.last())
            && separators.iter().all(|s| matches!(*s, "" | "." | "_" | "__") || s.bytes().all(|b| b == b'-'))
    };
    if path.split('/').all(component) {
        Ok(())
    } else if path.bytes().any(|b| b.is_ascii_uppercase()) {
        Err("repository names are lower case")
    } else {
        Err("the repository's name may hold a-z, 0-9 and single separators (. _ - /)")
    }
}

/// Checks a tag against the distribution spec's grammar.
///
/// # Errors
/// A sentence saying what is wrong with it.
pub fn check_tag(tag: &str) -> Result<(), &'static str> {
    if tag.is_empty() || tag.len() > MAX_TAG {
        return Err("a tag has 1 to 128 characters");
    }
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut bytes = tag.bytes();
    if bytes.next().is_some_and(word) && bytes.all(|b| word(b) || b == b'.' || b == b'-') {
        Ok(())
    } else {
        Err("a tag holds letters, digits, _ . and -, and begins with neither . nor -")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_completed_as_docker_does() {
        #[track_caller]
        fn check(text: &str, expected: &str, named: bool) {
            let reference: Reference = text.parse().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(reference.to_string(), expected);
            assert_eq!(reference.registry_was_named, named);
        }
        let digest = format!("sha256:{}", "ab".repeat(32));
        check("alpine", "docker.io/library/alpine:latest", false);
        check("alpine:3.19", "docker.io/library/alpine:3.19", false);
        check("cameron/my_test_image", "docker.io/cameron/my_test_image:latest", false);
        check("index.docker.io/alpine", "docker.io/library/alpine:latest", true);
        check("ghcr.io/o/r:tag", "ghcr.io/o/r:tag", true);
        check("localhost/x", "localhost/x:latest", true);
        check("localhost:5000/a/b:1", "localhost:5000/a/b:1", true);
        check("127.0.0.1:5000/alpine", "127.0.0.1:5000/alpine:latest", true);
        check("[::1]:5000/a", "[::1]:5000/a:latest", true);
        check(&format!("a/b@{digest}"), &format!("docker.io/a/b@{digest}"), false);
        check(&format!("a:1@{digest}"), &format!("docker.io/library/a:1@{digest}"), false);
        check("a/b__c.d--e", "docker.io/a/b__c.d--e:latest", false);
    }

    #[test]
    fn what_is_no_reference() {
        #[track_caller]
        fn check(text: &str, part: &str) {
            match text.parse::<Reference>() {
                Ok(got) => panic!("{text} was taken as {got}"),
                Err(error) => assert!(error.to_string().contains(part), "{error}"),
            }
        }
        check("", "empty");
        check("Alpine", "lower case");
        check("alpine:", "1 to 128");
        check("alpine:-x", "begins with neither");
        check("a//b", "separators");
        check("../../etc/passwd", "host name");
        check("a/../b", "separators");
        check("a b", "separators");
        check("x@sha256:12", "64 hex");
        check("host.example:99999/a", "port");
        check("a..b/c", "host name");
        check(&"a".repeat(300), "longer than 255");
        check("\u{1b}[31m", "separators");
    }
}
