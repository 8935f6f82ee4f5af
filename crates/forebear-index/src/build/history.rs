//! The trie of histories and the trie of their trimmed texts.
//!
//! Laid out depth first, "P's history begins Q's" is "Q's node lies in P's
//! subtree": two comparisons.

use crate::error::IndexError;
use crate::format::NONE;
use crate::format::records::{Id, StepNode};

use super::collect::StepRow;
use super::layers;
use super::strings::Interned;

/// The history tables.
#[derive(Debug)]
pub(super) struct Histories {
    pub step_nodes: Vec<StepNode>,
    pub text_nodes: Vec<Id>,
    /// For each history, in the order given, its node.
    pub leaves: Vec<u32>,
}

/// Builds both tries. `histories` hold temporary step ids.
pub(super) fn histories(histories: &[Vec<u32>], steps: &Interned<StepRow>) -> Result<Histories, IndexError> {
    let chains: Vec<Vec<u32>> = histories.iter().map(|h| h.iter().map(|step| steps.id(*step)).collect()).collect();
    let (nodes, leaves) = sorted_trie(&chains)?;
    // Texts of every node, so that each node finds its place in the text trie.
    let text_of = |step: u32| steps.sorted.get(step as usize).map_or(NONE, |row| row.trimmed);
    let mut texts: Vec<Vec<u32>> = Vec::with_capacity(nodes.len());
    for node in &nodes {
        let mut text = texts.get(node.parent.get() as usize).cloned().unwrap_or_default();
        if node.layer.get() != NONE {
            text.push(text_of(node.layer.get()));
        }
        texts.push(text);
    }
    let (text_nodes, text_leaves) = sorted_trie(&texts)?;
    let step_nodes = nodes.iter().zip(text_leaves).map(|(node, text_node)| StepNode {
        parent: node.parent,
        step: node.layer,
        end: node.end,
        depth: node.depth,
        text_node: Id::new(text_node),
    });
    let step_nodes = step_nodes.collect();
    Ok(Histories { step_nodes, text_nodes: text_nodes.iter().map(|node| node.end).collect(), leaves })
}

/// The trie over chains given in any order, and each chain's node.
fn sorted_trie(chains: &[Vec<u32>]) -> Result<(Vec<crate::format::records::Node>, Vec<u32>), IndexError> {
    let mut order: Vec<usize> = (0..chains.len()).collect();
    let chain = |at: usize| chains.get(at).map(Vec::as_slice).unwrap_or_default();
    order.sort_unstable_by(|a, b| chain(*a).cmp(chain(*b)));
    let trie = layers::trie(order.iter().map(|at| chain(*at)))?;
    let mut leaves = vec![0; chains.len()];
    for (at, leaf) in order.iter().zip(&trie.leaves) {
        if let Some(slot) = leaves.get_mut(*at) {
            *slot = *leaf;
        }
    }
    Ok((trie.nodes, leaves))
}
