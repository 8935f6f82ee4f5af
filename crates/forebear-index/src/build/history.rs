//! The trie of histories and the trie of their trimmed texts.
//!
//! Laid out depth first, "P's history begins Q's" is "Q's node lies in P's
//! subtree": two comparisons.

use std::collections::HashMap;

use crate::error::IndexError;
use crate::format::NONE;
use crate::format::records::{Id, Node, StepNode};

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
    let text_of = |step: u32| steps.sorted.get(step as usize).map_or(NONE, |row| row.trimmed);
    let texts = Texts::of(&nodes, text_of);
    let (text_ends, text_nodes) = texts.laid_out();
    let text_node = |text: &u32| text_nodes.get(*text as usize).copied().unwrap_or(NONE);
    let step_nodes = nodes.iter().zip(&texts.of_node).map(|(node, text)| StepNode {
        parent: node.parent,
        step: node.layer,
        end: node.end,
        depth: node.depth,
        text_node: Id::new(text_node(text)),
    });
    Ok(Histories { step_nodes: step_nodes.collect(), text_nodes: text_ends, leaves })
}

/// The trie of texts, found by walking the trie of steps: it has no more nodes
/// than that one, and no history is written out for it.
struct Texts {
    /// For each node of the trie of steps, its node here.
    of_node: Vec<u32>,
    /// Parent, text and node, in ascending order. The root has none.
    edges: Vec<(u32, u32, u32)>,
}

impl Texts {
    fn of(nodes: &[Node], text_of: impl Fn(u32) -> u32) -> Self {
        let mut known: HashMap<(u32, u32), u32> = HashMap::with_capacity(nodes.len());
        let mut of_node: Vec<u32> = Vec::with_capacity(nodes.len());
        let mut count = 0;
        for node in nodes {
            // Parents come before their children.
            let text = of_node.get(node.parent.get() as usize).map_or(0, |parent| {
                *known.entry((*parent, text_of(node.layer.get()))).or_insert_with(|| {
                    count += 1;
                    count
                })
            });
            of_node.push(text);
        }
        let mut edges: Vec<_> = known.into_iter().map(|((parent, text), node)| (parent, text, node)).collect();
        edges.sort_unstable();
        Self { of_node, edges }
    }

    /// Where each subtree ends when the trie is laid out depth first, and
    /// which place each node has there.
    fn laid_out(&self) -> (Vec<Id>, Vec<u32>) {
        let count = self.edges.len() + 1;
        let mut ends = vec![Id::new(0); count];
        let mut places = vec![0; count];
        let below = |node: u32| self.edges.partition_point(|(parent, ..)| *parent < node);
        let mut next = 1;
        // Open nodes: place, id, and the edge to go on with.
        let mut open = vec![(0_usize, 0_u32, below(0))];
        while let Some((place, node, edge)) = open.last_mut() {
            match self.edges.get(*edge).filter(|(parent, ..)| parent == node) {
                Some((_, _, child)) => {
                    *edge += 1;
                    if let Some(slot) = places.get_mut(*child as usize) {
                        *slot = next;
                    }
                    open.push((next as usize, *child, below(*child)));
                    next += 1;
                }
                None => {
                    if let Some(end) = ends.get_mut(*place) {
                        *end = Id::new(next);
                    }
                    open.pop();
                }
            }
        }
        (ends, places)
    }
}

/// The trie over chains given in any order, and each chain's node.
fn sorted_trie(chains: &[Vec<u32>]) -> Result<(Vec<Node>, Vec<u32>), IndexError> {
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
