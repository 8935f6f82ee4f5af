//! Mermaid's flowcharts (mermaid.js.org/syntax/flowchart), as GitHub and GitLab draw them.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::graph::Graph;
use crate::shown::{added, details, outdated, visible};

/// A whole graph. Mermaid itself stops at 500 edges, unless it is told otherwise.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let ids: HashMap<&str, usize> = graph.nodes.iter().enumerate().map(|(at, node)| (node.key.as_str(), at)).collect();
    let mut out = "flowchart BT\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let class = if node.asked { ":::asked" } else { "" };
        _ = writeln!(out, "  n{at}[\"{}<br/>{}\"]{class}", text(&node.reference), text(&details(node)));
    }
    let mut late = Vec::new();
    let mut drawn = 0;
    for edge in &graph.edges {
        let (Some(child), Some(parent)) = (ids.get(edge.child.as_str()), ids.get(edge.parent.as_str())) else {
            continue;
        };
        let outdated = outdated(edge).map_or_else(String::new, |outdated| format!("<br/>{}", text(&outdated)));
        _ = writeln!(out, "  n{child} -->|\"{}{outdated}\"| n{parent}", text(&added(edge)));
        late.extend(edge.is_outdated().then(|| drawn.to_string()));
        drawn += 1;
    }
    out.push_str("  classDef asked stroke-width:3px\n");
    if !late.is_empty() {
        _ = writeln!(out, "  linkStyle {} stroke:#b54708,color:#b54708", late.join(","));
    }
    out
}

/// Text between quotes: what means something to Mermaid or to HTML is written by its number
/// (mermaid.js.org, "Entity codes to escape characters").
fn text(own: &str) -> String {
    let mut out = String::with_capacity(own.len() + 16);
    for c in visible(own).chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '.' | '_' | '-' | '/' | ':' | '@' | '+' | ',' => out.push(c),
            _ if c.is_ascii() => _ = write!(out, "#{};", u32::from(c)),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_of_a_registry_stays_text() {
        #[track_caller]
        fn check(own: &str, expected: &str) {
            assert_eq!(text(own), expected);
        }
        check("docker.io/library/alpine:3.20", "docker.io/library/alpine:3.20");
        check("a\"]", "a#34;#93;");
        check("<img src=x>", "#60;img src#61;x#62;");
        check("#60;", "#35;60#59;");
        check("`x`", "#96;x#96;");
    }
}
