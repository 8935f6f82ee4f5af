//! The leaves of a `use` tree.

use syn::{ItemUse, UseTree};

use super::tokens;

/// One leaf: a path, and the name it is given.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) path: Vec<String>,
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) named: Named,
}

/// The name that a leaf is given.
#[derive(Debug)]
pub(super) enum Named {
    As(String),
    /// `use x as _`.
    Nothing,
    /// `use x::*`: those that things have there.
    All,
}

impl Leaf {
    pub(super) fn is_glob(&self) -> bool {
        matches!(self.named, Named::All)
    }
}

/// The leaves in the order they are written.
pub(super) fn leaves(item: &ItemUse) -> Vec<Leaf> {
    let mut found = Vec::new();
    let before = item.leading_colon.map(|_| String::new());
    walk(&item.tree, &Vec::from_iter(before), &mut found);
    found
}

fn walk(tree: &UseTree, before: &[String], found: &mut Vec<Leaf>) {
    let with = |ident| [before, &[tokens::text(ident)]].concat();
    match tree {
        UseTree::Path(path) => walk(&path.tree, &with(&path.ident), found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| walk(tree, before, found)),
        UseTree::Glob(glob) => {
            let line = tokens::line(glob.star_token.span);
            found.push(Leaf { path: before.to_vec(), line, named: Named::All });
        }
        UseTree::Name(name) => {
            let last = if name.ident == "self" { before.last().cloned() } else { None };
            let path = with(&name.ident);
            let named = Named::As(last.unwrap_or_else(|| tokens::text(&name.ident)));
            found.push(Leaf { path, line: tokens::line(name.ident.span()), named });
        }
        UseTree::Rename(rename) => {
            let name = tokens::text(&rename.rename);
            let named = if name == "_" { Named::Nothing } else { Named::As(name) };
            found.push(Leaf { path: with(&rename.ident), line: tokens::line(rename.ident.span()), named });
        }
    }
}
