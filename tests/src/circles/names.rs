//! What a path leads to: through modules, re-exports, globs and renames to
//! the file that defines the item.

use std::collections::BTreeSet;

use super::modules::{Kind, Meaning, ModuleId, Modules, Place};

/// What a path leads to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Meant {
    /// Modules of that name.
    pub(super) modules: Vec<ModuleId>,
    /// Enums, whose variants can be named.
    enums: Vec<ModuleId>,
    /// Files that define an item of that name.
    pub(super) files: BTreeSet<String>,
    /// It leads, or may lead, out of the crate.
    pub(super) is_foreign: bool,
}

impl Meant {
    /// Whether nothing in the crate is meant.
    fn is_empty(&self) -> bool {
        self.modules.is_empty() && self.enums.is_empty() && self.files.is_empty()
    }

    /// Whether it is not known what is meant.
    pub(super) fn is_unknown(&self) -> bool {
        self.is_empty() && !self.is_foreign
    }

    fn add(&mut self, other: Self) {
        self.modules.extend(other.modules);
        self.enums.extend(other.enums);
        self.files.extend(other.files);
        self.is_foreign |= other.is_foreign;
    }
}

/// Which meanings of a path's last name are wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wanted {
    /// All, as `use` does.
    All,
    /// What `::` may follow.
    Prefix,
    /// All but macros.
    Item,
    /// Macros.
    Macro,
}

impl Wanted {
    fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Type => self != Self::Macro,
            Kind::Value => matches!(self, Self::All | Self::Item),
            Kind::Macro => matches!(self, Self::All | Self::Macro),
        }
    }
}

/// Imports that are being followed: one may lead back to itself by way of
/// another meaning of its name.
type Following = BTreeSet<(ModuleId, String, usize)>;

/// What a path leads to that is written in `scope`.
pub(super) fn resolve(modules: &Modules, scope: ModuleId, path: &[String], wanted: Wanted) -> Meant {
    Resolver { modules, following: Following::new() }.path(scope, path, wanted)
}

struct Resolver<'a> {
    modules: &'a Modules,
    following: Following,
}

impl Resolver<'_> {
    fn path(&mut self, scope: ModuleId, path: &[String], wanted: Wanted) -> Meant {
        let Some((first, rest)) = path.split_first() else { return Meant::default() };
        let module = |id: Option<ModuleId>| Meant { modules: id.into_iter().collect(), ..Meant::default() };
        let mut at = match &**first {
            // A path that begins with `::`.
            "" => Meant { is_foreign: true, ..Meant::default() },
            "crate" => module(Some(self.modules.root())),
            "self" => module(Some(self.modules.module_of(scope))),
            "super" => module(self.modules.above(scope)),
            name => self.standing_first(scope, name, if rest.is_empty() { wanted } else { Wanted::Prefix }),
        };
        for (index, name) in rest.iter().enumerate() {
            let is_last = index + 1 == rest.len();
            // What follows an item is of that item: a variant, a method.
            let mut next = Meant { files: at.files, is_foreign: at.is_foreign, ..Meant::default() };
            for id in at.modules {
                next.add(match &**name {
                    "self" => module(Some(id)),
                    "super" => module(self.modules.above(id)),
                    name => self.member(id, name, scope, if is_last { wanted } else { Wanted::Prefix }),
                });
            }
            at = next;
        }
        at
    }

    /// A name that stands alone or first: of the blocks around it, of its
    /// module; a macro also of the modules above, where its text came before.
    fn standing_first(&mut self, scope: ModuleId, name: &str, wanted: Wanted) -> Meant {
        let found = self.member(scope, name, scope, wanted);
        if !found.is_unknown() {
            return found;
        }
        match self.modules.get(scope).place {
            Place::Block(around) => self.standing_first(around, name, wanted),
            Place::Child(above) if wanted == Wanted::Macro => self.standing_first(above, name, wanted),
            Place::Child(_) | Place::Root => found,
        }
    }

    /// What a module calls by a name, seen from `scope`.
    fn member(&mut self, id: ModuleId, name: &str, scope: ModuleId, wanted: Wanted) -> Meant {
        let mut found = self.declared(id, name, scope, wanted);
        if found.is_unknown() {
            found = self.by_globs(id, name, scope, wanted);
        }
        let module = self.modules.get(id);
        if found.is_unknown() && module.generated.contains(name) {
            found.files.insert(module.file.clone());
        }
        found
    }

    /// The same, by name only.
    fn declared(&mut self, id: ModuleId, name: &str, scope: ModuleId, wanted: Wanted) -> Meant {
        let module = self.modules.get(id);
        let is_inside = self.modules.is_in(scope, id);
        let mut found = Meant::default();
        for (index, entry) in module.names.get(name).into_iter().flatten().enumerate() {
            if !entry.is_public && !is_inside {
                continue;
            }
            match &entry.meaning {
                Meaning::Module(child) if wanted != Wanted::Macro => found.modules.push(*child),
                Meaning::Enum(variants) if wanted.takes(Kind::Type) => {
                    found.enums.push(*variants);
                    found.files.insert(module.file.clone());
                }
                Meaning::Item(kind) if wanted.takes(*kind) => _ = found.files.insert(module.file.clone()),
                Meaning::Import(path) => found.add(self.follow((id, name.to_owned(), index), path, wanted)),
                Meaning::Module(_) | Meaning::Enum(_) | Meaning::Item(_) => {}
            }
        }
        found
    }

    fn follow(&mut self, step: (ModuleId, String, usize), path: &[String], wanted: Wanted) -> Meant {
        if !self.following.insert(step.clone()) {
            return Meant::default();
        }
        let mut found = self.path(step.0, path, wanted);
        if wanted == Wanted::All || self.path(step.0, path, Wanted::All).is_empty() {
            // Of another crate.
            found.is_foreign |= found.is_empty();
        }
        self.following.remove(&step);
        found
    }

    fn by_globs(&mut self, id: ModuleId, name: &str, scope: ModuleId, wanted: Wanted) -> Meant {
        let is_inside = self.modules.is_in(scope, id);
        let mut found = Meant::default();
        for (index, glob) in self.modules.get(id).globs.iter().enumerate() {
            // Not to be taken for the import of the same number.
            let step = (id, format!("{name}*"), index);
            if !glob.is_public && !is_inside || !self.following.insert(step.clone()) {
                continue;
            }
            let from = self.path(id, &glob.path, Wanted::Prefix);
            for module in from.modules.iter().chain(&from.enums) {
                found.add(self.declared(*module, name, id, wanted));
                if found.is_unknown() {
                    found.add(self.by_globs(*module, name, id, wanted));
                }
            }
            self.following.remove(&step);
        }
        found
    }
}
