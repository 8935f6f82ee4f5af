//! The store in a folder keeps what every store promises.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use forebear_store::{LocalStore, Store};
use forebear_testkit::conformance::{self, Place};

struct Folder(tempfile::TempDir);

impl Place for Folder {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(LocalStore::open(&self.0.path().join("store"), 1 << 20).unwrap())
    }
}

fn folder() -> Box<dyn Place> {
    Box::new(Folder(tempfile::tempdir().unwrap()))
}

#[test]
fn facts() {
    conformance::facts(&folder);
}

#[test]
fn frontier() {
    conformance::frontier(&folder);
}

#[test]
fn runs() {
    conformance::runs(&folder);
}
