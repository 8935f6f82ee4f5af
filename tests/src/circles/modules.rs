//! The modules of a crate and the names in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A module, or a block with items of its own.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct ModuleId(usize);

/// What an item is, as far as names go.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// What `::` may follow.
    Type,
    /// Functions, constants.
    Value,
    /// Macros, which have names of their own.
    Macro,
}

/// What a name means.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A module.
    Module(ModuleId),
    /// An item that is defined here.
    Item(Kind),
    /// An enum that is defined here; its variants.
    Enum(ModuleId),
    /// What a path leads to, from here.
    Import(Vec<String>),
}

/// One meaning of a name; there may be several, such as a module and a
/// function.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) meaning: Meaning,
    /// Whether it says `pub`, to whomever.
    pub(super) is_public: bool,
}

/// `use path::*`.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    pub(super) path: Vec<String>,
    pub(super) is_public: bool,
}

/// What is in a module.
#[derive(Clone, Debug)]
pub(super) struct Module {
    /// The file that it is written in.
    pub(super) file: String,
    /// Where its child modules' files lie.
    pub(super) folder: PathBuf,
    pub(super) place: Place,
    pub(super) names: BTreeMap<String, Vec<Name>>,
    pub(super) globs: Vec<Glob>,
    /// Identifiers in calls of macros that make items: names that may be
    /// defined by them.
    pub(super) generated: BTreeSet<String>,
}

/// Where a module is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// The crate's root.
    Root,
    /// A module in another.
    Child(ModuleId),
    /// A block: what it does not name may be named around it.
    Block(ModuleId),
}

/// All modules of a crate.
#[derive(Debug, Default)]
pub(super) struct Modules(Vec<Module>);

impl Modules {
    /// Adds one that has no names yet.
    pub(super) fn add(&mut self, file: String, folder: PathBuf, place: Place) -> ModuleId {
        let (names, globs, generated) = Default::default();
        self.0.push(Module { file, folder, place, names, globs, generated });
        ModuleId(self.0.len() - 1)
    }

    pub(super) fn get(&self, id: ModuleId) -> &Module {
        self.0.get(id.0).expect("an id is a position")
    }

    pub(super) fn get_mut(&mut self, id: ModuleId) -> &mut Module {
        self.0.get_mut(id.0).expect("an id is a position")
    }

    /// The crate's root.
    pub(super) fn root(&self) -> ModuleId {
        ModuleId(0)
    }

    /// The module that a block is in; a module itself.
    pub(super) fn module_of(&self, mut id: ModuleId) -> ModuleId {
        while let Place::Block(around) = self.get(id).place {
            id = around;
        }
        id
    }

    /// The module above.
    pub(super) fn above(&self, id: ModuleId) -> Option<ModuleId> {
        match self.get(self.module_of(id)).place {
            Place::Child(above) => Some(above),
            Place::Root | Place::Block(_) => None,
        }
    }

    /// Whether `id` is `other` or somewhere in it, so that it sees what is
    /// private there.
    pub(super) fn is_in(&self, id: ModuleId, other: ModuleId) -> bool {
        let other = self.module_of(other);
        let mut at = Some(self.module_of(id));
        while let Some(module) = at {
            if module == other {
                return true;
            }
            at = self.above(module);
        }
        false
    }
}
