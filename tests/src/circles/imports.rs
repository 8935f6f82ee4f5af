//! Every path that is written in a crate, and the files that they lead to.

use std::collections::BTreeSet;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Item, Stmt, Visibility};

use super::attributes::{self, is_for_tests};
use super::graph::Import;
use super::leaves::leaves;
use super::modules::{Meaning, ModuleId};
use super::names::{Wanted, resolve};
use super::sources::Sources;
use super::tokens::{self, What, Written};

/// What was read in a crate.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// Paths to other files.
    pub(super) imports: Vec<Import>,
    /// Paths that begin in the crate and lead nowhere.
    pub(super) unresolved: Vec<String>,
}

/// Reads the crate of a root.
pub(super) fn of(folder: &Path, root: &Path) -> Imports {
    let mut sources = Sources::read(folder, root);
    let mut found = Imports::default();
    while let Some((scope, items)) = sources.unread.pop() {
        let mut reader = Reader { sources: &mut sources, found: &mut found, scope, locals: BTreeSet::new() };
        items.iter().for_each(|item| reader.visit_item(item));
    }
    found
}

/// Reads the items of one module.
struct Reader<'a> {
    sources: &'a mut Sources,
    found: &'a mut Imports,
    /// The innermost module or block.
    scope: ModuleId,
    /// What the outermost function at hand binds: such a name is no path.
    locals: BTreeSet<String>,
}

impl Reader<'_> {
    /// A path, which leads somewhere if it begins in the crate.
    fn path(&mut self, segments: &[String], line: usize, wanted: Wanted) {
        let modules = &self.sources.modules;
        if let [first, _, ..] = segments
            && resolve(modules, self.scope, segments, wanted).is_unknown()
            && !resolve(modules, self.scope, std::slice::from_ref(first), Wanted::Prefix).modules.is_empty()
        {
            let from = &modules.get(self.scope).file;
            self.found.unresolved.push(format!("{from}:{line} {}", segments.join("::")));
        }
        self.lead(segments, line, wanted);
    }

    /// Where a path leads.
    fn lead(&mut self, segments: &[String], line: usize, wanted: Wanted) {
        let modules = &self.sources.modules;
        let from = &modules.get(self.scope).file;
        for to in resolve(modules, self.scope, segments, wanted).files.into_iter().filter(|to| to != from) {
            self.found.imports.push(Import { from: from.clone(), line, path: segments.join("::"), to });
        }
    }

    fn written(&mut self, written: Vec<Written>) {
        for Written { segments, what, line } in written {
            match what {
                _ if self.is_local(&segments) => {}
                What::Item => self.path(&segments, line, Wanted::Item),
                What::Macro => self.path(&segments, line, Wanted::Macro),
                What::Perhaps => self.lead(&segments, line, Wanted::Item),
            }
        }
    }

    /// Whether it is a variable; a pattern that begins with a capital names
    /// what is elsewhere.
    fn is_local(&self, segments: &[String]) -> bool {
        matches!(segments, [name] if self.locals.contains(name) && !name.starts_with(char::is_uppercase))
    }

    /// A function, with what it binds.
    fn function(&mut self, bound: BTreeSet<String>, visit: impl FnOnce(&mut Self)) {
        let is_outermost = self.locals.is_empty();
        self.locals.extend(bound);
        visit(self);
        if is_outermost {
            self.locals.clear();
        }
    }

    /// Whether a module only hands on what its own children define: then a
    /// path in it is no import.
    fn hands_on(&self, visibility: &Visibility, path: &[String]) -> bool {
        let path = if path.first().is_some_and(|first| first == "self") { path.get(1..) } else { Some(path) };
        let first = path.and_then(<[String]>::first).into_iter();
        let children = first.flat_map(|name| self.sources.modules.get(self.scope).names.get(name)).flatten();
        let is_child = children.into_iter().any(|name| matches!(name.meaning, Meaning::Module(_)));
        is_child && !matches!(visibility, Visibility::Inherited)
    }
}

/// Names that patterns bind.
#[derive(Default)]
struct Bound(BTreeSet<String>);

impl<'ast> Visit<'ast> for Bound {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.insert(tokens::text(&pattern.ident));
        visit::visit_pat_ident(self, pattern);
    }
}

fn written_path(path: &syn::Path) -> (Vec<String>, usize) {
    let before = path.leading_colon.map(|_| String::new());
    let segments = path.segments.iter().map(|segment| tokens::text(&segment.ident));
    let line = path.segments.first().map_or(0, |first| tokens::line(first.ident.span()));
    (before.into_iter().chain(segments).collect(), line)
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes::of_item(item)) {
            visit::visit_item(self, item);
        }
    }

    /// Read on its own.
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        for leaf in leaves(item) {
            if !self.hands_on(&item.vis, &leaf.path) {
                // Names that a glob brings are seen where they are used.
                self.path(&leaf.path, leaf.line, if leaf.is_glob() { Wanted::Prefix } else { Wanted::All });
            }
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let mut bound = Bound::default();
        bound.visit_item_fn(item);
        self.function(bound.0, |reader| visit::visit_item_fn(reader, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        let mut bound = Bound::default();
        bound.visit_impl_item_fn(item);
        self.function(bound.0, |reader| visit::visit_impl_item_fn(reader, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        let mut bound = Bound::default();
        bound.visit_trait_item_fn(item);
        self.function(bound.0, |reader| visit::visit_trait_item_fn(reader, item));
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let items: Vec<Item> = block
            .stmts
            .iter()
            .filter_map(|statement| match statement {
                Stmt::Item(item) => Some(item.clone()),
                Stmt::Local(_) | Stmt::Expr(..) | Stmt::Macro(_) => None,
            })
            .collect();
        let around = self.scope;
        if !items.is_empty() {
            self.scope = self.sources.block(around, &items);
        }
        visit::visit_block(self, block);
        self.scope = around;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let (segments, line) = written_path(path);
        if !self.is_local(&segments) {
            self.path(&segments, line, Wanted::Item);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        match &path.qself {
            // `<T>::name`: a name of the type's own.
            Some(of) if of.position == 0 => self.visit_type(&of.ty),
            _ => visit::visit_expr_path(self, path),
        }
    }

    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        match &path.qself {
            Some(of) if of.position == 0 => self.visit_type(&of.ty),
            _ => visit::visit_type_path(self, path),
        }
    }

    /// A constant or a variant, unless it is a variable.
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let segments = [tokens::text(&pattern.ident)];
        if !self.is_local(&segments) {
            self.path(&segments, tokens::line(pattern.ident.span()), Wanted::Item);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let (segments, line) = written_path(&call.path);
        self.path(&segments, line, Wanted::Macro);
        self.written(tokens::paths(&call.tokens));
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.written(attributes::paths(attribute));
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes: &[Attribute] = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            // What syn does not know.
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        if !is_for_tests(&variant.attrs) {
            visit::visit_variant(self, variant);
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !is_for_tests(&arm.attrs) {
            visit::visit_arm(self, arm);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_for_tests(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_stmt_macro(&mut self, statement: &'ast syn::StmtMacro) {
        if !is_for_tests(&statement.attrs) {
            visit::visit_stmt_macro(self, statement);
        }
    }
}
