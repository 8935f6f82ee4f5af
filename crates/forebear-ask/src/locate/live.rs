//! `docker://`: asking a registry now, for a manifest, its config and, where an
//! index lists one, its provenance.

use bytes::Bytes;
use forebear_image::chain::chain;
use forebear_image::descend::{Descended, Descent, Document, Found, Needs, Note as DescentNote, Progress, Waiting};
use forebear_image::provenance::STATEMENT_CAP;
use forebear_index::View;
use forebear_registry::{CONFIG_CAP, FetchedManifest, ManifestName, RegistryError};

use crate::contents::Live;
use crate::error::AskError;
use crate::located::Located;
use crate::note::Note;
use crate::options::AskOptions;

/// Fetches what a reference leads to.
pub(super) async fn find(index: &View, options: &AskOptions, live: &Live) -> Result<Located, AskError> {
    let reference = live.reference.to_string();
    let Descended { image, notes, .. } = descend(options, live).await?;
    let image = image.map_err(|error| AskError::descend(&reference, error))?;
    let known = image.identity.and_then(|identity| index.find_image(&identity));
    let names = known.map(|id| index.names_of(id)).unwrap_or_default();
    let names = names.into_iter().map(|name| name.reference).collect();
    let notes = notes.into_iter().map(|note| left_out(&reference, note)).collect();
    Ok(Located { reference, names, image, notes, known })
}

async fn descend(options: &AskOptions, live: &Live) -> Result<Descended, AskError> {
    let Live { reference, registry, .. } = live;
    let repository = &reference.repository;
    let mut progress = {
        let root = registry.get_manifest(repository, ManifestName::from(reference)).await?;
        let document = Document::compared(root.bytes.as_ref()).of_type(root.content_type.as_deref());
        // Who keeps a body does not wait for another: it ends here.
        Descent::new(live.choice(options)).from_root(Some(root.digest), &document)
    };
    loop {
        let (needs, waiting) = match progress {
            Progress::Needs(needs, waiting) => (needs, waiting),
            Progress::Done(descended) => return Ok(*descended),
        };
        let fetched = match needs {
            Needs::Manifest(digest) | Needs::Attestation(digest) => {
                let fetched = registry.get_manifest(repository, ManifestName::Digest(digest)).await;
                fetched.map(|FetchedManifest { bytes, content_type, .. }| (bytes, content_type))
            }
            Needs::Config { digest, .. } => {
                registry.get_config(repository, digest, CONFIG_CAP).await.map(|bytes| (bytes, None))
            }
            Needs::Statement(digest) => {
                registry.get_small_blob(repository, digest, STATEMENT_CAP).await.map(|bytes| (bytes, None))
            }
        };
        progress = supply(waiting, fetched)?;
    }
}

/// Goes on with a document and its media type. Where it cannot be had, what the
/// image may be found without is left out.
fn supply<'a>(
    waiting: Waiting<'a>,
    fetched: Result<(Bytes, Option<String>), RegistryError>,
) -> Result<Progress<'a>, AskError> {
    match fetched {
        Ok((bytes, content_type)) => {
            let document = Document::compared(bytes.as_ref()).of_type(content_type.as_deref());
            Ok(waiting.supply(Found::Document(document)))
        }
        Err(error) if waiting.may_do_without() => Ok(waiting.supply(Found::Unreadable(Box::new(error)))),
        Err(error) => Err(error.into()),
    }
}

fn left_out(image: &str, note: DescentNote) -> Note {
    let image = image.to_owned();
    match note {
        DescentNote::ProvenanceLeftOut { attestation, problem } => {
            Note::NoProvenance { image, attestation, reason: chain(&problem) }
        }
        DescentNote::Odd { kind, digest: _, field } => Note::Odd { image, kind, field },
    }
}
