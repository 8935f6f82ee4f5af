//! One frozen file for each version of the format there ever was.

use std::path::{Path, PathBuf};

use forebear_index::format::{OLDEST_READABLE, VERSION};
use forebear_index::{ImageId, Index, IndexError, View};

use crate::damage;
use crate::exercise::exercise;

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/v{version}.forebear"))
}

/// Every image and its stored parent, a line each.
fn parents(view: &View) -> String {
    let line = |id| {
        let parent = view.stored_parent(id);
        let said = parent.map(|(parent, agreement)| format!("{} {agreement:?}", view.reference_of(parent)));
        format!("{} on {}", view.reference_of(id), said.unwrap_or_else(|| "-".to_owned()))
    };
    (0..view.image_count()).map(ImageId).map(line).collect::<Vec<_>>().join("\n")
}

/// The present version: the file that was frozen is read, and the same facts
/// still give its bytes. If they do not, the format has changed, and wants
/// another version and another file (`UPDATE_GOLDEN=1` writes it).
#[test]
fn of_this_version() {
    let file = fixture(VERSION);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, damage::frozen()).unwrap();
    }
    let index = Index::open(&file).unwrap();
    index.verify().unwrap();
    assert!(exercise(&index.view()) > 10_000);
    insta::assert_snapshot!(parents(&index.view()));
    assert!(std::fs::read(&file).unwrap() == damage::frozen(), "the format has changed without a new version");
}

/// Older versions that are still read answer as when they were frozen, but for
/// one rule: format 2 has a node for each mark of a step, and its steps agree
/// all the same.
#[test]
fn of_versions_that_are_still_read() {
    for version in OLDEST_READABLE..VERSION {
        let index = Index::open(&fixture(version)).unwrap();
        index.verify().unwrap();
        assert_eq!(index.version(), version);
        assert!(exercise(&index.view()) > 10_000);
        let now = parents(&Index::open(&fixture(VERSION)).unwrap().view());
        let changed: Vec<String> =
            parents(&index.view()).lines().filter(|line| !now.contains(line)).map(str::to_owned).collect();
        assert_eq!(changed, [""; 0]);
    }
}

/// Versions before those are refused in a sentence that says what to do.
#[test]
fn of_versions_before() {
    for version in 1..OLDEST_READABLE {
        let error = Index::open(&fixture(version)).expect_err("it is older");
        assert!(matches!(error, IndexError::Older { found, .. } if found == version), "{error}");
        let said = error.to_string();
        assert!(said.contains("forebear-crawl publish") && said.contains(&format!("format {version}")), "{said}");
    }
}
