//! BuildKit provenance through both binaries: crawled, asked live, and in OCI
//! layouts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use forebear_image::Digest;
use forebear_testkit::image::{attestation, attestation_holding, provenance, provenance_v1};
use forebear_testkit::server::{Fault, Matcher, Times};
use forebear_testkit::world::Index as List;
use forebear_testkit::{Format, Image, Server, World};
use forebear_tests::forms::write_layout;
use forebear_tests::multi_stage::MultiStage;
use forebear_tests::{Data, Ran};
use serde_json::{Value, json};

const NOW: [&str; 2] = ["--now", "2026-03-01T00:00:00Z"];
const V02: Option<&str> = Some("https://slsa.dev/provenance/v0.2");
const V1: Option<&str> = Some("https://slsa.dev/provenance/v1");

/// What every form must say: `source name verdict`.
fn expected() -> Vec<String> {
    ["library/golang:1.22-alpine material", "library/alpine:3.19 agrees", "docker/dockerfile:1 material"]
        .iter()
        .map(|said| format!("provenance docker.io/{said}"))
        .collect()
}

fn bytes(document: &Value) -> Vec<u8> {
    serde_json::to_vec(document).unwrap()
}

fn declared(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let list = answer["declared"].as_array().unwrap();
    list.iter().map(|one| ["source", "name", "verdict"].map(|key| text(&one[key])).join(" ")).collect()
}

/// The parent and what is declared.
#[track_caller]
fn parent(data: &Data, image: &str, expected: &[String]) -> Ran {
    let ran = data.query(&["parent", image, "--format", "json"]).expect_code(0);
    let answer = ran.json();
    assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3.19", "{image}: {answer}");
    assert_eq!(declared(&answer), expected, "{image}");
    ran
}

fn live(server: &Server) -> String {
    format!("docker://{}/acme/app:1", server.host())
}

fn failures(data: &Data) -> Vec<Value> {
    let ran = data.crawl(&["failures", "--format", "json"]).expect_code(0);
    match serde_json::from_str::<Value>(&ran.stdout) {
        Ok(Value::Array(list)) => list,
        Ok(other) => vec![other],
        Err(_) => ran.json_lines(),
    }
}

#[test]
fn m19_multi_stage_live_and_crawled() {
    let build = MultiStage::new();
    let proofs = [
        attestation(&build.app, &build.materials()),
        attestation_holding(&[(bytes(&provenance_v1(&build.app, &build.materials())), V1)]),
        // Beside a bill of materials, which is ignored, unread.
        attestation_holding(&[
            (b"{not even JSON".to_vec(), Some("https://spdx.dev/Document")),
            (bytes(&provenance(&build.app, &build.materials())), V02),
        ]),
    ];
    for proof in proofs {
        let server = Server::start(build.world(&proof));
        let data = Data::new();
        let crawled = data.crawl_hub(&server.host(), &[&NOW[..], &["--provenance"]].concat());
        assert!(
            crawled.stdout.contains("2 attestations read") && crawled.stdout.contains(", 2 statements"),
            "{crawled:?}"
        );
        for image in ["acme/app:1", &live(&server)] {
            let ran = parent(&data, image, &expected());
            assert_eq!(ran.stderr, "", "{image}");
            let text = data.query(&["parent", image]).expect_code(0).stdout;
            for line in [
                "inputs   docker.io/library/alpine:3.19 (provenance): matches the parent\n",
                "         docker.io/library/golang:1.22-alpine (provenance): used in a build stage\n",
                "         docker.io/docker/dockerfile:1 (provenance): used in a build stage\n",
            ] {
                assert!(text.contains(line), "{image}: {text}");
            }
            let lineage = data.ask("lineage", image);
            assert_eq!(lineage["ancestors"][0]["reference"], "docker.io/library/alpine:3.19");
        }
    }
}

#[test]
fn m23_without_being_asked_nothing_is_fetched_and_a_later_run_makes_up_for_it() {
    let build = MultiStage::new();
    let proof = attestation(&build.app, &build.materials());
    let server = Server::start(build.world(&proof));
    let asked_for = |part: &str| server.requests().iter().filter(|request| request.path.contains(part)).count();
    let (manifest, statement) = (proof.manifest_digest.to_string(), proof.layers[0].digest.to_string());
    let plain = Data::new();
    plain.crawl_hub(&server.host(), &NOW);
    assert_eq!((asked_for(&manifest), asked_for(&statement)), (0, 0));
    parent(&plain, "acme/app:1", &[]);
    let stats = plain.query(&["stats", "--format", "json"]).stdout;

    server.clear_requests();
    plain.crawl_hub(&server.host(), &[&NOW[..], &["--provenance"]].concat());
    assert_eq!((asked_for(&manifest), asked_for(&statement)), (1, 1));
    let gets = server.requests().iter().filter(|r| r.method == "GET" && r.path.contains("sha256:")).count();
    assert_eq!(gets, 4, "two attestations and their statements, nothing a second time");
    parent(&plain, "acme/app:1", &expected());
    // Once more: nothing but HEADs. And then without: what is known stays.
    for arguments in [&[&NOW[..], &["--provenance"]].concat(), &NOW[..]] {
        server.clear_requests();
        plain.crawl_hub(&server.host(), arguments);
        assert_eq!(asked_for("sha256:"), 0);
        parent(&plain, "acme/app:1", &expected());
    }
    // Two runs or one: the same facts, the same bytes.
    let once = Data::new();
    once.crawl_hub(&server.host(), &[&NOW[..], &["--provenance"]].concat());
    let current = |data: &Data| std::fs::read_to_string(data.path().join("index/CURRENT")).unwrap();
    assert_eq!(current(&plain), current(&once));
    assert!(stats.contains("\"images\""), "{stats}");
}

#[test]
fn m19_of_the_platforms_that_are_walked_only() {
    let build = MultiStage::new();
    let proof = attestation(&build.app, &build.materials());
    let server = Server::start(build.world(&proof));
    let data = Data::new();
    data.crawl_hub(&server.host(), &[&NOW[..], &["--provenance", "--platform", "linux/arm64"]].concat());
    assert!(!server.requests().iter().any(|request| request.path.contains(&proof.manifest_digest.to_string())));
    assert_eq!(
        server.requests().iter().filter(|r| r.path.contains("/blobs/")).count(),
        4,
        "three configs, one statement"
    );
}

#[test]
fn m19_an_attestation_that_others_lead_to_as_well() {
    let build = MultiStage::new();
    let proof = attestation(&build.app, &build.materials());
    let mut world = build.world(&proof);
    // A tag of its own, by which it is an artefact …
    world.tag("acme/app:0-attestation", proof.manifest_digest);
    // … and an index that shows it for an image it says nothing of.
    world.push_built_index("acme/borrowed:1", &List::new(Format::Oci).attested_by(&build.golang, &proof));
    let server = Server::start(world);
    let data = Data::new();
    let mut told = Vec::new();
    for _ in 0..2 {
        let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--provenance"];
        let report = data.crawl(&[&arguments[..], &NOW[..], &["--format", "json"]].concat()).expect_code(0).json();
        told = warnings(&report);
        parent(&data, "acme/app:1", &expected());
        parent(&data, "acme/borrowed:1", &[]);
        let refused = data.query(&["parent", "acme/app:0-attestation"]).expect_code(2);
        assert!(refused.stderr.contains("is no image but application/vnd.in-toto+json"), "{}", refused.stderr);
    }
    // The first run may have met it under the image that it is about.
    let reason = format!("not about {}", build.golang.manifest_digest);
    assert!(told.len() == 1 && told[0].contains(&reason), "{told:?}");
    assert!(failures(&data).is_empty(), "to ask again would change nothing");
}

fn warnings(report: &Value) -> Vec<String> {
    let warnings = report["warnings"].as_array().unwrap();
    warnings.iter().map(|warning| warning["message"].as_str().unwrap().to_owned()).collect()
}

/// A statement that is wrong in one way: the crawl tells it once, a live
/// query notes it once, and the answer is what it is without.
#[track_caller]
fn refused(build: &MultiStage, proof: &Image, prepare: impl Fn(&Server), reason: &str) {
    let server = Server::start(build.world(proof));
    prepare(&server);
    let ran = parent(&without(build), &live(&server), &[]);
    let notes: Vec<&str> = ran.stderr.lines().collect();
    assert!(notes.len() == 1 && notes[0].starts_with("note: ") && notes[0].contains(reason), "{}", ran.stderr);
    assert!(ran.stderr.len() < 1_500, "{}", ran.stderr);

    let data = Data::new();
    for _ in 0..2 {
        let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--provenance"];
        let ran = data.crawl(&[&arguments[..], &NOW[..], &["--format", "json"]].concat());
        let mut told = warnings(&ran.json());
        // One that is whole, and about another image, stays what it is.
        let code = if told.is_empty() { 3 } else { 0 };
        _ = ran.expect_code(code);
        parent(&data, "acme/app:1", &[]);
        told.extend(failures(&data).iter().map(|row| row["message"].as_str().unwrap().to_owned()));
        assert!(told.len() == 1 && told[0].contains(reason), "{told:?}");
    }
    assert!(failures(&data).iter().all(|row| row["tries"] == 2));
    // The other platform's attestation is none the worse for it.
    let arm = data.query(&["parent", "acme/app:1", "--platform", "linux/arm64", "--format", "json"]).expect_code(1);
    assert_eq!(declared(&arm.json()), ["provenance docker.io/library/alpine:3.19 not_indexed"]);
}

/// An index that knows the base, and nothing of the app.
fn without(build: &MultiStage) -> Data {
    let mut world = World::new();
    world.push("library/alpine:3.19", &build.alpine);
    let data = Data::new();
    data.crawl_hub(&Server::start(world).host(), &NOW);
    data
}

#[test]
fn m19_hostile_statements_leave_the_answer_alone() {
    let build = MultiStage::new();
    let good = attestation(&build.app, &build.materials());
    let blob = |proof: &Image| format!("/blobs/{}", proof.layers[0].digest);
    let nothing = |_: &Server| {};
    let holding = |bytes: Vec<u8>| attestation_holding(&[(bytes, V02)]);

    let about_golang = attestation(&build.golang, &build.materials());
    let reason = format!("it is about {}, not about {}", build.golang.manifest_digest, build.app.manifest_digest);
    refused(&build, &about_golang, nothing, &reason);
    refused(&build, &holding(b"\x1b[2J not JSON".to_vec()), nothing, "no in-toto statement");
    refused(&build, &holding(b"{}".to_vec()), nothing, "no in-toto statement");
    refused(&build, &holding(vec![b' '; 100 << 20]), nothing, "larger than");
    let tamper = |server: &Server| server.fault(Matcher::path(&blob(&good)), Fault::WrongBytes, Times::Always);
    refused(&build, &good, tamper, "sha256:");
    let gone = |server: &Server| server.world(|world| world.delete_blob(good.layers[0].digest.0));
    refused(&build, &good, gone, "not found");
    let no_manifest = |server: &Server| server.world(|world| world.delete_manifest("acme/app", good.manifest_digest));
    refused(&build, &good, no_manifest, "not found");
    let many: Vec<(String, Digest)> = (0..300).map(|n| (format!("a@{n}"), Digest::sha256(b"x"))).collect();
    let many: Vec<(&str, Digest)> = many.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
    refused(&build, &attestation(&build.app, &many), nothing, "more than 256 images");
}

#[test]
fn m19_a_material_s_name_cannot_reach_the_terminal() {
    let build = MultiStage::new();
    let mut statement = provenance(&build.app, &build.materials());
    statement["predicate"]["materials"][0]["uri"] = json!("pkg:docker/\u{1b}[31mred\u{202e}@1");
    let server = Server::start(build.world(&attestation_holding(&[(bytes(&statement), V02)])));
    let ran = without(&build).query(&["parent", &live(&server)]).expect_code(0);
    assert!(ran.stdout.contains("pkg:docker/\\u{1b}[31mred") && !ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}

#[test]
fn m19_a_run_that_was_killed_goes_on_with_its_attestations() {
    let build = MultiStage::new();
    let proof = attestation(&build.app, &build.materials());
    let server = Server::start(build.world(&proof));
    // The registry's limit stops the run at the first statement.
    let limit = Fault::too_many_requests(Some("3600"));
    server.fault(Matcher::get(&format!("/blobs/{}", proof.layers[0].digest)), limit, Times::N(1));
    let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--provenance"];
    let arguments = [&arguments[..], &NOW[..]].concat();
    let data = Data::new();
    _ = data.crawl(&arguments).expect_code(4);
    parent(&data, "acme/app:1", &[]);
    let arguments = [&arguments[..], &["--ignore-hold"]].concat();
    _ = data.crawl(&arguments).expect_code(0);
    parent(&data, "acme/app:1", &expected());
}

#[test]
fn m19_in_oci_layouts() {
    let build = MultiStage::new();
    let proof = attestation(&build.app, &build.materials());
    let data = without(&build);
    // The stage's image is not in this index, which changes nothing.
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let list = List::new(Format::Oci).attested_by(&build.app, &proof);
    let statement = proof.layers[0].blob.clone().unwrap();
    let documents: [&[u8]; 4] = [&build.app.manifest, &build.app.config, &proof.manifest, &statement];
    write_layout(&list.bytes(), &documents, &at("nested"));
    // The layout's own index lists both, as a tool that copies all writes it.
    write_layout(&build.app.manifest, &documents, &at("flat"));
    std::fs::write(at("flat").join("index.json"), list.bytes()).unwrap();
    for name in ["nested", "flat"] {
        let form = format!("oci:{}", at(name).display());
        assert_eq!(parent(&data, &form, &expected()).stderr, "");
        let archive = at(&format!("{name}.tar"));
        let mut tar = tar::Builder::new(std::fs::File::create(&archive).unwrap());
        tar.append_dir_all("", at(name)).unwrap();
        tar.finish().unwrap();
        let form = format!("oci-archive:{}", archive.display());
        assert_eq!(parent(&data, &form, &expected()).stderr, "");
    }
    // `skopeo copy --all … dir:`
    std::fs::create_dir(at("dir")).unwrap();
    std::fs::write(at("dir").join("manifest.json"), list.bytes()).unwrap();
    for (bytes, kind) in [
        (&build.app.manifest, ".manifest.json"),
        (&build.app.config, ""),
        (&proof.manifest, ".manifest.json"),
        (&statement, ""),
    ] {
        let name = format!("{}{kind}", Digest::sha256(bytes).hex());
        std::fs::write(at("dir").join(name), bytes).unwrap();
    }
    assert_eq!(parent(&data, &format!("dir:{}", at("dir").display()), &expected()).stderr, "");
    // Copied without its attestation, or with one that was tampered with.
    let file = at("flat").join("blobs/sha256").join(proof.layers[0].digest.0.hex());
    std::fs::write(&file, "{}").unwrap();
    let ran = parent(&data, &format!("oci:{}", at("flat").display()), &[]);
    assert!(ran.stderr.lines().count() == 1 && ran.stderr.contains("its statement is sha256:"), "{}", ran.stderr);
    std::fs::remove_file(&file).unwrap();
    let ran = parent(&data, &format!("oci:{}", at("flat").display()), &[]);
    assert!(ran.stderr.lines().count() == 1 && ran.stderr.contains("is not there"), "{}", ran.stderr);
}
