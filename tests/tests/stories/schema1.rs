//! S1 once more, as a registry of its day served it: signed schema 1.

use forebear_image::Digest;
use forebear_image::media_type::SCHEMA1_SIGNED;
use forebear_testkit::real::real_file;
use forebear_testkit::world::StoredManifest;
use forebear_testkit::{Fault, Matcher, Server, Times, World};
use forebear_tests::Data;
use forebear_tests::served::Served;

use super::{lines, references};

/// Recorded file, repository, tag, digest of the payload without signatures.
const RECORDED: [(&str, &str, &str, &str); 4] = [
    ("alpine", "library/alpine", "3.3", "678a6c80274faea7de8278c9f1d3ec718118a8b127aff888e05a2cf3ca1ee191"),
    ("imagetest", "lizrice/imagetest", "latest", "9cad5c38f0f305889ef906d9541612ee2b70dcf7f30e535ef79a20b48116f756"),
    ("sameimage", "lizrice/sameimage", "latest", "7f94b0a44761b3725d6361a92c67c80376deb93330a55b952a6125bdb20d7102"),
    ("childimage", "lizrice/childimage", "latest", "38f8d9b87a08ffea3eabf0579798a41f17bf772c893114ed1c2e4e577d124599"),
];
const LINEAGE: [&str; 2] = ["docker.io/lizrice/imagetest:latest", "docker.io/library/alpine:3.3"];

/// A registry that converts to schema 1 on the fly: a manifest is addressed by
/// the digest of its payload, and cannot be fetched by it.
fn registry() -> Option<Server> {
    let mut world = World::new();
    for (file, repository, tag, digest) in RECORDED {
        let bytes = std::fs::read(real_file(&format!("stories/{file}.schema1.json"))?).unwrap();
        let digest: Digest = format!("sha256:{digest}").parse().unwrap();
        let held = world.repository_mut(repository);
        held.manifests.insert(digest, StoredManifest { media_type: SCHEMA1_SIGNED.to_owned(), bytes: bytes.into() });
        held.tags.insert(tag.to_owned(), digest);
    }
    let server = Server::start(world);
    server.fault(Matcher::get("/manifests/sha256:"), Fault::status(404, "MANIFEST_UNKNOWN"), Times::Always);
    Some(server)
}

#[track_caller]
fn check(data: &Data, image: &str) {
    let answer = data.query(&["parent", image, "--format", "json"]).expect_code(0).json();
    let parent = &answer["parent"];
    assert_eq!(parent["reference"], LINEAGE[0], "{image}");
    assert_eq!((&parent["evidence"], &parent["agreement"]), (&"history".into(), &"exact".into()), "{image}");
    // Docker's empty layers of schema 1 are steps, not layers.
    assert_eq!((&answer["image"]["layers"], &answer["image"]["steps"]), (&1.into(), &4.into()), "{image}");
    let [maintainer, label] = lines(&answer["steps"])[..] else { panic!("{image}: {answer}") };
    assert!(maintainer == "MAINTAINER liz@lizrice.com" && label.starts_with("LABEL "), "{image}: {answer}");
    assert_eq!(references(&data.ask("lineage", image)["ancestors"]), LINEAGE, "{image}");
}

#[test]
fn s1_h10_schema_1_gives_the_same_parent() {
    let Some(server) = registry() else { return };
    let data = Data::new();
    let report = data.crawl_hub(&server.host(), &["--format", "json"]).json();
    assert_eq!((&report["images_new"], &report["requests"]["config"]), (&4.into(), &0.into()), "{report}");
    check(&data, "lizrice/childimage");
    check(&data, &format!("docker://{}/lizrice/childimage", server.host()));
    // R16: a HEAD with a known digest is enough, here too.
    let again = data.crawl_hub(&server.host(), &["--format", "json"]).json();
    assert_eq!((&again["images_known"], &again["requests"]["manifest_get"]), (&4.into(), &0.into()), "{again}");
    let diff = data.query(&["diff", "lizrice/imagetest", "lizrice/sameimage", "--format", "json"]).expect_code(1);
    assert_eq!(diff.json()["verdict"], "same-dockerfile");
    let alpine = data.query(&["parent", "alpine:3.3", "--format", "json"]).expect_code(1).json();
    assert_eq!(alpine["no_parent_because"]["code"], "scratch_inferred");
}

#[test]
fn s1_schema_1_and_2_find_each_other() {
    let Some(server) = registry() else { return };
    let Some(served) = Served::crawled("stories/stories.storage.tar.zst", &[]) else { return };
    // An old registry's image on an index of new manifests.
    check(&served.data, &format!("docker://{}/lizrice/childimage", server.host()));
    let same = served.data.ask("parent", "lizrice/childimage");
    let live = served.data.ask("parent", &format!("docker://{}/lizrice/childimage", server.host()));
    assert_eq!(same["parent"], live["parent"]);
    // The other way round: the index knows compressed digests only.
    let old = Data::new();
    old.crawl_hub(&server.host(), &[]);
    check(&old, &served.live("lizrice/childimage"));
}
