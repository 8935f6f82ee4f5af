//! GraphML (graphml.graphdrawing.org), as NetworkX, yEd, Gephi and Cytoscape read it.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::columns::{self, EDGE, NODE, Value};
use crate::graph::{Edge, Node};
use crate::shown::visible;

/// Writes what comes before all nodes.
///
/// # Errors
/// Those of `out`.
pub fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(
        b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
          <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
          xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
          xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
    )?;
    for (domain, keys) in [("node", NODE.as_slice()), ("edge", EDGE.as_slice())] {
        for (name, kind) in keys {
            writeln!(
                out,
                "  <key id=\"{domain}_{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
            )?;
        }
    }
    out.write_all(b"  <graph id=\"forebear\" edgedefault=\"directed\">\n")
}

/// Writes an image.
///
/// # Errors
/// Those of `out`.
pub fn node(out: &mut impl Write, node: &Node) -> io::Result<()> {
    writeln!(out, "    <node id=\"{}\">", text(&node.key))?;
    data(out, "node", &NODE, columns::of_node(node))?;
    out.write_all(b"    </node>\n")
}

/// Writes what an image is built on.
///
/// # Errors
/// Those of `out`.
pub fn edge(out: &mut impl Write, edge: &Edge) -> io::Result<()> {
    writeln!(out, "    <edge source=\"{}\" target=\"{}\">", text(&edge.child), text(&edge.parent))?;
    data(out, "edge", &EDGE, columns::of_edge(edge))?;
    out.write_all(b"    </edge>\n")
}

/// Writes what comes after all edges.
///
/// # Errors
/// Those of `out`.
pub fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"  </graph>\n</graphml>\n")
}

fn data<const N: usize>(
    out: &mut impl Write,
    domain: &str,
    names: &[(&str, &str); N],
    values: [Option<Value>; N],
) -> io::Result<()> {
    for ((name, _), value) in names.iter().zip(values) {
        let value = match value {
            Some(Value::Text(own)) => text(&own),
            Some(Value::Number(count)) => count.to_string(),
            Some(Value::Flag(flag)) => flag.to_string(),
            None => continue,
        };
        writeln!(out, "      <data key=\"{domain}_{name}\">{value}</data>")?;
    }
    Ok(())
}

/// Text of XML 1.0, which has no controls and no two last characters of the first plane.
pub(crate) fn text(own: &str) -> String {
    let mut out = String::with_capacity(own.len() + 16);
    for c in visible(own).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
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
        check("ghcr.io/a/b:1", "ghcr.io/a/b:1");
        check("<script>\"&'", "&lt;script&gt;&quot;&amp;&#39;");
        check("]]>", "]]&gt;");
        check("\u{1b}[31m\u{ffff}", "\\u{1b}[31m\\u{ffff}");
    }
}
