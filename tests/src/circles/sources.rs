//! Reads the files of a crate, as its `mod` declarations lead to them, and
//! notes the names in them.

use std::path::{Path, PathBuf};

use syn::{Item, ItemEnum, ItemMacro, ItemMod, ItemUse, Visibility};

use super::attributes::{is_for_tests, of_item, path_of};
use super::leaves::{Named, leaves};
use super::modules::{Glob, Kind, Meaning, ModuleId, Modules, Name, Place};
use super::tokens;

/// A crate that is being read.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) modules: Modules,
    /// Modules whose items nobody has looked into yet.
    pub(super) unread: Vec<(ModuleId, Vec<Item>)>,
    folder: PathBuf,
}

impl Sources {
    /// Reads a root and all below it.
    pub(super) fn read(folder: &Path, root: &Path) -> Self {
        let mut sources = Self { folder: folder.to_owned(), ..Self::default() };
        let beside = root.parent().expect("a file lies in a folder");
        sources.file(root, beside.to_owned(), Place::Root);
        sources
    }

    fn file(&mut self, path: &Path, folder: PathBuf, place: Place) -> ModuleId {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let file = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.strip_prefix(&self.folder).unwrap_or(path).display().to_string();
        let id = self.modules.add(name, folder, place);
        self.declare(id, file.items);
        id
    }

    /// A block with items of its own.
    pub(super) fn block(&mut self, around: ModuleId, items: &[Item]) -> ModuleId {
        let (file, folder) = self.place_of(around);
        let id = self.modules.add(file, folder, Place::Block(around));
        self.names(id, items);
        id
    }

    fn declare(&mut self, id: ModuleId, items: Vec<Item>) {
        self.names(id, &items);
        self.unread.push((id, items));
    }

    fn place_of(&self, id: ModuleId) -> (String, PathBuf) {
        let module = self.modules.get(id);
        (module.file.clone(), module.folder.clone())
    }

    fn name(&mut self, id: ModuleId, name: String, visibility: &Visibility, meaning: Meaning) {
        let is_public = !matches!(visibility, Visibility::Inherited);
        self.modules.get_mut(id).names.entry(name).or_default().push(Name { meaning, is_public });
    }

    fn names(&mut self, id: ModuleId, items: &[Item]) {
        for item in items.iter().filter(|item| !is_for_tests(of_item(item))) {
            let (ident, visibility, kind) = match item {
                Item::Const(item) => (&item.ident, &item.vis, Kind::Value),
                Item::Fn(item) => (&item.sig.ident, &item.vis, Kind::Value),
                Item::Static(item) => (&item.ident, &item.vis, Kind::Value),
                Item::Struct(item) => (&item.ident, &item.vis, Kind::Type),
                Item::Trait(item) => (&item.ident, &item.vis, Kind::Type),
                Item::TraitAlias(item) => (&item.ident, &item.vis, Kind::Type),
                Item::Type(item) => (&item.ident, &item.vis, Kind::Type),
                Item::Union(item) => (&item.ident, &item.vis, Kind::Type),
                Item::Enum(item) => {
                    let variants = self.variants(id, item);
                    self.name(id, tokens::text(&item.ident), &item.vis, Meaning::Enum(variants));
                    continue;
                }
                Item::Mod(item) => {
                    let child = self.module(id, item);
                    self.name(id, tokens::text(&item.ident), &item.vis, Meaning::Module(child));
                    continue;
                }
                Item::Use(item) => {
                    self.used(id, item);
                    continue;
                }
                Item::Macro(item) => {
                    self.called(id, item);
                    continue;
                }
                _ => continue,
            };
            self.name(id, tokens::text(ident), visibility, Meaning::Item(kind));
        }
    }

    fn variants(&mut self, id: ModuleId, item: &ItemEnum) -> ModuleId {
        let (file, folder) = self.place_of(id);
        let variants = self.modules.add(file, folder, Place::Child(id));
        let public = Visibility::Public(Default::default());
        for variant in &item.variants {
            self.name(variants, tokens::text(&variant.ident), &public, Meaning::Item(Kind::Type));
        }
        variants
    }

    fn module(&mut self, id: ModuleId, item: &ItemMod) -> ModuleId {
        let name = tokens::text(&item.ident);
        let (file, folder) = self.place_of(id);
        if let Some((_, items)) = &item.content {
            let child = self.modules.add(file, folder.join(name), Place::Child(id));
            self.declare(child, items.clone());
            return child;
        }
        if let Some(path) = path_of(&item.attrs) {
            let beside = self.folder.join(&file).parent().expect("a file lies in a folder").to_owned();
            let path = beside.join(path);
            let folder = path.parent().expect("a file lies in a folder").to_owned();
            return self.file(&path, folder, Place::Child(id));
        }
        let flat = folder.join(format!("{name}.rs"));
        let below = folder.join(&name);
        let path = if flat.exists() { flat } else { below.join("mod.rs") };
        self.file(&path, below, Place::Child(id))
    }

    fn used(&mut self, id: ModuleId, item: &ItemUse) {
        for leaf in leaves(item) {
            match leaf.named {
                Named::As(name) => self.name(id, name, &item.vis, Meaning::Import(leaf.path)),
                Named::All => {
                    let is_public = !matches!(item.vis, Visibility::Inherited);
                    self.modules.get_mut(id).globs.push(Glob { path: leaf.path, is_public });
                }
                Named::Nothing => {}
            }
        }
    }

    /// The definition of a macro, or a call of one that makes items.
    fn called(&mut self, id: ModuleId, item: &ItemMacro) {
        let public = Visibility::Public(Default::default());
        let Some(ident) = &item.ident else {
            for name in tokens::defined(&item.mac.tokens) {
                self.name(id, name, &public, Meaning::Item(Kind::Type));
            }
            let identifiers = tokens::identifiers(&item.mac.tokens);
            self.modules.get_mut(id).generated.extend(identifiers);
            return;
        };
        self.name(id, tokens::text(ident), &Visibility::Inherited, Meaning::Item(Kind::Macro));
    }
}
