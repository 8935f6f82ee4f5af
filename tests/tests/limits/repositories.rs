//! Data sets of a registry that lists very many repositories.

use std::fs;

use forebear_facts::RepositoryFacts;
use forebear_facts::rows::MemorySource;
use forebear_image::{RepositoryName, Timestamp};
use forebear_index::publish::publish_from;
use forebear_testkit::ImageBuilder;
use forebear_tests::memory::measured;
use forebear_tests::{Data, facts};

const NOW: Timestamp = Timestamp { seconds: 1_733_022_000, nanos: 0 };

/// What tables of so many repositories, one of which has an image, are: rows of each, and the most
/// memory that writing them took, in MiB.
fn exported(repositories: u64) -> (Vec<(String, u64)>, u64) {
    let mut source = MemorySource::default();
    let image = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    facts::add(&mut source, "docker.io/library/base:1", &image, NOW);
    source.repositories.extend((1..repositories).map(|number| RepositoryFacts {
        name: RepositoryName {
            registry: "docker.io".parse().unwrap(),
            path: format!("team-{}/service-{number}", number % 1_000),
        },
        complete_at: Some(NOW),
    }));
    let data = Data::new();
    publish_from(&data.path().join("index"), &source).unwrap();
    let folder = data.path().join("set");
    let arguments = ["export", folder.to_str().unwrap(), "--quiet"];
    let (ran, memory) = measured(&mut data.command("forebear", &arguments));
    _ = ran.expect_code(0);
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("MANIFEST.json")).unwrap()).unwrap();
    let rows = |file: &serde_json::Value| (file["table"].as_str().unwrap().to_owned(), file["rows"].as_u64().unwrap());
    (manifest["files"].as_array().unwrap().iter().map(rows).collect(), memory)
}

/// Says what it took, in MiB.
#[track_caller]
fn check(repositories: u64, most: u64) -> u64 {
    let (rows, memory) = exported(repositories);
    let of = |table: &str| rows.iter().find(|(name, _)| name == table).map(|(_, rows)| *rows);
    // The registry has a row as well.
    let expected = [Some(repositories), Some(repositories + 1), Some(1), Some(1)];
    assert_eq!(["repositories", "coverage", "tags", "images"].map(of), expected);
    assert!(memory < most, "{memory} MiB");
    memory
}

#[test]
fn p852_a_hundred_thousand_repositories() {
    eprintln!("{} MiB", check(100_000, 100));
}

#[test]
#[ignore = "half a minute; make test-slow"]
fn slow_p852_a_million_repositories() {
    eprintln!("{} MiB", check(1_000_000, 500));
}
