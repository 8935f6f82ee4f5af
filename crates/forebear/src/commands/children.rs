//! `forebear children`.

use forebear_image::ManifestDigest;
use forebear_index::View;
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
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// How many come before the first one listed.
    pub offset: usize,
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

/// Which children are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Also children of children.
    pub all: bool,
    pub offset: usize,
    pub limit: Option<usize>,
}

/// Prints the images built on one: their number, and a page of them. Only what
/// is printed is loaded.
pub(crate) fn run(index: &View, common: &Common, image: &str, wanted: Wanted) -> anyhow::Result<Exit> {
    let Wanted { all, offset, limit } = wanted;
    let located = locate(index, common, image)?;
    let found = if all { all_children(index, located.subject()) } else { children(index, located.subject()) };
    let page = index.page(&found, offset, limit.unwrap_or(usize::MAX));
    let rows = page.into_iter().filter_map(|id| child(&Located::of_index(index, id)?)).collect();
    let answer = ChildrenAnswer { image: answer::image(&located), total: found.len(), offset, children: rows };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::children::render(&answer)),
    }
    Ok(if found.is_empty() { Exit::NotFound } else { Exit::Found })
}

fn child(its: &Located) -> Option<ChildAnswer> {
    Some(ChildAnswer {
        reference: its.reference.clone(),
        manifest_digest: its.image.manifest_digest,
        platform: its.image.platform.as_ref().map(ToString::to_string),
        layers: its.image.layers.len(),
    })
}
