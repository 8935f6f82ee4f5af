//! No file of a crate imports another that imports it, directly or through
//! others: any file can be understood from what is below it.
//!
//! `cargo test -p forebear-tests --test circles -- --nocapture` prints the
//! circles of every crate.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cargo_metadata::{Package, TargetKind};
use forebear_tests::circles::{self, Found};
use forebear_tests::workspace;

/// The crates that still have circles. It only becomes shorter: a crate without
/// them must not be listed.
const STILL: &[&str] = &[];

fn circles_of(package: &Package) -> Found {
    let kinds = [TargetKind::Lib, TargetKind::Bin];
    let roots = package.targets.iter().filter(|target| kinds.iter().any(|kind| target.kind.contains(kind)));
    let roots: Vec<PathBuf> = roots.map(|target| target.src_path.clone().into_std_path_buf()).collect();
    assert!(!roots.is_empty(), "{} has no sources", package.name);
    let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
    circles::find(folder.as_std_path(), &roots)
}

#[test]
fn no_circles_between_the_files_of_a_crate() {
    let metadata = workspace::metadata();
    let packages = metadata.workspace_packages();
    let mut faults = String::new();
    for package in &packages {
        let (name, found) = (package.name.as_str(), circles_of(package));
        println!("{name}: {} circles", found.circles.len());
        for circle in &found.circles {
            println!("{circle}  of all imports between them, one for each pair:");
            circle.imports.iter().for_each(|import| println!("    {import}"));
        }
        for path in &found.unresolved {
            _ = writeln!(faults, "{name}: nobody knows what this is: {path}");
        }
        match (found.circles.is_empty(), STILL.contains(&name)) {
            (true, true) => _ = writeln!(faults, "{name} has no circles any more: remove it from STILL"),
            (false, false) => {
                found.circles.iter().for_each(|circle| _ = writeln!(faults, "{name} has a circle of {circle}"));
            }
            (true, false) | (false, true) => {}
        }
    }
    let known: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    for name in STILL.iter().filter(|name| !known.contains(*name)) {
        _ = writeln!(faults, "{name} is no crate of the workspace");
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// What is in `tests/fixtures/circles`: a circle of each kind, named after it,
/// and near misses in `none`.
const EXPECTED: &str = include_str!("../fixtures/circles/expected.txt");

/// What leads nowhere there.
const UNRESOLVED: [&str; 1] = ["src/none/unknown.rs:1 super::a::Nothing"];

#[test]
fn every_kind_of_import_is_seen_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/circles");
    let found = circles::find(&folder, &[folder.join("src/lib.rs")]);
    let circles: String = found.circles.iter().map(ToString::to_string).collect();
    assert_eq!(circles, EXPECTED);
    assert_eq!(found.unresolved, UNRESOLVED);
}
