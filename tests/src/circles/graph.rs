//! Files that import each other, and the shortest way around.

use std::collections::BTreeMap;
use std::fmt;

use petgraph::algo::{astar, tarjan_scc};
use petgraph::graphmap::DiGraphMap;

/// A path in one file that leads to another.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Import {
    /// The file it is written in.
    pub from: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The path as written, the parts of a nested `use` put together.
    pub path: String,
    /// The file that defines what it leads to.
    pub to: String,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {} -> {}", self.from, self.line, self.path, self.to)
    }
}

/// Files of which each reaches every other by imports. Displayed with the
/// shortest way around.
#[derive(Clone, Debug)]
pub struct Circle {
    /// The files, in order.
    pub files: Vec<String>,
    /// One shortest way around, an import for each step.
    pub shortest: Vec<Import>,
    /// All imports between these files, one of each file by each other.
    pub imports: Vec<Import>,
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} files: {}", self.files.len(), self.files.join(", "))?;
        self.shortest.iter().try_for_each(|import| writeln!(f, "  {import}"))
    }
}

/// The circles that these imports make, by their first file.
pub(super) fn circles(mut imports: Vec<Import>) -> Vec<Circle> {
    imports.retain(|import| import.from != import.to);
    imports.sort();
    let mut first: BTreeMap<(&str, &str), &Import> = BTreeMap::new();
    for import in &imports {
        first.entry((&import.from, &import.to)).or_insert(import);
    }
    let graph: DiGraphMap<&str, ()> = first.keys().copied().collect();
    let mut circles: Vec<Circle> = tarjan_scc(&graph)
        .into_iter()
        .filter(|files| files.len() > 1)
        .map(|mut files| {
            files.sort_unstable();
            let between = |from: &str, to: &str| files.contains(&from) && files.contains(&to);
            let inner: Vec<&Import> = first.values().copied().filter(|i| between(&i.from, &i.to)).collect();
            let named = |step: &[&str]| match step {
                [from, to] => first.get(&(*from, *to)).map(|import| (*import).clone()),
                _ => None,
            };
            Circle {
                shortest: shortest(&graph, &inner).windows(2).filter_map(named).collect(),
                imports: inner.into_iter().cloned().collect(),
                files: files.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect();
    circles.sort_by(|a, b| a.files.cmp(&b.files));
    circles
}

/// The files along a shortest way around, the first of them at the end again.
fn shortest<'a>(graph: &DiGraphMap<&'a str, ()>, inner: &[&'a Import]) -> Vec<&'a str> {
    let around = |import: &&'a Import| {
        let back = |file: &str| file == import.from;
        let (_, way) = astar(graph, &*import.to, back, |_| 1, |_| 0)?;
        Some([vec![&*import.from], way].concat())
    };
    inner.iter().filter_map(around).min_by_key(Vec::len).unwrap_or_default()
}
