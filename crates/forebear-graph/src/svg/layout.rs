//! Where each image stands.

use std::collections::HashMap;

use crate::graph::{Edge, Graph, Node};

/// One row of the picture.
pub(super) struct Row<'a> {
    pub(super) node: &'a Node,
    /// What it is built on, and the row of that.
    pub(super) below: Option<(&'a Edge, usize)>,
    /// Lanes from the left.
    pub(super) lane: usize,
    /// An edge to it from an image that is behind.
    pub(super) is_outdated: bool,
    /// Images that are built on it.
    pub(super) children: usize,
}

/// An image that has no row yet: what it is built on, with the row of that, and its lane.
type Waiting<'a> = (&'a Node, Option<(&'a Edge, usize)>, usize);

/// Rows, each after the image that it is built on; roots by name.
pub(super) fn rows(graph: &Graph) -> Vec<Row<'_>> {
    let by_key: HashMap<&str, &Node> = graph.nodes.iter().map(|node| (node.key.as_str(), node)).collect();
    let below: HashMap<&str, &Edge> = graph.edges.iter().map(|edge| (edge.child.as_str(), edge)).collect();
    let mut above: HashMap<&str, Vec<(&Node, &Edge)>> = HashMap::new();
    for edge in &graph.edges {
        if let Some(child) = by_key.get(edge.child.as_str()) {
            above.entry(edge.parent.as_str()).or_default().push((child, edge));
        }
    }
    for children in above.values_mut() {
        children.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
    }
    let mut roots: Vec<&Node> = graph.nodes.iter().filter(|node| !below.contains_key(node.key.as_str())).collect();
    roots.sort_by(|a, b| order(a).cmp(&order(b)));

    let mut rows: Vec<Row<'_>> = Vec::new();
    // Last in, first out: what is to come is kept the other way round.
    let mut waiting: Vec<Waiting<'_>> = roots.into_iter().rev().map(|root| (root, None, 0)).collect();
    while let Some((node, below, lane)) = waiting.pop() {
        let children = above.get(node.key.as_str()).map_or(&[][..], Vec::as_slice);
        let is_outdated = children.iter().any(|(_, edge)| edge.is_outdated());
        let at = rows.len();
        rows.push(Row { node, below, lane, is_outdated, children: children.len() });
        let lane = if children.len() > 1 { lane + 1 } else { lane };
        waiting.extend(children.iter().rev().map(|(child, edge)| (*child, Some((*edge, at)), lane)));
    }
    rows
}

fn order(node: &Node) -> (&str, Option<String>, &str) {
    (&node.reference, node.platform.as_ref().map(ToString::to_string), &node.key)
}
