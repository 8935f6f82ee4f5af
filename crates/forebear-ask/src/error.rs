//! Why there is no answer: each with a code for programs, a sentence for
//! people, and a hint where one helps.

use forebear_archive::{ArchiveError, Problem};
use forebear_files::Unread;
use forebear_image::chain::chain;
use forebear_image::descend::{DescendError, MAX_NESTING, NotChosen};
use forebear_image::digest::DigestError;
use forebear_image::reference::ReferenceError;
use forebear_image::{ManifestDigest, Platform, RepositoryName};
use forebear_index::IndexError;
use forebear_index::find::PrefixError;
use forebear_registry::RegistryError;
use serde::Serialize;

use crate::check::ApprovedError;
use crate::near;
use crate::other_form::OtherForm;

/// Why a question has no answer. [`AskError::told`] is the whole sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// What was asked about is no reference.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// What was asked about is no digest.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// What was asked about is no beginning of a digest.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Only an index answers this, and there is none.
    #[error("there is no index to look in: run 'forebear-crawl run' first, or point --data or --index at one")]
    NoIndex,
    /// The registry gave no answer.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The image is in a registry, and only what is known was to be asked.
    #[error("{0} is in a registry, which is not asked here")]
    NeedsRegistry(String),
    /// A local form that cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A document that a registry sent and that is not what it should be.
    #[error("the {what} of {reference}")]
    Document {
        /// Which: `manifest sha256:…`.
        what: String,
        /// Of which image.
        reference: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A document on the way to an image that is not there or not whole.
    #[error("{name}")]
    Descend {
        /// Which image was asked for.
        name: String,
        /// What is wrong.
        source: Box<DescendError>,
    },
    /// A layer that cannot be read.
    #[error(transparent)]
    Content(#[from] forebear_content::LayerError),
    /// The file of approved bases.
    #[error(transparent)]
    Approved(#[from] ApprovedError),
    /// The repository was not crawled.
    #[error("{name} is not in the index; {}", near::did_you_mean(near).unwrap_or_else(|| crawl_it(name)))]
    NotIndexed {
        /// What was asked for.
        name: RepositoryName,
        /// Names that are near it, best first.
        near: Vec<String>,
    },
    /// A digest, or the beginning of one, that only layers have.
    #[error("'{0}' is the digest of a layer, not of an image; 'forebear find {0}' lists the images that have it")]
    DigestOfLayer(String),
    /// A glob that is none.
    #[error("'{glob}' is not a glob: {why}")]
    Glob {
        /// As it was written.
        glob: String,
        /// What is wrong with it.
        why: String,
    },
    /// A glob over repositories, where one is to be named.
    #[error("'{0}' means several repositories, and this takes one; see: forebear ls '{0}'")]
    SeveralNamed(String),
    /// A bare name that several indexed repositories end in.
    #[error("{asked} is not in the index, and {count} repositories end in that name: {offered}. Name one in full")]
    SeveralRepositories {
        /// What was asked for.
        asked: RepositoryName,
        /// How many there are.
        count: usize,
        /// The first of them.
        offered: String,
    },
    /// A repository of the index without tags.
    #[error("{0} has no tags in the index")]
    NoTags(String),
    /// A repository that its registry listed, and that the crawl has not come to.
    #[error("{0} has not been crawled yet: the crawl of its registry has not come to its end")]
    NotCrawledYet(String),
    /// A tag that the repository does not have.
    #[error("{repository} has no tag {tag} in the index; {}", near::did_you_mean(near).unwrap_or_else(|| format!("it has {offered}")))]
    NoSuchTag {
        /// Where.
        repository: String,
        /// What was asked for.
        tag: String,
        /// Those that are near it, with their repository, best first.
        near: Vec<String>,
        /// The first of those there are.
        offered: String,
    },
    /// A glob that nothing in the index matches.
    #[error("nothing in the index matches '{0}'")]
    NothingMatches(String),
    /// A tag that no run had seen by the time asked about.
    #[error("{0} had not been seen leading anywhere by then")]
    NotSeenYet(String),
    /// A tag whose manifest is not in the index.
    #[error("what {0} led to is not in the index")]
    TargetNotIndexed(String),
    /// A digest that names nothing in the index.
    #[error("{0} is neither a manifest nor a config of the index")]
    UnknownDigest(String),
    /// Several digests begin like this.
    #[error("'{query}' begins several digests; give more of one: {offered}")]
    AmbiguousDigest {
        /// As it was written.
        query: String,
        /// The first of them.
        offered: String,
    },
    /// A record of the index that cannot be followed.
    #[error("the index entry of {0} is damaged; publish it anew")]
    DamagedEntry(String),
    /// A name that leads nowhere.
    #[error("{0} leads nowhere in the index")]
    LeadsNowhere(String),
    /// The image is of another platform.
    #[error("{name} is for {own}, not for {wanted}")]
    WrongPlatform {
        /// Which image.
        name: String,
        /// Its platform.
        own: Box<Platform>,
        /// The one asked for.
        wanted: Box<Platform>,
    },
    /// None of the images offered is of the platform.
    #[error("{name} has no image for {wanted}; it offers {offered}")]
    NoSuchPlatform {
        /// Which index.
        name: String,
        /// The platform asked for.
        wanted: Box<Platform>,
        /// Those there are.
        offered: String,
    },
    /// A tool's word on an image that shows no layers, and no index knows it.
    #[error("{name}: {by} shows no layers of this image, and the index does not know {}; {}", digest.as_deref().unwrap_or("it"), where_else(pulled_as.as_deref()))]
    ShowsNoLayers {
        /// Which form.
        name: String,
        /// Whose word.
        by: &'static str,
        /// The digest that was looked up.
        digest: Option<String>,
        /// By what name and digest a registry has it.
        pulled_as: Option<String>,
    },
    /// What was asked about is a form that is not read, or a file without one.
    #[error("{0}")]
    OtherForm(OtherForm),
    /// Several platforms, and none chosen.
    #[error("{name} offers several platforms; choose one with --platform: {offered}")]
    ChoosePlatform {
        /// Which index.
        name: String,
        /// Those there are.
        offered: String,
    },
    /// An index without images.
    #[error("{0} is an empty index")]
    EmptyIndex(String),
    /// Something else than an image.
    #[error("{name} is no image but {what}")]
    NotAnImage {
        /// What was asked about.
        name: String,
        /// What it is.
        what: String,
    },
    /// Indexes inside indexes, deeper than they are followed.
    #[error("{name} is an index inside {depth}; ask for one of its manifests by digest")]
    Nested {
        /// What was asked about.
        name: String,
        /// `an index`, `4 others`.
        depth: String,
    },
    /// A manifest that no crawl has read.
    #[error("the manifest {digest} of {name} was not fetched; see 'forebear-crawl failures', or ask with docker://")]
    NotFetched {
        /// Its digest.
        digest: ManifestDigest,
        /// What leads to it.
        name: String,
    },
    /// The registry does not have it.
    #[error("{registry} has no {reference}")]
    NotInRegistry {
        /// The registry's URL.
        registry: String,
        /// What it was asked for.
        reference: String,
    },
    /// An index holds no layers.
    #[error(
        "an index holds digests and history, not the layers themselves; \
         say where they are: docker://{0}, or a local form such as docker-archive:FILE"
    )]
    HoldsNoLayers(String),
    /// The image was another one when it was looked at again.
    #[error("{0} changed while it was read; ask again")]
    Changed(String),
    /// The work was given up, because whoever runs it is ending or by a fault.
    #[error("the answer was given up half made: {0}")]
    GivenUp(String),
}

/// What kind of error it is, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The question itself cannot be understood.
    Reference,
    /// As [`ErrorCode::Reference`], of a digest.
    Digest,
    /// A file that was given with the question cannot be used.
    Request,
    /// The index cannot be read.
    Index,
    /// There is no index.
    NoIndex,
    /// The registry gave no answer.
    Registry,
    /// A local form cannot be read.
    Archive,
    /// A document or a layer is not what it should be.
    Content,
    /// It is not in the index, or not in the registry.
    NotFound,
    /// Several could be meant.
    Ambiguous,
    /// It is there, for other platforms.
    Platform,
    /// It is no image.
    NotAnImage,
    /// The answer was given up.
    GivenUp,
}

impl AskError {
    /// Its kind.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Reference(_) | Self::OtherForm(_) | Self::SeveralNamed(_) => ErrorCode::Reference,
            Self::Digest(_) | Self::Prefix(_) => ErrorCode::Digest,
            Self::Approved(_) | Self::HoldsNoLayers(_) | Self::NeedsRegistry(_) | Self::Glob { .. } => {
                ErrorCode::Request
            }
            Self::Index(_) | Self::DamagedEntry(_) | Self::LeadsNowhere(_) => ErrorCode::Index,
            Self::NoIndex => ErrorCode::NoIndex,
            Self::Registry(_) => ErrorCode::Registry,
            Self::Archive(_) => ErrorCode::Archive,
            Self::Document { .. } | Self::Descend { .. } | Self::Content(_) | Self::Changed(_) => ErrorCode::Content,
            Self::NotIndexed { .. }
            | Self::NothingMatches(_)
            | Self::DigestOfLayer(_)
            | Self::NoTags(_)
            | Self::NotCrawledYet(_)
            | Self::NoSuchTag { .. }
            | Self::NotSeenYet(_)
            | Self::TargetNotIndexed(_)
            | Self::UnknownDigest(_)
            | Self::ShowsNoLayers { .. }
            | Self::NotFetched { .. }
            | Self::NotInRegistry { .. } => ErrorCode::NotFound,
            Self::SeveralRepositories { .. } | Self::AmbiguousDigest { .. } => ErrorCode::Ambiguous,
            Self::WrongPlatform { .. } | Self::NoSuchPlatform { .. } | Self::ChoosePlatform { .. } => {
                ErrorCode::Platform
            }
            Self::EmptyIndex(_) | Self::NotAnImage { .. } | Self::Nested { .. } => ErrorCode::NotAnImage,
            Self::GivenUp(_) => ErrorCode::GivenUp,
        }
    }

    /// What may help.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Registry(error) => error.hint(),
            Self::Index(IndexError::Unread { source: Unread::Folder, .. }) => {
                Some("--index takes one file, --data the folder that forebear-crawl published in")
            }
            _ => None,
        }
    }

    /// The whole sentence: the error and its causes, each once.
    #[must_use]
    pub fn told(&self) -> String {
        chain(self)
    }

    /// What a registry's documents lead to instead of an image.
    pub(crate) fn descend(reference: &str, error: DescendError) -> Self {
        let name = reference.to_owned();
        let listed = |offered: &[Platform]| offered.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match error {
            DescendError::NotAnImage(what) => Self::NotAnImage { name, what },
            DescendError::TooDeep => Self::Nested { name, depth: format!("{MAX_NESTING} others") },
            DescendError::OtherPlatform { own, wanted } => Self::WrongPlatform { name, own, wanted },
            DescendError::NotChosen(NotChosen::Empty) => Self::EmptyIndex(name),
            DescendError::NotChosen(NotChosen::NoImages(what)) => Self::NotAnImage { name, what },
            DescendError::NotChosen(NotChosen::Several { offered }) => {
                Self::ChoosePlatform { name, offered: listed(&offered) }
            }
            DescendError::NotChosen(
                NotChosen::NoneFits { wanted, offered } | NotChosen::NoDefault { default: wanted, offered },
            ) => Self::NoSuchPlatform { name, wanted, offered: listed(&offered) },
            DescendError::Manifest { digest, source } => Self::document("manifest", digest, name, source),
            DescendError::Config { digest, source } => Self::document("config", digest, name, source),
            error
            @ (DescendError::Missing { .. } | DescendError::Mismatch { .. } | DescendError::Unreadable { .. }) => {
                Self::Descend { name, source: Box::new(error) }
            }
        }
    }

    /// Why a local form has no image; a platform that it has not is told as in
    /// any other place.
    pub(crate) fn archive(text: &str, error: ArchiveError) -> Self {
        match error.problem {
            Problem::NotChosen(error) => Self::descend(text, DescendError::NotChosen(error)),
            Problem::OtherPlatform { own, wanted } => Self::WrongPlatform { name: text.to_owned(), own, wanted },
            problem => Self::Archive(ArchiveError { path: error.path, problem }),
        }
    }

    /// A document that is not what it should be.
    pub(crate) fn document(
        what: &str,
        digest: impl std::fmt::Display,
        reference: impl std::fmt::Display,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Document { what: format!("{what} {digest}"), reference: reference.to_string(), source: Box::new(source) }
    }
}

/// How to get to know a repository.
fn crawl_it(name: &RepositoryName) -> String {
    format!("crawl it with forebear-crawl, or ask its registry now: docker://{}", near::familiar(&name.to_string()))
}

/// Where an image is whose layers are not shown.
fn where_else(pulled_as: Option<&str>) -> String {
    let save = "save it and ask docker-archive:FILE";
    pulled_as.map_or_else(|| save.to_owned(), |name| format!("ask docker://{name}, or {save}"))
}

impl From<tokio::task::JoinError> for AskError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::GivenUp(error.to_string())
    }
}
