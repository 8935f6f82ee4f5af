//! Tasks of the frontier: what is still to fetch.

use forebear_image::{ConfigDigest, ManifestDigest, RepositoryName};
use serde::{Deserialize, Serialize};

use crate::depth::Depth;
use crate::subject::Subject;

/// One thing to ask a registry for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Task {
    /// A page of the catalog.
    Catalog {
        /// Where the registry said the page is; `None` for the first.
        cursor: Option<String>,
    },
    /// The whole tag list of a repository.
    Tags {
        /// Which.
        repository: RepositoryName,
    },
    /// What a tag leads to.
    Tag {
        /// Of which repository.
        repository: RepositoryName,
        /// Which.
        tag: String,
    },
    /// A manifest by its digest.
    Manifest {
        /// Its digest: the task's identity, whatever the repository.
        digest: ManifestDigest,
        /// Where to ask for it.
        repository: RepositoryName,
        /// Where below a tag it lies.
        depth: Depth,
        /// The tag to ask by, where a registry makes the manifest on the fly
        /// (schema 1) and does not know it by its digest.
        tag: Option<String>,
    },
    /// An image config by its digest.
    Config {
        /// Its digest: the task's identity, whatever the repository.
        digest: ConfigDigest,
        /// Where to ask for it.
        repository: RepositoryName,
    },
    /// An attestation by its manifest's digest, with its provenance.
    Attestation {
        /// Its digest: the task's identity, whatever the repository.
        digest: ManifestDigest,
        /// Where to ask for it.
        repository: RepositoryName,
        /// The manifest that an index lists it for.
        subject: ManifestDigest,
    },
    /// A page of a namespace's repositories, where the registry has a listing
    /// of its own for that.
    Namespace {
        /// Which: `library`.
        namespace: String,
        /// Where the registry said the page is; `None` for the first.
        cursor: Option<String>,
    },
    /// A manifest to walk below once more, though nothing need be asked for it:
    /// something there was being asked of another repository, and may be had of
    /// this one only.
    Again {
        /// Its digest.
        digest: ManifestDigest,
        /// Where to ask for what is missing.
        repository: RepositoryName,
        /// Where below a tag it lies.
        depth: Depth,
        /// As in [`Task::Manifest`].
        tag: Option<String>,
        /// The manifest that an index lists it for, where it is an attestation.
        subject: Option<ManifestDigest>,
    },
}

/// Stages of the walk, deepest first: what is begun is finished before more
/// is begun, which keeps the frontier small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Stage {
    /// Configs.
    Config = 0,
    /// Manifests by digest, attestations too.
    Manifest = 1,
    /// Tags.
    Tag = 2,
    /// Tag lists.
    Tags = 3,
    /// Pages of repositories: of the catalog, of a namespace.
    Catalog = 4,
    /// Manifests to walk below once more.
    Again = 5,
}

impl Stage {
    /// All stages, deepest first.
    pub const ALL: [Self; 6] = [Self::Config, Self::Manifest, Self::Again, Self::Tag, Self::Tags, Self::Catalog];
}

impl Task {
    /// Its stage.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::Catalog { .. } | Self::Namespace { .. } => Stage::Catalog,
            Self::Tags { .. } => Stage::Tags,
            Self::Tag { .. } => Stage::Tag,
            Self::Manifest { .. } | Self::Attestation { .. } => Stage::Manifest,
            Self::Config { .. } => Stage::Config,
            Self::Again { .. } => Stage::Again,
        }
    }

    /// The repository that it is asked of, if it is of one.
    #[must_use]
    pub fn repository(&self) -> Option<&RepositoryName> {
        match self {
            Self::Catalog { .. } | Self::Namespace { .. } => None,
            Self::Tags { repository }
            | Self::Tag { repository, .. }
            | Self::Manifest { repository, .. }
            | Self::Config { repository, .. }
            | Self::Attestation { repository, .. }
            | Self::Again { repository, .. } => Some(repository),
        }
    }

    /// What makes two tasks the same one. A digest is fetched once, whichever
    /// repository it is asked of.
    #[must_use]
    pub fn identity(&self) -> String {
        match self {
            Self::Catalog { cursor } => cursor.clone().unwrap_or_default(),
            // A cursor begins with a slash, and a namespace does not.
            Self::Namespace { namespace, cursor } => format!("{namespace} {}", cursor.as_deref().unwrap_or_default()),
            Self::Tags { repository } => repository.to_string(),
            Self::Tag { repository, tag } => format!("{repository}\0{tag}"),
            Self::Manifest { digest, .. } => digest.to_string(),
            Self::Config { digest, .. } => digest.to_string(),
            // A tag may lead to the same manifest.
            Self::Attestation { digest, .. } => format!("attestation {digest}"),
            // One for each repository: it is about what only that may have.
            Self::Again { digest, repository, subject: None, .. } => format!("{digest} {repository}"),
            Self::Again { digest, repository, subject: Some(_), .. } => format!("attestation {digest} {repository}"),
        }
    }

    /// The same list at another page; any other task as it is.
    #[must_use]
    pub fn at_page(&self, cursor: &str) -> Self {
        let cursor = Some(cursor.to_owned());
        match self {
            Self::Catalog { .. } => Self::Catalog { cursor },
            Self::Namespace { namespace, .. } => Self::Namespace { namespace: namespace.clone(), cursor },
            other => other.clone(),
        }
    }

    /// What a failure of it is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Catalog { .. } => Subject::Catalog,
            Self::Namespace { namespace, .. } => Subject::Namespace(namespace.clone()),
            Self::Tags { repository } => Subject::Repository(repository.clone()),
            Self::Tag { repository, tag } => Subject::Tag { repository: repository.clone(), tag: tag.clone() },
            Self::Manifest { digest, repository, .. }
            | Self::Attestation { digest, repository, .. }
            | Self::Again { digest, repository, .. } => {
                Subject::Manifest { repository: repository.clone(), digest: *digest }
            }
            Self::Config { digest, repository } => Subject::Config { repository: repository.clone(), digest: *digest },
        }
    }
}
