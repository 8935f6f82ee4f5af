//! What formats for programs say of images and edges.

use crate::graph::{Edge, Node};

/// A value.
pub(crate) enum Value {
    Text(String),
    Number(u64),
    Flag(bool),
}

/// Names and kinds of what nodes have, in the order of [`of_node`].
pub(crate) const NODE: [(&str, &str); 9] = [
    ("reference", "string"),
    ("config_digest", "string"),
    ("manifest_digest", "string"),
    ("platform", "string"),
    ("created", "string"),
    ("layers", "long"),
    ("steps", "long"),
    ("asked", "boolean"),
    ("label", "string"),
];

/// Names and kinds of what edges have, in the order of [`of_edge`].
pub(crate) const EDGE: [(&str, &str); 7] = [
    ("evidence", "string"),
    ("agreement", "string"),
    ("layers_added", "long"),
    ("steps_added", "long"),
    ("freshness", "string"),
    ("builds_behind", "long"),
    ("days_behind", "long"),
];

pub(crate) fn of_node(node: &Node) -> [Option<Value>; 9] {
    let text = |text: Option<String>| text.map(Value::Text);
    let count = |count: Option<usize>| count.map(|count| Value::Number(count as u64));
    [
        text(Some(node.reference.clone())),
        text(node.config.map(|digest| digest.to_string())),
        text(node.manifest.map(|digest| digest.to_string())),
        text(node.platform.as_ref().map(ToString::to_string)),
        text(node.created.map(|time| time.to_string())),
        count(Some(node.layers)),
        count(node.steps),
        Some(Value::Flag(node.asked)),
        text(Some(node.reference.clone())),
    ]
}

pub(crate) fn of_edge(edge: &Edge) -> [Option<Value>; 7] {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let count = |count: Option<u32>| count.map(|count| Value::Number(u64::from(count)));
    [
        edge.evidence.and_then(|evidence| text(evidence.as_str())),
        text(edge.agreement.as_str()),
        Some(Value::Number(edge.layers as u64)),
        edge.steps.map(|steps| Value::Number(steps as u64)),
        edge.freshness.and_then(|state| text(state.as_str())),
        count(edge.builds_behind),
        count(edge.days_behind),
    ]
}
