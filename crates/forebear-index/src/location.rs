//! Where data lies: one folder, with the crawler's store and the published
//! index side by side.

use std::path::{Path, PathBuf};

/// The data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder given, or the XDG data folder's `forebear/`; `None` when
    /// neither is to be had because there is no home folder.
    #[must_use]
    pub fn locate(given: Option<&Path>) -> Option<Self> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let default = || {
            let data = variable("XDG_DATA_HOME").or_else(|| Some(variable("HOME")?.join(".local/share")));
            Some(data?.join("forebear"))
        };
        given.map(Path::to_owned).or_else(default).map(Self)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The crawler's database.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.0.join("store")
    }

    /// The published index.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.0.join("index")
    }
}
