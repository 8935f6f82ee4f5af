//! The walls between crates (design: which crate may not know what), read from
//! `cargo metadata`: a drawing that cannot go stale.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, NodeDep, Package};
use forebear_tests::workspace;
use petgraph::algo::astar;
use petgraph::graphmap::DiGraphMap;

/// What each crate must not reach through ordinary dependencies, directly or
/// through others.
const WALLS: &[(&str, &[&str])] = &[
    ("forebear-files", &["tokio", "reqwest", "sled", "serde", "forebear-image"]),
    (
        "forebear-print",
        &[
            "tokio",
            "reqwest",
            "sled",
            "forebear-facts",
            "forebear-archive",
            "forebear-registry",
            "forebear-store",
            "forebear-index",
            "forebear-ask",
            "forebear-crawl",
        ],
    ),
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
            "forebear-files",
            "forebear-print",
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
    ("forebear-registry", &["sled", "memmap2", "forebear-facts", "forebear-print", "forebear-store", "forebear-index"]),
    ("forebear-store", &["reqwest", "hyper", "tokio", "forebear-print", "forebear-registry", "forebear-index"]),
    (
        "forebear-index",
        &[
            "reqwest",
            "hyper",
            "tokio",
            "sled",
            "forebear-print",
            "forebear-registry",
            "forebear-store",
            "forebear-export",
        ],
    ),
    (
        "forebear-ask",
        &[
            "clap",
            "indicatif",
            "terminal_size",
            "sled",
            "forebear-print",
            "forebear-store",
            "forebear-crawl",
            "forebear-testkit",
            "forebear",
        ],
    ),
    (
        "forebear-export",
        &[
            "clap",
            "indicatif",
            "sled",
            "forebear-print",
            "forebear-store",
            "forebear-crawl",
            "forebear-testkit",
            "forebear",
        ],
    ),
    ("forebear-graph", &["clap", "forebear-print", "forebear-store", "forebear-export", "forebear"]),
    ("forebear-sbom", &["clap", "forebear-print", "forebear-store", "forebear-export", "forebear"]),
    ("forebear-page", &["clap", "forebear-print", "forebear-store", "forebear-export", "forebear"]),
    ("forebear-crawl", &["forebear-testkit", "forebear"]),
    ("forebear", &["sled", "forebear-store", "forebear-crawl", "forebear-testkit"]),
];

/// The crates that may contain `unsafe`, each with its one file.
const UNSAFE: &[(&str, &str)] = &[("forebear-index", "src/map.rs")];

/// Which crate needs which, as ordinary dependencies.
type Needs<'a> = DiGraphMap<&'a str, ()>;

fn needs(metadata: &Metadata) -> Needs<'_> {
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let names: BTreeMap<_, _> = metadata.packages.iter().map(|p| (&p.id, p.name.as_str())).collect();
    let mut needs = Needs::new();
    for node in &resolve.nodes {
        let name = needs.add_node(names[&node.id]);
        let is_ordinary = |dep: &&NodeDep| dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        for dep in node.deps.iter().filter(is_ordinary) {
            needs.add_edge(name, names[&dep.pkg], ());
        }
    }
    needs
}

/// A shortest way from a crate to one that it must not reach, as
/// `forebear-index → x → sled`.
fn crossing(needs: &Needs<'_>, name: &str, forbidden: &str) -> Option<String> {
    let (_, way) = astar(needs, name, |at| at == forbidden, |_| 1, |_| 0)?;
    Some(way.join(" → "))
}

#[test]
fn no_crate_reaches_beyond_its_walls() {
    let metadata = workspace::metadata();
    let needs = needs(&metadata);
    let mut crossings = Vec::new();
    for (name, forbidden) in WALLS {
        assert!(needs.contains_node(name), "{name} is no crate of the workspace; is the list up to date?");
        crossings.extend(forbidden.iter().filter_map(|forbidden| crossing(&needs, name, forbidden)));
    }
    assert!(crossings.is_empty(), "walls are crossed:\n{}", crossings.join("\n"));
}

#[test]
fn a_crossing_is_told_with_its_way() {
    let needs = Needs::from_edges([
        ("index", "image"),
        ("index", "x"),
        ("x", "y"),
        ("y", "sled"),
        ("x", "sled"),
        ("sled", "libc"),
        ("image", "serde"),
        ("serde", "image"),
        ("store", "sled"),
    ]);
    let check = |name, forbidden, expected: Option<&str>| {
        assert_eq!(crossing(&needs, name, forbidden).as_deref(), expected, "{name}, {forbidden}");
    };
    check("index", "sled", Some("index → x → sled"));
    check("index", "libc", Some("index → x → sled → libc"));
    check("store", "sled", Some("store → sled"));
    check("image", "sled", None);
    check("sled", "index", None);
    check("index", "tokio", None);
}

#[test]
fn every_crate_is_behind_a_wall_or_never_ships() {
    let metadata = workspace::metadata();
    let known: BTreeSet<&str> = WALLS.iter().map(|(name, _)| *name).collect();
    let free = ["forebear-testkit", "forebear-tests"];
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        assert!(known.contains(name) || free.contains(&name), "{name} has no wall; add it to WALLS");
    }
}

#[test]
fn unsafe_is_in_one_file() {
    for package in workspace::metadata().workspace_packages() {
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
