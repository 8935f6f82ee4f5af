//! Files and folders as they are seen, and as a power cut leaves them.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};

/// The number of the uppermost folder.
pub(super) const ROOT: u64 = 1;

/// A file system in memory.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: HashMap<u64, Node>,
    next: u64,
}

/// A file or a folder.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// As it is seen.
    pub(super) now: Content,
    /// As it was when it was last synced.
    synced: Content,
    pub(super) mode: u16,
}

/// What is in a file or a folder.
#[derive(Clone, Debug)]
pub(super) enum Content {
    File(Vec<u8>),
    Folder(BTreeMap<OsString, u64>),
}

impl Content {
    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_))
    }
}

impl Default for Tree {
    fn default() -> Self {
        let root = Content::Folder(BTreeMap::new());
        let root = Node { now: root.clone(), synced: root, mode: 0o755 };
        Self { nodes: HashMap::from([(ROOT, root)]), next: ROOT + 1 }
    }
}

impl Tree {
    pub(super) fn node(&self, number: u64) -> Option<&Node> {
        self.nodes.get(&number)
    }

    pub(super) fn node_mut(&mut self, number: u64) -> Option<&mut Node> {
        self.nodes.get_mut(&number)
    }

    pub(super) fn entries(&self, folder: u64) -> Option<&BTreeMap<OsString, u64>> {
        match &self.node(folder)?.now {
            Content::Folder(entries) => Some(entries),
            Content::File(_) => None,
        }
    }

    pub(super) fn bytes_mut(&mut self, file: u64) -> Option<&mut Vec<u8>> {
        match &mut self.node_mut(file)?.now {
            Content::File(bytes) => Some(bytes),
            Content::Folder(_) => None,
        }
    }

    pub(super) fn find(&self, folder: u64, name: &OsStr) -> Option<u64> {
        self.entries(folder)?.get(name).copied()
    }

    pub(super) fn link(&mut self, folder: u64, name: &OsStr, number: u64) -> Option<()> {
        match &mut self.node_mut(folder)?.now {
            Content::Folder(entries) => _ = entries.insert(name.to_owned(), number),
            Content::File(_) => return None,
        }
        Some(())
    }

    pub(super) fn unlink(&mut self, folder: u64, name: &OsStr) -> Option<u64> {
        match &mut self.node_mut(folder)?.now {
            Content::Folder(entries) => entries.remove(name),
            Content::File(_) => None,
        }
    }

    /// Makes a file or a folder; its name is on the disk when the folder is synced, what
    /// is in it when it is.
    pub(super) fn make(&mut self, folder: u64, name: &OsStr, content: Content, mode: u16) -> Option<u64> {
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, Node { now: content.clone(), synced: content, mode });
        self.link(folder, name, number)?;
        Some(number)
    }

    pub(super) fn sync(&mut self, number: u64) -> Option<()> {
        let node = self.node_mut(number)?;
        node.synced = node.now.clone();
        Some(())
    }

    /// What was never synced is gone, of each file and folder by itself; or stays, as
    /// `stays` says.
    pub(super) fn cut_power(&mut self, mut stays: impl FnMut() -> bool) {
        let mut numbers: Vec<u64> = self.nodes.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            if !stays()
                && let Some(node) = self.node_mut(number)
            {
                node.now = node.synced.clone();
            }
            _ = self.sync(number);
        }
        // A name whose file was gone for good before.
        let known: Vec<u64> = self.nodes.keys().copied().collect();
        for node in self.nodes.values_mut() {
            if let Content::Folder(entries) = &mut node.now {
                entries.retain(|_, number| known.contains(number));
            }
        }
    }
}
