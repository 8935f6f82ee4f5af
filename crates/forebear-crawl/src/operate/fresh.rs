//! What a run makes in a data folder that had no store: taken away again where it led nowhere.

use std::path::{Path, PathBuf};

use forebear_index::location::DataFolder;

/// What was not there before a run.
#[derive(Debug)]
pub struct Fresh {
    /// Folders and files of the crawler's.
    own: Vec<PathBuf>,
    /// The data folder and those above it, the lowest first.
    above: Vec<PathBuf>,
}

impl Fresh {
    /// Looks at a data folder before anything is made in it; `None` where there is a store.
    #[must_use]
    pub fn before(data: &DataFolder) -> Option<Self> {
        if data.store().exists() {
            return None;
        }
        let path = data.path();
        let own = [data.store(), data.index(), path.join("state"), path.join("reports"), path.join("metrics.prom")];
        let own = own.into_iter().filter(|path| !path.exists()).collect();
        let above = path.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists());
        Some(Self { own, above: above.map(Path::to_owned).collect() })
    }

    /// Takes away what has been made since. What somebody else put there stays, and so do the folders around it.
    pub fn take_away(self) {
        for path in &self.own {
            // What cannot be removed is in nobody's way.
            _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
        }
        for folder in &self.above {
            _ = std::fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p734_only_what_was_made_goes() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::locate(Some(&folder.path().join("a/b"))).unwrap();
        let make = || {
            std::fs::create_dir_all(data.store()).unwrap();
            std::fs::write(data.path().join("metrics.prom"), "x").unwrap();
        };
        let fresh = Fresh::before(&data).unwrap();
        make();
        fresh.take_away();
        assert!(!folder.path().join("a").exists());
        std::fs::create_dir_all(data.path()).unwrap();
        let fresh = Fresh::before(&data).unwrap();
        make();
        std::fs::write(data.path().join("mine"), "x").unwrap();
        fresh.take_away();
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1);
        make();
        assert!(Fresh::before(&data).is_none());
    }
}
