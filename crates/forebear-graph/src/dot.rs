//! The DOT language, as Graphviz and pydot read it (graphviz.org/doc/info/lang.html).

use std::io::{self, Write};

use crate::columns::{self, Value};
use crate::graph::{Edge, Graph, Node};
use crate::shown::{added, details, outdated, visible};

/// A whole graph.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut out = Vec::new();
    // A vector takes what is written to it.
    _ = write_all(&mut out, graph);
    String::from_utf8_lossy(&out).into_owned()
}

fn write_all(out: &mut Vec<u8>, graph: &Graph) -> io::Result<()> {
    begin(out)?;
    graph.nodes.iter().try_for_each(|own| node(out, own))?;
    graph.edges.iter().try_for_each(|own| edge(out, own))?;
    end(out)
}

/// Writes what comes before all nodes.
///
/// # Errors
/// Those of `out`.
pub fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(
        b"digraph forebear {\n  graph [rankdir=BT, charset=\"UTF-8\"]\n  node [shape=box, style=\"rounded,filled\", \
          fillcolor=\"#ffffff\", color=\"#667085\", fontname=\"Helvetica\", fontsize=11]\n  edge [color=\"#667085\", \
          fontname=\"Helvetica\", fontsize=9]\n",
    )
}

/// Writes an image.
///
/// # Errors
/// Those of `out`.
pub fn node(out: &mut impl Write, node: &Node) -> io::Result<()> {
    write!(out, "  {} [label=\"{}\\n{}\"", id(&node.key), label(&node.reference), label(&details(node)))?;
    write!(out, ", tooltip=\"{}\"", label(&node.key))?;
    if node.asked {
        out.write_all(b", penwidth=2")?;
    }
    attributes(out, &columns::NODE, columns::of_node(node))?;
    out.write_all(b"]\n")
}

/// Writes what an image is built on.
///
/// # Errors
/// Those of `out`.
pub fn edge(out: &mut impl Write, edge: &Edge) -> io::Result<()> {
    write!(out, "  {} -> {} [label=\"{}", id(&edge.child), id(&edge.parent), label(&added(edge)))?;
    if let Some(outdated) = outdated(edge) {
        write!(out, "\\n{}", label(&outdated))?;
    }
    out.write_all(b"\"")?;
    if edge.is_outdated() {
        out.write_all(b", color=\"#b54708\", fontcolor=\"#b54708\"")?;
    }
    attributes(out, &columns::EDGE, columns::of_edge(edge))?;
    out.write_all(b"]\n")
}

/// Writes what comes after all edges.
///
/// # Errors
/// Those of `out`.
pub fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"}\n")
}

/// Graphviz passes attributes on that it does not know.
fn attributes<const N: usize>(
    out: &mut impl Write,
    names: &[(&str, &str); N],
    values: [Option<Value>; N],
) -> io::Result<()> {
    for ((name, _), value) in names.iter().zip(values) {
        // Labels are set already, with what is shown.
        match value.filter(|_| *name != "label") {
            Some(Value::Text(text)) => write!(out, ", {name}=\"{}\"", label(&text))?,
            Some(Value::Number(count)) => write!(out, ", {name}={count}")?,
            Some(Value::Flag(flag)) => write!(out, ", {name}={flag}")?,
            None => {}
        }
    }
    Ok(())
}

/// A name of a node: between quotes a quotation mark is escaped and nothing else, so that a
/// backslash, which would hide the mark that ends it, is written as a slash.
fn id(text: &str) -> String {
    format!("\"{}\"", visible(text).replace('\\', "/").replace('"', "\\\""))
}

/// Text of a label, in which backslashes and HTML's entities mean something
/// (graphviz.org/docs/attr-types/escString).
fn label(text: &str) -> String {
    visible(text).replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_registry_stays_text() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(label(text), expected);
        }
        check("docker.io/library/alpine:3.20", "docker.io/library/alpine:3.20");
        check("a\"]; evil [label=\"b", "a\\\"]; evil [label=\\\"b");
        check("ends in \\", "ends in \\\\");
        check("&lt;b&gt;", "&amp;lt;b&amp;gt;");
        check("a\nb\0", "a\\\\nb\\\\u{0}");
        assert_eq!(id("C:\\a\"b"), "\"C:/a\\\"b\"");
    }
}
