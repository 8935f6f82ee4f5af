//! One frozen file for each version of the format there ever was.

use std::path::{Path, PathBuf};

use forebear_index::format::VERSION;
use forebear_index::{ImageId, Index, IndexError};

use crate::damage;
use crate::exercise::exercise;

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/v{version}.forebear"))
}

/// The present version: the file that was frozen is read, and the same facts
/// still give its bytes. If they do not, the format has changed, and wants
/// another version and another file (`UPDATE_GOLDEN=1` writes it).
#[test]
fn of_this_version() {
    let file = fixture(VERSION);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, damage::bytes()).unwrap();
    }
    let index = Index::open(&file).unwrap();
    index.verify().unwrap();
    assert!(exercise(&index.view()) > 10_000);
    let view = index.view();
    let parents: Vec<String> = (0..view.image_count())
        .map(ImageId)
        .map(|id| {
            let parent = view.stored_parent(id);
            let said = parent.map(|(parent, agreement)| format!("{} {agreement:?}", view.reference_of(parent)));
            format!("{} on {}", view.reference_of(id), said.unwrap_or_else(|| "-".to_owned()))
        })
        .collect();
    insta::assert_snapshot!(parents.join("\n"));
    assert!(std::fs::read(&file).unwrap() == damage::bytes(), "the format has changed without a new version");
}

/// Versions before it are refused in a sentence that says what to do.
#[test]
fn of_versions_before() {
    for version in 1..VERSION {
        let error = Index::open(&fixture(version)).expect_err("it is older");
        assert!(matches!(error, IndexError::Older { found, .. } if found == version), "{error}");
        let said = error.to_string();
        assert!(said.contains("forebear-crawl publish") && said.contains(&format!("format {version}")), "{said}");
    }
}
