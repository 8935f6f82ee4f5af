//! Asking the registry: one task in, one outcome out. Nothing here knows what
//! is stored.

use std::panic::AssertUnwindSafe;

use forebear_image::provenance::{self, Provenance, STATEMENT_CAP};
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName, attestation, media_type};
use forebear_registry::{CONFIG_CAP, ErrorKind, FetchedManifest, ManifestName, PageCursor, Registry, RegistryError};
use forebear_store::{FailureKind, NewConfig, NewDocument, NewManifest, Task, compress};

use futures_util::FutureExt as _;

use crate::selection::TagList;

use super::lists;

/// Documents larger than this are parsed away from the async threads.
const SMALL: usize = 64 * 1024;

/// What a task came to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A page of the catalog or of a namespace.
    Repositories { names: Vec<RepositoryName>, rejected: Rejected, next: Option<PageCursor> },
    /// All tags of a repository; it has none when the registry does not know it.
    Tags { tags: Box<TagList>, rejected: Rejected, known: bool },
    /// What a tag leads to, with the manifest where it had to be fetched.
    Tag {
        digest: ManifestDigest,
        manifest: Option<Box<NewManifest>>,
        /// It can be asked for by its tag only.
        by_tag_only: bool,
    },
    /// The tag was listed and is gone.
    Gone,
    /// A manifest.
    Manifest(Box<NewManifest>),
    /// An attestation, with the statement that its facts are from.
    Attestation(Box<NewManifest>, Option<NewDocument>),
    /// A config.
    Config(Box<NewConfig>),
    /// The item failed; the run goes on.
    Failed { kind: FailureKind, message: String },
    /// The registry's limit: nothing more is to be sent.
    Limited { wait: Option<std::time::Duration>, message: String },
}

/// Names that break the grammar: how many, and the first of them.
#[derive(Debug, Default)]
pub(super) struct Rejected {
    pub count: u64,
    pub first: Vec<String>,
}

impl Rejected {
    /// How many are kept, each cut to a hundred characters.
    const KEPT: usize = 10;

    pub(super) fn add(&mut self, names: Vec<String>) {
        self.count += names.len() as u64;
        let room = Self::KEPT.saturating_sub(self.first.len());
        self.first.extend(names.into_iter().take(room).map(|name| name.chars().take(100).collect()));
    }
}

/// Carries out one task.
pub(super) async fn fetch(registry: &Registry, task: &Task) -> Outcome {
    let outcome = match task {
        Task::Catalog { cursor } => lists::catalog(registry, cursor.as_deref()).await,
        Task::Namespace { namespace, cursor } => lists::namespace(registry, namespace, cursor.as_deref()).await,
        Task::Tags { repository } => lists::tags(registry, repository).await,
        Task::Tag { repository, tag } => self::tag(registry, repository, tag).await,
        Task::Manifest { digest, repository, tag, .. } => {
            self::manifest(registry, repository, *digest, tag.as_deref()).await
        }
        Task::Attestation { digest, repository, .. } => self::attestation(registry, repository, *digest).await,
        Task::Config { digest, repository } => self::config(registry, repository, *digest).await,
    };
    match outcome {
        Ok(outcome) => outcome,
        Err(error) => failure(&error),
    }
}

/// Makes a panic on one item that item's failure: a fault of ours in reading
/// one document must not take the others with it, or leave them waiting.
pub(super) async fn guarded(fetch: impl Future<Output = Outcome>) -> Outcome {
    AssertUnwindSafe(fetch).catch_unwind().await.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let message = format!("a fault of forebear itself, please report it: {}", text.unwrap_or("it panicked"));
        Outcome::Failed { kind: FailureKind::Internal, message }
    })
}

fn failure(error: &RegistryError) -> Outcome {
    match error.kind() {
        ErrorKind::RateLimited { retry_after, .. } => {
            Outcome::Limited { wait: *retry_after, message: error.to_string() }
        }
        kind => Outcome::Failed { kind: failure_kind(kind), message: error.to_string() },
    }
}

/// The kind of failure that an error of a request is.
fn failure_kind(kind: &ErrorKind) -> FailureKind {
    match kind {
        ErrorKind::Configuration(_) => FailureKind::Configuration,
        ErrorKind::Dns => FailureKind::Dns,
        ErrorKind::Connect => FailureKind::Connect,
        ErrorKind::Tls => FailureKind::Tls,
        ErrorKind::WrongScheme { .. } => FailureKind::WrongScheme,
        ErrorKind::Timeout => FailureKind::Timeout,
        ErrorKind::Interrupted => FailureKind::Interrupted,
        ErrorKind::NotARegistry(_) => FailureKind::NotARegistry,
        ErrorKind::Unauthorized { .. } => FailureKind::Unauthorized,
        ErrorKind::Token => FailureKind::Token,
        ErrorKind::Forbidden => FailureKind::Forbidden,
        ErrorKind::NoCatalog { .. } => FailureKind::NoCatalog,
        ErrorKind::NotFound => FailureKind::NotFound,
        ErrorKind::RateLimited { .. } => FailureKind::RateLimited,
        ErrorKind::Server(_) => FailureKind::ServerError,
        ErrorKind::Status(_) => FailureKind::UnexpectedStatus,
        ErrorKind::Protocol(_) => FailureKind::Protocol,
        ErrorKind::Paging(_) => FailureKind::Paging,
        ErrorKind::TooLarge { .. } => FailureKind::TooLarge,
        ErrorKind::TooMany { .. } => FailureKind::TooMany,
        ErrorKind::DigestMismatch { .. } => FailureKind::DigestMismatch,
        ErrorKind::Redirect(_) => FailureKind::Redirect,
    }
}

/// HEAD first: it costs no pull, and most tags lead to what is known.
async fn tag(registry: &Registry, repository: &RepositoryName, tag: &str) -> Result<Outcome, RegistryError> {
    let head = match registry.head_manifest(repository, ManifestName::Tag(tag)).await {
        // It has no body to tell a registry's word from a misled proxy's, and
        // "gone" ends what is on record. What is not there costs no pull.
        Err(error) if error.is_not_found() => return whole_tag(registry, repository, tag).await,
        head => head?,
    };
    match head.digest {
        Some(digest) => {
            let by_tag_only = is_by_tag_only(head.content_type.as_deref());
            Ok(Outcome::Tag { digest, manifest: None, by_tag_only })
        }
        // It cannot be compared.
        None => whole_tag(registry, repository, tag).await,
    }
}

/// What a tag leads to, where HEAD does not say it.
async fn whole_tag(registry: &Registry, repository: &RepositoryName, tag: &str) -> Result<Outcome, RegistryError> {
    let fetched = match registry.get_manifest(repository, ManifestName::Tag(tag)).await {
        Err(error) if error.is_not_found() => return Ok(Outcome::Gone),
        fetched => fetched?,
    };
    let by_tag_only = is_by_tag_only(fetched.content_type.as_deref());
    Ok(match read_manifest(fetched).await {
        Ok(manifest) => Outcome::Tag { digest: manifest.digest, manifest: Some(Box::new(manifest)), by_tag_only },
        Err(message) => Outcome::Failed { kind: FailureKind::Manifest, message },
    })
}

/// Whether a manifest is schema 1: one that a registry makes on the fly cannot
/// be fetched by its digest.
fn is_by_tag_only(content_type: Option<&str>) -> bool {
    matches!(content_type.map(media_type::essence), Some(media_type::SCHEMA1 | media_type::SCHEMA1_SIGNED))
}

async fn manifest(
    registry: &Registry,
    repository: &RepositoryName,
    digest: ManifestDigest,
    tag: Option<&str>,
) -> Result<Outcome, RegistryError> {
    let name = tag.map_or(ManifestName::Digest(digest), ManifestName::Tag);
    let fetched = registry.get_manifest(repository, name).await?;
    if fetched.digest != digest {
        // Only by tag can this happen; the next run sees what it leads to now.
        let message = format!("{repository}:{name} moved from {digest} to {} meanwhile", fetched.digest);
        return Ok(Outcome::Failed { kind: FailureKind::Moved, message });
    }
    Ok(match read_manifest(fetched).await {
        Ok(manifest) => Outcome::Manifest(Box::new(manifest)),
        Err(message) => Outcome::Failed { kind: FailureKind::Manifest, message },
    })
}

async fn read_manifest(fetched: FetchedManifest) -> Result<NewManifest, String> {
    let FetchedManifest { bytes, digest, content_type } = fetched;
    off_thread(bytes.len(), move || {
        let facts = forebear_image::manifest::parse(&bytes, content_type.as_deref()).map_err(|e| e.to_string())?;
        let document = compress(&bytes).map_err(|e| e.to_string())?;
        Ok(NewManifest { digest, document, facts })
    })
    .await
}

/// An attestation's manifest and, of the blobs it lists, the first that is
/// provenance. Whom it is about is not decided here.
async fn attestation(
    registry: &Registry,
    repository: &RepositoryName,
    digest: ManifestDigest,
) -> Result<Outcome, RegistryError> {
    let failed = |message: String| Ok(Outcome::Failed { kind: FailureKind::Provenance, message });
    let manifest = registry.get_manifest(repository, ManifestName::Digest(digest)).await?.bytes;
    let statements = match attestation::statements(&manifest) {
        Ok(statements) => statements,
        Err(error) => return failed(format!("the attestation cannot be read: {error}")),
    };
    let document = match compress(&manifest) {
        Ok(document) => document,
        Err(error) => return failed(error.to_string()),
    };
    let mut facts = ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() };
    let mut kept = None;
    for statement in statements {
        let bytes = registry.get_small_blob(repository, statement, STATEMENT_CAP).await?;
        let read = off_thread(bytes.len(), move || {
            let said = provenance::parse(&bytes).map_err(|e| e.to_string())?;
            let document = compress(&bytes).map_err(|e| e.to_string())?;
            Ok(said.map(|said| (said, NewDocument { digest: statement.0, document })))
        });
        match read.await {
            Ok(None) => {}
            Ok(Some((Provenance { subjects, materials }, document))) => {
                facts = ManifestFacts::Attestation { subjects, materials };
                kept = Some(document);
                break;
            }
            Err(message) => return failed(format!("the statement {statement} is not used: {message}")),
        }
    }
    Ok(Outcome::Attestation(Box::new(NewManifest { digest, document, facts }), kept))
}

async fn config(
    registry: &Registry,
    repository: &RepositoryName,
    digest: ConfigDigest,
) -> Result<Outcome, RegistryError> {
    let bytes = registry.get_config(repository, digest, CONFIG_CAP).await?;
    let read = off_thread(bytes.len(), move || {
        let facts = forebear_image::config::parse(&bytes).map_err(|e| e.to_string())?;
        let document = compress(&bytes).map_err(|e| e.to_string())?;
        Ok(NewConfig { digest, document, facts })
    });
    Ok(match read.await {
        Ok(config) => Outcome::Config(Box::new(config)),
        Err(message) => Outcome::Failed { kind: FailureKind::Config, message },
    })
}

/// Runs CPU work in place when it is small, away from the async threads when
/// it is not.
async fn off_thread<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    if bytes <= SMALL {
        return work();
    }
    tokio::task::spawn_blocking(work).await.map_err(|e| e.to_string())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_the_failure_of_one_item() {
        let name = |number: u32| format!("document {number}");
        match guarded(async { panic!("{} is odd", name(3)) }).await {
            Outcome::Failed { kind: FailureKind::Internal, message } => assert!(message.ends_with("document 3 is odd")),
            other => panic!("{other:?}"),
        }
        assert!(matches!(guarded(async { Outcome::Gone }).await, Outcome::Gone));
    }
}
