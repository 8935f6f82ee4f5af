//! A graph of answers.

use std::collections::HashSet;

use forebear_ask::LineageAnswer;
use forebear_ask::answers::{AncestorAnswer, ImageAnswer};

use crate::graph::{Edge, Graph, Node};

impl Graph {
    /// The lineages of several images as one graph: what they have in common is there once.
    #[must_use]
    pub fn of_lineages(answers: &[LineageAnswer]) -> Self {
        let mut graph = Self::default();
        let (mut known, mut joined) = (HashSet::new(), HashSet::new());
        // Those that were asked about first, so that none is taken for a mere ancestor.
        for answer in answers {
            graph.observed_until = graph.observed_until.max(answer.observed_until);
            graph.add(&answer.image, true, &mut known);
        }
        for answer in answers {
            let mut child = &answer.image;
            for ancestor in &answer.ancestors {
                graph.add(&ancestor.image, false, &mut known);
                // What lies above an image that was drawn before was drawn with it.
                if !joined.insert(key(child)) {
                    break;
                }
                graph.edges.push(edge(child, ancestor));
                child = &ancestor.image;
            }
        }
        graph
    }

    fn add(&mut self, image: &ImageAnswer, asked: bool, known: &mut HashSet<String>) {
        let key = key(image);
        if known.insert(key.clone()) {
            self.nodes.push(node(key, image, asked));
        }
    }
}

fn node(key: String, image: &ImageAnswer, asked: bool) -> Node {
    Node {
        key,
        reference: called(image).to_owned(),
        config: image.config_digest.map(|digest| digest.0),
        manifest: image.manifest_digest,
        platform: image.platform.clone(),
        created: image.created.filter(|time| !time.is_placeholder()),
        layers: image.layers,
        steps: image.steps,
        asked,
    }
}

/// Its name; who asked by a digest alone is told what that is called.
fn called(image: &ImageAnswer) -> &str {
    match image.names.first() {
        Some(name) if image.reference.starts_with("sha256:") => name,
        _ => &image.reference,
    }
}

/// An image is its config; where that was not read, its manifest stands in.
fn key(image: &ImageAnswer) -> String {
    let config = image.config_digest.map(|digest| digest.to_string());
    let manifest = || image.manifest_digest.map(|digest| digest.to_string());
    config.or_else(manifest).unwrap_or_else(|| image.reference.clone())
}

fn edge(child: &ImageAnswer, parent: &AncestorAnswer) -> Edge {
    let steps = child.steps.zip(parent.image.steps);
    Edge {
        child: key(child),
        parent: key(&parent.image),
        evidence: Some(parent.evidence),
        agreement: parent.agreement,
        layers: child.layers.saturating_sub(parent.image.layers),
        steps: steps.map(|(own, below)| own.saturating_sub(below)),
        freshness: parent.freshness.freshness,
        builds_behind: parent.freshness.builds_behind,
        days_behind: parent.freshness.days_behind,
    }
}
