//! The parent, its parent, and so on.

use forebear_image::Timestamp;
use forebear_index::View;
use forebear_index::resolve::{Parent, parent_of};
use serde::Serialize;

use crate::answers::{AncestorAnswer, ImageAnswer};
use crate::located::Located;

/// Longer than any real lineage; a guard, since every ancestor has fewer
/// layers or steps than its child.
const MAX_ANCESTORS: usize = 1_000;

/// An image and its ancestors.
#[derive(Clone, Debug, Serialize)]
pub struct LineageAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// Nearest first.
    pub ancestors: Vec<AncestorAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// An image's lineage as the contract has it.
pub(crate) fn find(index: &View, located: &Located) -> LineageAnswer {
    let mut ancestors = Vec::new();
    let mut child = located;
    let chain = ancestors_of(index, located);
    for (parent, its) in &chain {
        ancestors.push(AncestorAnswer::new(index, child, parent, its));
        child = its;
    }
    LineageAnswer { image: ImageAnswer::from(located), ancestors, observed_until: index.observed_until() }
}

/// An image's ancestors, nearest first: the rule, repeated.
pub(crate) fn ancestors_of(index: &View, located: &Located) -> Vec<(Parent, Located)> {
    let mut chain: Vec<(Parent, Located)> = Vec::new();
    while chain.len() < MAX_ANCESTORS {
        let child = chain.last().map_or(located, |(_, child)| child);
        let Some(parent) = parent_of(index, child.subject()) else { break };
        let Some(its) = Located::as_base_of(index, parent.image, child) else { break };
        chain.push((parent, its));
    }
    chain
}
