//! The whole hash tree of an image, hashed.

mod answer;

use std::sync::Arc;

use forebear_content::{Checked, Compression, Document, Flaw, StatedLayer, Tree, check_layer};
use forebear_image::descend::DocumentKind;
use rayon::prelude::*;

use crate::contents::Contents;
use crate::error::AskError;
use crate::options::AskOptions;
use crate::progress::{Followed, Progress};
use crate::target::Target;

pub use answer::{FlawAnswer, Part, PartAnswer, VerifyAnswer};

/// Hashes an image's tree, on a thread that may block.
pub(crate) async fn find(
    options: &AskOptions,
    target: &Target,
    progress: Arc<dyn Progress>,
) -> Result<VerifyAnswer, AskError> {
    let contents = Contents::open(options, target).await?;
    let (options, target) = (options.clone(), target.clone());
    tokio::task::spawn_blocking(move || Ok(hash(&contents, &contents.tree(&options)?, &*progress, &target))).await?
}

fn hash(contents: &Contents, tree: &Tree, progress: &dyn Progress, target: &Target) -> VerifyAnswer {
    let check = |(at, layer)| layer_part(contents, progress, layer, at, tree.layers.len());
    let layers: Vec<PartAnswer> = match contents {
        // A registry is asked for one layer after the other.
        Contents::Live(_) => tree.layers.iter().enumerate().map(check).collect(),
        Contents::Local(_) => tree.layers.par_iter().enumerate().map(check).collect(),
    };
    let documents = tree.documents.iter().map(document_part);
    let parts: Vec<PartAnswer> = documents.chain(layers).collect();
    let intact = !parts.iter().any(|part| part.intact == Some(false) || part.failed);
    VerifyAnswer { image: target.to_string(), platform: tree.platform.clone(), intact, parts, observed_until: None }
}

fn document_part(document: &Document) -> PartAnswer {
    let part = match document.kind {
        DocumentKind::Index => Part::Index,
        DocumentKind::Manifest => Part::Manifest,
        DocumentKind::Config => Part::Config,
    };
    PartAnswer { digest: document.digest, size: document.size, ..PartAnswer::new(part) }.with(&document.flaws)
}

fn layer_part(
    contents: &Contents,
    progress: &dyn Progress,
    layer: &StatedLayer,
    at: usize,
    count: usize,
) -> PartAnswer {
    let expected = &layer.expected;
    let mut part = PartAnswer {
        position: Some(at),
        digest: expected.blob.map(|blob| blob.0),
        diff_id: expected.diff_id,
        ..PartAnswer::new(Part::Layer)
    };
    let left_out = |why: &str| Some(why.to_owned());
    let opened = match contents {
        Contents::Live(_) if layer.is_foreign() => {
            part.unread = left_out("it may not be distributed, so a registry need not have it");
            return part;
        }
        _ => contents.layer(layer),
    };
    let checked = match opened {
        Ok(Some(opened)) => {
            let name = format!("layer {} of {count}", at + 1);
            let stream = Followed::new(progress, opened.stream, opened.size, &name);
            check_layer(stream, expected).map_err(AskError::from)
        }
        Ok(None) if layer.is_foreign() => {
            part.unread = left_out("it may not be distributed, and was left out");
            return part;
        }
        Ok(None) => return part.with(&[Flaw::Missing]),
        Err(error) => Err(error),
    };
    match checked {
        Ok(Checked { sums, flaws, not_read: None }) => {
            part.size = Some(sums.size);
            (part.compression, part.unpacked) = (Some(sums.compression), Some(sums.unpacked));
            part.with(&flaws)
        }
        // What its blob is was compared; what is inside was not, so that it is
        // wrong or not known, and never intact.
        Ok(Checked { sums, flaws, not_read: Some(why) }) => {
            part.size = Some(sums.size);
            part.compression = Some(sums.compression).filter(|compression| *compression != Compression::None);
            if !flaws.is_empty() {
                part = part.with(&flaws);
            }
            let blob = if flaws.is_empty() && part.digest.is_some() { "; its blob is as stated" } else { "" };
            (part.unread, part.failed) = (Some(format!("it is {why}, which is not read{blob}")), true);
            part
        }
        Err(error) => {
            (part.unread, part.failed) = (Some(error.told()), true);
            part
        }
    }
}
