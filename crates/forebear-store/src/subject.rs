//! What a failure is about.

use std::fmt;

use forebear_image::{ConfigDigest, ManifestDigest, RepositoryName};
use serde::{Deserialize, Serialize};

/// What was to be fetched, as reports and stored failures name it:
/// `docker.io/library/alpine:3.19`.
///
/// Its text is its form in the store and in JSON, so every text is read back as
/// a subject that is written as that text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Subject {
    /// The list of all repositories.
    Catalog,
    /// The list of a namespace's repositories.
    Namespace(String),
    /// The tags of a repository.
    Repository(RepositoryName),
    /// What a tag leads to.
    Tag {
        /// Of which repository.
        repository: RepositoryName,
        /// Which.
        tag: String,
    },
    /// A manifest, or an attestation.
    Manifest {
        /// Where it was asked for.
        repository: RepositoryName,
        /// Its digest.
        digest: ManifestDigest,
    },
    /// An image config.
    Config {
        /// Where it was asked for.
        repository: RepositoryName,
        /// Its digest.
        digest: ConfigDigest,
    },
    /// What another version wrote.
    Other(String),
}

const CATALOG: &str = "the catalog";
const NAMESPACE: &str = "the namespace ";
const CONFIG: &str = " config ";

impl Subject {
    /// The repository it belongs to, if it is of one.
    #[must_use]
    pub fn repository(&self) -> Option<&RepositoryName> {
        match self {
            Self::Repository(repository)
            | Self::Tag { repository, .. }
            | Self::Manifest { repository, .. }
            | Self::Config { repository, .. } => Some(repository),
            Self::Catalog | Self::Namespace(_) | Self::Other(_) => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if text == CATALOG {
            return Some(Self::Catalog);
        }
        if let Some(namespace) = text.strip_prefix(NAMESPACE) {
            return Some(Self::Namespace(namespace.to_owned()));
        }
        if let Some((name, digest)) = text.split_once(CONFIG) {
            return Some(Self::Config { repository: repository(name)?, digest: digest.parse().ok()? });
        }
        if let Some((name, digest)) = text.split_once('@') {
            return Some(Self::Manifest { repository: repository(name)?, digest: digest.parse().ok()? });
        }
        // A colon in the registry is that of its port.
        let (_, path) = text.split_once('/')?;
        match path.split_once(':') {
            None => Some(Self::Repository(repository(text)?)),
            Some((_, tag)) => {
                let name = text.get(..text.len() - tag.len() - 1)?;
                Some(Self::Tag { repository: repository(name)?, tag: tag.to_owned() })
            }
        }
    }
}

fn repository(name: &str) -> Option<RepositoryName> {
    let (registry, path) = name.split_once('/')?;
    RepositoryName::new(&registry.parse().ok()?, path).ok()
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Catalog => f.write_str(CATALOG),
            Self::Namespace(namespace) => write!(f, "{NAMESPACE}{namespace}"),
            Self::Repository(repository) => repository.fmt(f),
            Self::Tag { repository, tag } => write!(f, "{repository}:{tag}"),
            Self::Manifest { repository, digest } => write!(f, "{repository}@{digest}"),
            Self::Config { repository, digest } => write!(f, "{repository}{CONFIG}{digest}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<String> for Subject {
    fn from(text: String) -> Self {
        // A name may be read as one that is written otherwise.
        Self::parse(&text).filter(|subject| subject.to_string() == text).unwrap_or(Self::Other(text))
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_subject_of_that_text() {
        #[track_caller]
        fn check(text: &str, of: Option<&str>, is_other: bool) {
            let subject = Subject::from(text.to_owned());
            assert_eq!(subject.to_string(), text);
            assert_eq!(subject.repository().map(ToString::to_string).as_deref(), of);
            assert_eq!(matches!(subject, Subject::Other(_)), is_other, "{subject:?}");
        }
        let sha256 = format!("sha256:{}", "ab".repeat(32));
        let (with_port, hub) = (Some("localhost:5000/acme/app"), Some("docker.io/library/app"));
        check("localhost:5000/acme/app", with_port, false);
        check("localhost:5000/acme/app:1.0", with_port, false);
        check(&format!("docker.io/library/app@{sha256}"), hub, false);
        check(&format!("localhost:5000/acme/app@{sha256}"), with_port, false);
        check(&format!("docker.io/library/app config {sha256}"), hub, false);
        check("the catalog", None, false);
        check("the namespace acme", None, false);
        check("docker.io/library/app@sha256:00", None, true);
        check("docker.io/library/app config sha256:00", None, true);
        check("docker.io/library/APP:1.0", None, true);
        check("app", None, true);
        check("", None, true);
    }
}
