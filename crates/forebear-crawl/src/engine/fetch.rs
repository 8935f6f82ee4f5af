//! Asking the registry: one task in, one outcome out. Nothing here knows what
//! is stored; see `stored.rs`.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use forebear_image::descend::{Compared, Statements};
use forebear_image::provenance::{Provenance, STATEMENT_CAP};
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName, media_type};
use forebear_registry::{CONFIG_CAP, ErrorKind, FetchedManifest, ManifestName, Registry, RegistryError, TagTarget};
use forebear_store::{FailureKind, NewConfig, NewDocument, NewManifest, Task};

use futures_util::FutureExt as _;

use crate::blocking;

use super::context::Context;
use super::lists;
use super::outcome::Outcome;
use super::turn::Turn;

/// Documents larger than this are parsed away from the async threads.
const SMALL: usize = 64 * 1024;

/// Carries out one task. A large document comes with its turn.
pub(super) async fn fetch(registry: &Registry, task: &Task, context: &Arc<Context>, turn: &mut Turn) -> Outcome {
    let outcome = match task {
        Task::Catalog { cursor } => lists::catalog(registry, cursor.as_deref()).await,
        Task::Namespace { namespace, cursor } => lists::namespace(registry, namespace, cursor.as_deref()).await,
        Task::Tags { repository } => lists::tags(registry, repository, context).await,
        Task::Tag { repository, tag } => self::tag(registry, (repository, tag), turn).await,
        Task::Manifest { digest, repository, tag, .. } => {
            self::manifest(registry, repository, (*digest, tag.as_deref()), turn).await
        }
        Task::Attestation { digest, repository, .. } => self::attestation(registry, repository, *digest, turn).await,
        Task::Config { digest, repository } => self::config(registry, repository, *digest, turn).await,
        Task::Again { .. } => Ok(Outcome::Again),
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
        ErrorKind::RateLimited { .. } | ErrorKind::StillLimited { .. } => FailureKind::RateLimited,
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

/// What a tag leads to, with the manifest where only that tells it.
async fn tag(
    registry: &Registry,
    (repository, tag): (&RepositoryName, &str),
    turn: &mut Turn,
) -> Result<Outcome, RegistryError> {
    let fetched = match registry.resolve_tag(repository, tag).await {
        Err(error) if error.is_not_found() => return Ok(Outcome::Absent),
        Err(error) => return Err(error),
        Ok(TagTarget::Named { digest, content_type }) => {
            let by_tag_only = is_by_tag_only(content_type.as_deref());
            return Ok(Outcome::Tag { digest, manifest: None, by_tag_only });
        }
        Ok(TagTarget::Fetched(fetched)) => fetched,
    };
    let by_tag_only = is_by_tag_only(fetched.content_type.as_deref());
    Ok(match read_manifest(fetched, turn).await {
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
    (digest, tag): (ManifestDigest, Option<&str>),
    turn: &mut Turn,
) -> Result<Outcome, RegistryError> {
    let name = tag.map_or(ManifestName::Digest(digest), ManifestName::Tag);
    let fetched = registry.get_manifest(repository, name).await?;
    if fetched.digest != digest {
        // Only by tag can this happen; the next run sees what it leads to now.
        let message = format!("{repository}:{name} moved from {digest} to {} meanwhile", fetched.digest);
        return Ok(Outcome::Failed { kind: FailureKind::Moved, message });
    }
    Ok(match read_manifest(fetched, turn).await {
        Ok(manifest) => Outcome::Manifest(Box::new(manifest)),
        Err(message) => Outcome::Failed { kind: FailureKind::Manifest, message },
    })
}

async fn read_manifest(fetched: FetchedManifest, turn: &mut Turn) -> Result<NewManifest, String> {
    let FetchedManifest { bytes, digest, content_type } = fetched;
    turn.wait(bytes.len()).await;
    off_thread(bytes.len(), move || {
        let facts = forebear_image::manifest::parse(&bytes, content_type.as_deref()).map_err(|e| e.to_string())?;
        Ok(NewManifest { digest, document: bytes.into(), facts })
    })
    .await
}

/// An attestation's manifest and, of the blobs it lists, the first that is
/// provenance. Whom it is about is not decided here.
async fn attestation(
    registry: &Registry,
    repository: &RepositoryName,
    digest: ManifestDigest,
    turn: &mut Turn,
) -> Result<Outcome, RegistryError> {
    let failed = |message: String| Ok(Outcome::Failed { kind: FailureKind::Provenance, message });
    // Who keeps a body as it came does not wait for another.
    let manifest: Vec<u8> = registry.get_manifest(repository, ManifestName::Digest(digest)).await?.bytes.into();
    turn.wait(manifest.len()).await;
    let mut statements = match Statements::of(Compared::already(&manifest)) {
        Ok(statements) => statements,
        Err(error) => return failed(format!("the attestation cannot be read: {error}")),
    };
    let mut last = None;
    while let Some(statement) = statements.next() {
        turn.pass();
        let bytes = registry.get_small_blob(repository, statement, STATEMENT_CAP).await?;
        turn.wait(bytes.len()).await;
        let read = off_thread(bytes.len(), move || {
            statements.read(Compared::already(&bytes)).map_err(|e| e.to_string())?;
            Ok((statements, bytes.into()))
        });
        match read.await {
            Ok((read, document)) => {
                statements = read;
                last = Some(NewDocument { digest: statement.0, document });
            }
            Err(message) => return failed(format!("the statement {statement} is not used: {message}")),
        }
    }
    let (said, kept) = match statements.into_provenance() {
        // What was found ended the search.
        Some((_, said)) => (said, last),
        None => (Provenance { subjects: Vec::new(), materials: Vec::new() }, None),
    };
    let facts = ManifestFacts::Attestation { subjects: said.subjects, materials: said.materials };
    Ok(Outcome::Attestation(Box::new(NewManifest { digest, document: manifest, facts }), kept))
}

async fn config(
    registry: &Registry,
    repository: &RepositoryName,
    digest: ConfigDigest,
    turn: &mut Turn,
) -> Result<Outcome, RegistryError> {
    let bytes = registry.get_config(repository, digest, CONFIG_CAP).await?;
    turn.wait(bytes.len()).await;
    let read = off_thread(bytes.len(), move || {
        let facts = forebear_image::config::parse(&bytes).map_err(|e| e.to_string())?;
        Ok(NewConfig { digest, document: bytes.into(), facts })
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
    blocking::run(work).await
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
        assert!(matches!(guarded(async { Outcome::Absent }).await, Outcome::Absent));
    }
}
