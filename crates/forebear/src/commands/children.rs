//! `forebear children`.

use forebear_image::ManifestDigest;
use forebear_index::Index;
use forebear_index::resolve::{all_children, children};
use serde::Serialize;

use crate::answer::{self, ImageAnswer};
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::{Located, locate};
use crate::output::{self, Format};
use crate::text;

/// `children --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct ChildrenAnswer {
    pub image: ImageAnswer,
    pub total: usize,
    pub children: Vec<ChildAnswer>,
}

/// One image built on the one asked about.
#[derive(Debug, Serialize)]
pub(crate) struct ChildAnswer {
    pub reference: String,
    pub manifest_digest: Option<ManifestDigest>,
    pub platform: Option<String>,
    pub layers: usize,
}

/// Prints the images built on one.
pub(crate) fn run(
    index: &Index,
    common: &Common,
    image: &str,
    all: bool,
    limit: Option<usize>,
) -> anyhow::Result<Exit> {
    let located = locate(index, common, image)?;
    let found = if all { all_children(index, located.subject()) } else { children(index, located.subject()) };
    let total = found.len();
    let mut rows: Vec<ChildAnswer> = found.into_iter().filter_map(|id| child(&Located::of_index(index, id)?)).collect();
    rows.sort_by(|a, b| (&a.reference, &a.platform).cmp(&(&b.reference, &b.platform)));
    rows.truncate(limit.unwrap_or(usize::MAX));
    let answer = ChildrenAnswer { image: answer::image(&located), total, children: rows };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::children::render(&answer)),
    }
    Ok(if total == 0 { Exit::NotFound } else { Exit::Found })
}

fn child(its: &Located) -> Option<ChildAnswer> {
    Some(ChildAnswer {
        reference: its.reference.clone(),
        manifest_digest: its.image.manifest_digest,
        platform: its.image.platform.as_ref().map(ToString::to_string),
        layers: its.image.layers.len(),
    })
}
