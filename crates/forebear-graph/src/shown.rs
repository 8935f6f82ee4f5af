//! What is said of images and edges, in any format.

use forebear_ask::answers::FreshnessState;
use forebear_image::escape::for_terminal;
use forebear_image::human::plural;

use crate::graph::{Edge, Node};

/// One line of text of which every character is seen.
pub(crate) fn visible(text: &str) -> String {
    for_terminal(text, false).replace('\t', " ")
}

/// `linux/amd64 · 4 layers · 2024-11-30`.
pub(crate) fn details(node: &Node) -> String {
    let platform = node.platform.as_ref().map(|platform| visible(&platform.to_string()));
    let layers = plural(node.layers as u64, "layer");
    let created = node.created.map(|time| visible(&time.date()));
    let parts: Vec<String> = platform.into_iter().chain([layers]).chain(created).collect();
    parts.join(" · ")
}

/// `+2 layers`, or what else was added.
pub(crate) fn added(edge: &Edge) -> String {
    match edge.layers {
        0 => "metadata only".to_owned(),
        layers => format!("+{}", plural(layers as u64, "layer")),
    }
}

/// `2 builds behind` and the like; `None` where there is nothing to do about the parent.
pub(crate) fn outdated(edge: &Edge) -> Option<String> {
    let builds = plural(u64::from(edge.builds_behind.unwrap_or_default()), "build");
    match edge.freshness? {
        FreshnessState::Outdated => Some(format!("{builds} behind")),
        FreshnessState::Gone => Some("its tag is gone".to_owned()),
        FreshnessState::Current | FreshnessState::Unproven => None,
    }
}
