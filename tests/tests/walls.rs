//! The walls between crates (design: which crate may not know what), read from
//! `cargo metadata`: a drawing that cannot go stale.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// What each crate must not reach through ordinary dependencies, directly or
/// through others.
const WALLS: &[(&str, &[&str])] = &[
    (
        "forebear-image",
        &[
            "tokio",
            "reqwest",
            "sled",
            "fs-err",
            "memmap2",
            "rayon",
            "forebear-facts",
            "forebear-registry",
            "forebear-store",
            "forebear-index",
        ],
    ),
    (
        "forebear-facts",
        &[
            "tokio",
            "reqwest",
            "sled",
            "fs-err",
            "memmap2",
            "rayon",
            "forebear-content",
            "forebear-archive",
            "forebear-registry",
            "forebear-store",
            "forebear-index",
        ],
    ),
    (
        "forebear-content",
        &[
            "tokio",
            "reqwest",
            "sled",
            "fs-err",
            "memmap2",
            "forebear-archive",
            "forebear-facts",
            "forebear-registry",
            "forebear-store",
            "forebear-index",
        ],
    ),
    (
        "forebear-archive",
        &[
            "reqwest",
            "hyper",
            "tokio",
            "sled",
            "forebear-facts",
            "forebear-registry",
            "forebear-store",
            "forebear-index",
        ],
    ),
    ("forebear-registry", &["sled", "memmap2", "forebear-facts", "forebear-store", "forebear-index"]),
    ("forebear-store", &["reqwest", "hyper", "tokio", "forebear-registry", "forebear-index"]),
    (
        "forebear-index",
        &["reqwest", "hyper", "tokio", "sled", "forebear-registry", "forebear-store", "forebear-export"],
    ),
    ("forebear-crawl", &["forebear-testkit", "forebear"]),
    ("forebear", &["sled", "forebear-store", "forebear-crawl", "forebear-testkit"]),
];

/// The crates that may contain `unsafe`, each with its one file.
const UNSAFE: &[(&str, &str)] = &[("forebear-index", "src/map.rs")];

/// The graph as it is built here: packages of other platforms are not even
/// downloaded.
fn metadata() -> cargo_metadata::Metadata {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut command = MetadataCommand::new();
    command.other_options(["--locked".to_owned()]);
    if cfg!(target_os = "linux") {
        command.other_options(["--locked".to_owned(), "--filter-platform".to_owned(), host]);
    }
    command.exec().expect("cargo metadata")
}

#[test]
fn no_crate_reaches_beyond_its_walls() {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|p| (&p.id, p.name.as_str())).collect();
    let edges: BTreeMap<&str, BTreeSet<&str>> = resolve
        .nodes
        .iter()
        .map(|node| {
            let ordinary =
                node.deps.iter().filter(|dep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal));
            (names[&node.id], ordinary.map(|dep| names[&dep.pkg]).collect())
        })
        .collect();
    let mut checked = 0;
    for (name, forbidden) in WALLS {
        let mut reached = BTreeSet::new();
        let mut open = vec![*name];
        assert!(edges.contains_key(name), "{name} is no crate of the workspace; is the list up to date?");
        while let Some(at) = open.pop() {
            for dependency in edges.get(at).into_iter().flatten() {
                if reached.insert(*dependency) {
                    open.push(dependency);
                }
            }
        }
        for other in *forbidden {
            assert!(!reached.contains(other), "{name} must not reach {other}");
        }
        checked += 1;
    }
    assert_eq!(checked, WALLS.len());
}

#[test]
fn every_crate_is_behind_a_wall_or_never_ships() {
    let metadata = metadata();
    let known: BTreeSet<&str> = WALLS.iter().map(|(name, _)| *name).collect();
    let free = ["forebear-testkit", "forebear-tests"];
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        assert!(known.contains(name) || free.contains(&name), "{name} has no wall; add it to WALLS");
    }
}

#[test]
fn unsafe_is_in_one_file() {
    for package in metadata().workspace_packages() {
        for source in sources(package) {
            let text = std::fs::read_to_string(&source).expect("a source file can be read");
            let allowed = UNSAFE.iter().any(|(name, file)| *name == package.name.as_str() && source.ends_with(file));
            // Spelled in two parts so that this file does not find itself.
            let keyword = concat!("un", "safe {");
            assert!(allowed || !text.contains(keyword), "{} has an unsafe block", source.display());
            let is_root = source.ends_with("src/lib.rs") || source.ends_with("src/main.rs");
            let forbids = text.contains("#![forbid(unsafe_code)]");
            let may = UNSAFE.iter().any(|(name, _)| *name == package.name.as_str());
            let ships = !package.name.starts_with("forebear-test");
            assert!(!is_root || forbids || may || !ships, "{} does not forbid unsafe code", source.display());
        }
    }
}

fn sources(package: &Package) -> Vec<std::path::PathBuf> {
    let root = package.manifest_path.parent().expect("a manifest has a folder");
    let mut open = vec![root.join("src").into_std_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a source folder can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "{root} has no sources");
    found
}
