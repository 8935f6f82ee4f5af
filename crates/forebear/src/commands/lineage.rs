//! `forebear lineage`.

use forebear_index::View;
use forebear_index::resolve::{Parent, parent_of};
use serde::Serialize;

use crate::answer::{self, ImageAnswer, ParentAnswer};
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::{Located, locate};
use crate::output::{self, Format};
use crate::text;

/// Longer than any real lineage; a guard, since every ancestor has fewer
/// layers or steps than its child.
const MAX_ANCESTORS: usize = 1_000;

/// `lineage --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct LineageAnswer {
    pub image: ImageAnswer,
    pub ancestors: Vec<ParentAnswer>,
}

/// Prints an image's ancestors, nearest first.
pub(crate) fn run(index: &View, common: &Common, image: &str) -> anyhow::Result<Exit> {
    let located = locate(index, common, image)?;
    let mut ancestors = Vec::new();
    let chain = ancestors_of(index, &located);
    for (at, (parent, its)) in chain.iter().enumerate() {
        let child = at.checked_sub(1).and_then(|below| chain.get(below)).map_or(&located, |(_, child)| child);
        ancestors.push(answer::parent_answer(index, child, parent, its));
    }
    let exit = if ancestors.is_empty() { Exit::NotFound } else { Exit::Found };
    let answer = LineageAnswer { image: answer::image(&located), ancestors };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::lineage::render(&answer)),
    }
    Ok(exit)
}

/// An image's ancestors, nearest first: the rule, repeated.
pub(crate) fn ancestors_of(index: &View, located: &Located) -> Vec<(Parent, Located)> {
    let mut chain: Vec<(Parent, Located)> = Vec::new();
    while chain.len() < MAX_ANCESTORS {
        let child = chain.last().map_or(located, |(_, child)| child);
        let Some(parent) = parent_of(index, child.subject()) else { break };
        let Some(its) = Located::of_index(index, parent.image) else { break };
        chain.push((parent, its));
    }
    chain
}
