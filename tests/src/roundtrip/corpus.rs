//! The Dockerfiles: our own in `tests/dockerfiles`, and those of the real data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::judge::Builder;
use super::original::Original;

/// One Dockerfile.
#[derive(Clone, Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The Dockerfile's text.
    pub dockerfile: String,
    /// The same, read.
    pub original: Original,
    /// Where it lies, with the files of its context.
    pub folder: PathBuf,
    /// Of the real data: its configs lie beside it and are not written again.
    pub real: bool,
    /// `--build-arg`s.
    pub arguments: BTreeMap<String, String>,
    /// The builders that can build it; all, if not said.
    pub builders: Vec<Builder>,
}

impl Case {
    /// The name of its image, for those built on it.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}:latest", self.name)
    }

    /// The name of the image it is built on, with its tag.
    #[must_use]
    pub fn parent(&self) -> String {
        let parent = &self.original.parent;
        if parent.contains(':') { parent.clone() } else { format!("{parent}:latest") }
    }

    /// The config that a builder wrote for it.
    #[must_use]
    pub fn config(&self, builder: Builder) -> PathBuf {
        self.folder.join(format!("{builder}.config.json"))
    }
}

/// The folder of our own Dockerfiles.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dockerfiles")
}

/// Our own Dockerfiles.
///
/// # Panics
/// When a file of the corpus is not what it should be.
#[must_use]
pub fn own() -> Vec<Case> {
    folders(&folder()).iter().map(|path| case(path, false)).collect()
}

/// The Dockerfiles of the real data; none where it is missing.
///
/// # Panics
/// When it is missing and `FOREBEAR_TESTS=all`.
#[must_use]
pub fn real() -> Vec<Case> {
    let Some(folder) = forebear_testkit::real::real_file("dockerfiles") else { return Vec::new() };
    let mut cases: Vec<Case> = folders(&folder).iter().map(|path| case(path, true)).collect();
    let dockerfile = read(&folder.join("parent.Dockerfile"));
    let mut parent = described("parent", &folder, dockerfile, true);
    parent.builders = vec![Builder::Legacy, Builder::Buildkit];
    cases.push(parent);
    // The one that gives a value to an argument (its README says so).
    for case in cases.iter_mut().filter(|case| case.name == "real-args") {
        case.arguments.insert("OVERRIDDEN".to_owned(), "y".to_owned());
    }
    cases
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    paths.sort();
    paths
}

/// A text file of the corpus.
pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn case(path: &Path, real: bool) -> Case {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    described(&name, path, read(&path.join("Dockerfile")), real)
}

fn described(name: &str, folder: &Path, dockerfile: String, real: bool) -> Case {
    let about = folder.join("case.json");
    let about: Value = if about.exists() {
        serde_json::from_str(&read(&about)).unwrap_or_else(|e| panic!("{}: {e}", about.display()))
    } else {
        Value::Null
    };
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{name}: {value} is no text")).to_owned();
    let mut builders = match about.get("builders").and_then(Value::as_array) {
        Some(named) => named.iter().map(|name| Builder::named(&text(name))).collect(),
        None => Builder::ALL.to_vec(),
    };
    // Of the real data there is none by buildah.
    builders.retain(|builder| !real || *builder != Builder::Buildah);
    let arguments = about.get("arguments").and_then(Value::as_object);
    Case {
        // The two corpora share names.
        name: if real && name != "parent" { format!("real-{name}") } else { name.to_owned() },
        original: Original::read(&dockerfile),
        dockerfile,
        folder: folder.to_owned(),
        real,
        arguments: arguments.into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect(),
        builders,
    }
}
