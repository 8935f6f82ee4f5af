//! The demo world: large enough, deterministic, and whole.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use forebear_image::facts::ManifestFacts;
use forebear_image::{Platform, RepositoryName, config, manifest};
use forebear_testkit::{World, demo};

#[test]
fn is_large() {
    let world = demo::world();
    assert!(world.repositories().count() >= 60, "{} repositories", world.repositories().count());
    for (name, _) in world.repositories() {
        RepositoryName::new(&"docker.io".parse().unwrap(), name).unwrap();
    }
}

/// Every manifest parses, and every digest it names leads somewhere.
#[test]
fn is_whole() {
    for world in [demo::world(), after()] {
        let (mut images, mut indexes, mut artefacts, mut lost) = (0, 0, 0, 0);
        for (name, repository) in world.repositories() {
            for digest in repository.tags.values() {
                assert!(repository.manifests.contains_key(digest), "{name}: a tag leads nowhere");
            }
            for (digest, stored) in &repository.manifests {
                assert!(digest.matches(&stored.bytes));
                match manifest::parse(&stored.bytes, Some(&stored.media_type)).unwrap() {
                    ManifestFacts::Index { children, .. } => {
                        indexes += 1;
                        for child in children {
                            assert!(repository.manifests.contains_key(&child.digest.0), "{name}: a child is missing");
                        }
                    }
                    ManifestFacts::Image(image) => {
                        images += 1;
                        let bytes = &repository.blobs[&image.config.0];
                        assert!(image.config.0.matches(bytes));
                        assert_eq!(config::parse(bytes).unwrap().diff_ids.len(), image.layers.len());
                        lost += image.layers.iter().filter(|l| !repository.blobs.contains_key(&l.digest.0)).count();
                    }
                    ManifestFacts::Artifact { .. } => artefacts += 1,
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        assert!(images > 300 && indexes > 80 && artefacts > 300, "{images} {indexes} {artefacts}");
        assert_eq!(lost, 2, "only acme/lost lost layers");
    }
}

#[test]
fn tomorrow_moves_tags() {
    let (today, tomorrow) = (demo::world(), after());
    for moved in ["library/alpine:3.20", "library/alpine:latest", "library/debian:bookworm", "library/nginx:alpine"] {
        assert_ne!(today.resolve(moved), tomorrow.resolve(moved), "{moved}");
    }
    for stays in ["library/alpine:3.20.3", "library/alpine:3.19", "library/redis:7.4-alpine", "library/nginx:1.27"] {
        assert_eq!(today.resolve(stays), tomorrow.resolve(stays), "{stays}");
        assert!(today.resolve(stays).is_some(), "{stays}");
    }
    let old = today.resolve("library/debian:bookworm").unwrap();
    assert!(tomorrow.repository("library/debian").unwrap().manifests.contains_key(&old.0), "the old build remains");
    assert!(today.resolve("library/ghost:5-alpine").is_some() && tomorrow.resolve("library/ghost:5-alpine").is_none());
    assert!(today.repository("acme/newcomer").is_none() && tomorrow.repository("acme/newcomer").is_some());
    let mut twice = tomorrow.clone();
    demo::tomorrow(&mut twice);
    assert!(twice == tomorrow);
}

/// The cases that the users' repositories are there for.
#[test]
fn has_its_oddities() {
    let world = demo::world();
    let layers = |name: &str| diff_ids(&world, name);
    assert_eq!(world.resolve("dude/dude").map(|d| d.0), child_of(&world, "library/alpine:3.20"));
    assert_eq!(layers("dude/imported"), layers("library/alpine:3.20"));
    assert_eq!(layers("oisupport/staging-amd64:jammy"), layers("library/ubuntu:22.04"));
    assert_eq!(layers("acme/worker:1.0"), layers("acme/api:1.0"));
    assert_eq!(layers("mirror/nginx:1.27-zstd"), layers("library/nginx:1.27"));
    assert_eq!(layers("acme/squashed:1.0").len(), 1);
    assert_eq!(layers("cameron/my_test_image").len(), 5);
    assert_eq!(layers("dyego/snake-game").len(), 10);
    let (older, newer) = (layers("library/bash:5.2.32"), layers("library/bash:5.2"));
    assert_eq!(older[..], newer[..older.len()]);
    assert!(older.len() > layers("library/alpine:3.20").len());
    for name in ["experiments/imagetest", "experiments/sameimage", "experiments/childimage"] {
        assert_eq!(layers(name), layers("library/alpine:3.3"), "{name}");
    }
}

#[test]
fn the_binary_serves_both_days() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("addr");
    let mut server = Killed(
        Command::new(env!("CARGO_BIN_EXE_forebear-demo-registry"))
            .args(["--for", "60", "--addr-file"])
            .arg(&file)
            .spawn()
            .unwrap(),
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    while !file.exists() {
        assert!(Instant::now() < deadline && server.0.try_wait().unwrap().is_none(), "it does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    let addr = std::fs::read_to_string(&file).unwrap();
    let ask = |method: &str, path: &str| {
        let mut stream = TcpStream::connect(&addr).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let path = "/v2/library/alpine/manifests/latest";
    let before = ask("HEAD", path);
    assert!(before.starts_with("HTTP/1.1 200"), "{before}");
    assert!(ask("POST", "/demo/tomorrow").starts_with("HTTP/1.1 200"));
    let digest = |head: &str| head.lines().find(|l| l.starts_with("docker-content-digest")).unwrap().to_owned();
    assert_ne!(digest(&before), digest(&ask("HEAD", path)));
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn after() -> World {
    let mut world = demo::world();
    demo::tomorrow(&mut world);
    world
}

/// The linux/amd64 manifest a name leads to.
fn child_of(world: &World, name: &str) -> Option<forebear_image::Digest> {
    let digest = world.resolve(name)?.0;
    let repository = world.repository(name.split(':').next().unwrap())?;
    match manifest::parse(&repository.manifests[&digest].bytes, None).unwrap() {
        ManifestFacts::Index { children, .. } => {
            let wanted = Platform::default_wanted();
            let child = children.into_iter().find(|c| c.platform.as_ref().is_some_and(|p| p.satisfies(&wanted)));
            child.map(|c| c.digest.0)
        }
        _ => Some(digest),
    }
}

fn diff_ids(world: &World, name: &str) -> Vec<forebear_image::DiffId> {
    let repository = world.repository(name.split(':').next().unwrap()).unwrap();
    let stored = &repository.manifests[&child_of(world, name).unwrap()];
    let ManifestFacts::Image(image) = manifest::parse(&stored.bytes, None).unwrap() else { panic!("{name}") };
    config::parse(&repository.blobs[&image.config.0]).unwrap().diff_ids
}
