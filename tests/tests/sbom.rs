//! `sbom`: lineages as statements, read with the libraries of those who read them.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use forebear_testkit::real::{have, skipped};
use forebear_testkit::{Server, demo};
use forebear_tests::{Data, readers, run, trivy};
use serde_json::{Value, json};

const IMAGE: &str = "acme/shop-frontend:5";

fn crawled() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

fn sbom(data: &Data, format: &str) -> Value {
    let ran = data.query(&["sbom", IMAGE, "--format", format]).expect_code(0);
    let again = data.query(&["sbom", IMAGE, "--format", format]).expect_code(0);
    assert_eq!(ran.stdout, again.stdout, "the same bytes");
    ran.json()
}

/// All values of `bom-ref`, wherever they stand.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(own) => {
            found.extend(own.get("bom-ref").and_then(Value::as_str).map(str::to_owned));
            own.values().for_each(|own| references(own, found));
        }
        Value::Array(all) => all.iter().for_each(|own| references(own, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every reference is there once, and whatever is referred to is there.
#[track_caller]
fn assert_references_hold(document: &Value) {
    let mut all = Vec::new();
    references(document, &mut all);
    let known: BTreeSet<&String> = all.iter().collect();
    assert_eq!(known.len(), all.len(), "twice: {all:?}");
    let mut seen = BTreeSet::new();
    for own in document["dependencies"].as_array().expect("dependencies") {
        let name = own["ref"].as_str().expect("a reference").to_owned();
        let on = own["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        for one in on.chain([name.clone()]) {
            assert!(known.contains(&one), "{one} is nowhere");
        }
        assert!(seen.insert(name.clone()), "{name} depends twice");
    }
}

#[test]
fn p764_cyclonedx_tells_the_chain() {
    let (data, _server) = crawled();
    let document = sbom(&data, "cyclonedx");
    assert_references_hold(&document);
    assert_eq!(document["metadata"]["timestamp"], "2024-12-01T03:00:00Z", "no clock is read");
    let image = &document["metadata"]["component"];
    let digest = data.ask("parent", IMAGE)["image"]["manifest_digest"].as_str().expect("a digest").to_owned();
    let purl = image["purl"].as_str().expect("a purl");
    assert!(
        purl.starts_with("pkg:oci/shop-frontend@sha256:")
            && purl.contains("repository_url=docker.io%2Facme%2Fshop-frontend"),
        "{purl}"
    );
    assert!(digest.ends_with(image["hashes"][0]["content"].as_str().expect("a hash")), "{image}");
    let parent = &image["pedigree"]["ancestors"][0];
    assert_eq!(parent["name"], "docker.io/library/nginx");
    assert_eq!(parent["pedigree"]["ancestors"][0]["pedigree"]["ancestors"][0]["name"], "docker.io/library/alpine");
    assert!(image["pedigree"]["notes"].as_str().is_some_and(|notes| notes.contains("layers and its history")));
    let property = |name: &str| json!({"name": format!("forebear:{name}"), "value": "layers+history"});
    assert!(parent["properties"].as_array().expect("properties").contains(&property("evidence")), "{parent}");
    let file = data.path().join("bom.json");
    fs::write(&file, document.to_string()).expect("written");
    if let Some(read) = readers::read("cyclonedx", &file) {
        assert_eq!(read["error"], Value::Null);
        assert_eq!((&read["unique"], &read["loose"]), (&json!(true), &json!([])));
        assert_eq!(read["chain"].as_array().expect("a chain").len(), 3);
    }
}

#[test]
fn p765_spdx_tells_the_chain() {
    let (data, _server) = crawled();
    let document = sbom(&data, "spdx");
    let file = data.path().join("bom.spdx.json");
    fs::write(&file, document.to_string()).expect("written");
    let kinds: Vec<&str> = document["relationships"]
        .as_array()
        .expect("relationships")
        .iter()
        .filter_map(|own| own["relationshipType"].as_str())
        .collect();
    let pair = ["DESCENDANT_OF", "DEPENDS_ON"];
    assert_eq!(kinds, [&["DESCRIBES"][..], &pair, &pair, &pair].concat());
    if let Some(read) = readers::read("spdx", &file) {
        assert_eq!(read["errors"], json!([]));
        assert_eq!(read["packages"], 4);
        let comment = read["relationships"][2][3].as_str().expect("a comment");
        assert!(comment.starts_with("base image docker.io/library/nginx"), "{comment}");
    }
}

#[test]
fn p766_an_image_without_a_parent_says_why() {
    let (data, _server) = crawled();
    let ran = data.query(&["sbom", "startup/tool:1.0-annotated"]).expect_code(1);
    assert_references_hold(&ran.json());
    assert!(ran.stdout.contains("forebear:no_parent_because"), "{}", ran.stdout);
    let refused = data.query(&["sbom", IMAGE, "--format", "svg"]).expect_code(2);
    assert_eq!(refused.stderr, "error: an SBOM cannot be written as svg; --format takes cyclonedx, spdx here\n");
}

/// What another tool wrote stays, text for text; what is added is added once.
#[test]
fn p767_the_chain_is_added_to_what_others_wrote() {
    let (data, _server) = crawled();
    let file = data.path().join("theirs.json");
    let theirs = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","odd":1.10e2,"metadata":{"tools":[{"vendor":"x","name":"t"}],
        "component":{"type":"container","bom-ref":"root","name":"n","properties":[{"name":"a","value":"b"}]}},
        "components":[{"type":"library","bom-ref":"lib","name":"l","weight":1.0}],
        "dependencies":[{"ref":"root","dependsOn":["lib"]},{"ref":"lib"}]}"#;
    fs::write(&file, theirs).expect("written");
    let enrich =
        |file: &std::path::Path| data.query(&["sbom", IMAGE, "--enrich", file.to_str().expect("text")]).expect_code(0);
    let once = enrich(&file).stdout;
    assert!(
        once.contains("1.10e2") && once.contains(r#"{"type":"library","bom-ref":"lib","name":"l","weight":1.0}"#),
        "{once}"
    );
    let document: Value = serde_json::from_str(&once).expect("JSON");
    assert_references_hold(&document);
    assert_eq!(document["components"].as_array().map(Vec::len), Some(4));
    let on = document["dependencies"][0]["dependsOn"].as_array().expect("a list");
    assert!(on.len() == 2 && on[0] == "lib", "{on:?}");
    assert_eq!(document["metadata"]["component"]["properties"][0], json!({"name": "a", "value": "b"}));
    fs::write(&file, &once).expect("written");
    assert_eq!(enrich(&file).stdout, once, "a second time adds nothing");

    let other = theirs.replace(r#""name":"n","#, &format!(r#""name":"n","version":"sha256:{}","#, "0".repeat(64)));
    fs::write(&file, other).expect("written");
    assert!(enrich(&file).stderr.contains("is about another image"), "a stranger's SBOM is told");
    for (text, told) in [("[1]", "no JSON object"), ("{}", "neither CycloneDX nor SPDX")] {
        fs::write(&file, text).expect("written");
        let ran = data.query(&["sbom", IMAGE, "--enrich", file.to_str().expect("text")]).expect_code(2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn p768_syft_s_own_sboms_are_enriched() {
    let Some(syft) = readers::program("syft") else { return };
    if !have("skopeo") {
        return skipped("skopeo is not installed");
    }
    let (data, server) = crawled();
    let layout = data.path().join("layout");
    let from = format!("docker://{}/{IMAGE}", server.host());
    let to = format!("oci:{}", layout.display());
    _ = run(Command::new("skopeo").args(["copy", "-q", "--src-tls-verify=false", &from, &to]), "").expect_code(0);
    for (format, kind) in [("cyclonedx-json", "cyclonedx"), ("spdx-json", "spdx")] {
        let mut command = Command::new(&syft);
        command.arg(format!("oci-dir:{}", layout.display())).args(["-q", "-o", format]);
        let theirs = run(command.env("SYFT_CHECK_FOR_APP_UPDATE", "false").env("HOME", data.path()), "").expect_code(0);
        let file = data.path().join(format!("{kind}.json"));
        fs::write(&file, &theirs.stdout).expect("written");
        let ours = data.query(&["sbom", IMAGE, "--enrich", file.to_str().expect("text")]).expect_code(0);
        fs::write(&file, &ours.stdout).expect("written");
        let Some(read) = readers::read(kind, &file) else { continue };
        if kind == "cyclonedx" {
            assert_references_hold(&ours.json());
            assert_eq!((&read["error"], read["chain"].as_array().map(Vec::len)), (&Value::Null, Some(3)));
        } else {
            assert_eq!(read["errors"], json!([]));
            let kinds: Vec<&Value> =
                read["relationships"].as_array().expect("a list").iter().map(|own| &own[1]).collect();
            assert_eq!(kinds.iter().filter(|kind| ***kind == "DESCENDANT_OF").count(), 3);
        }
    }
}

/// Trivy's documents by both forms that it has had, from a pipe: what it wrote stays, the chain is
/// there once, and both libraries find the whole valid. Its `ImageID` tells another image's.
#[test]
fn p831_trivy_s_sboms_are_enriched_from_standard_input() {
    let (data, _server) = crawled();
    let config = data.ask("parent", IMAGE)["image"]["config_digest"].as_str().expect("a digest").to_owned();
    let other = format!("sha256:{}", "0".repeat(64));
    for is_old in [false, true] {
        for (kind, of) in [("cyclonedx", trivy::cyclonedx as fn(&str, bool) -> Value), ("spdx", trivy::spdx)] {
            let theirs = of(&config, is_old);
            let enrich = |text: &str| data.query_with(&["sbom", IMAGE, "--enrich", "-"], text).expect_code(0);
            let ran = enrich(&theirs.to_string());
            assert_eq!(ran.stderr, "", "{kind}");
            assert_eq!(enrich(&ran.stdout).stdout, ran.stdout, "a second time adds nothing");
            let ours: Value = serde_json::from_str(&ran.stdout).expect("JSON");
            let lists: &[&str] = if kind == "spdx" { &["packages", "relationships"] } else { &["components"] };
            for list in lists {
                let (theirs, ours) = (theirs[list].as_array().expect("a list"), ours[list].as_array().expect("a list"));
                assert_eq!(&ours[..theirs.len()], theirs, "{list} of {kind} begin as they were");
            }
            let file = data.path().join(format!("{kind}-{is_old}.json"));
            fs::write(&file, &ran.stdout).expect("written");
            let read = readers::read(kind, &file);
            if kind == "cyclonedx" {
                assert_references_hold(&ours);
                let on = ours["dependencies"][1]["dependsOn"].as_array().expect("a list");
                assert!(on.len() == 2 && on[1].as_str().is_some_and(|on| on.starts_with("pkg:oci/nginx@")), "{on:?}");
                assert!(read.is_none_or(|read| read["error"] == Value::Null && read["chain"][2] != Value::Null));
            } else {
                let creators = ours["creationInfo"]["creators"].as_array().expect("creators");
                assert!(creators.len() == 3 && creators[1] == "Tool: trivy-0.59.1", "{creators:?}");
                let kinds: Vec<&Value> = ours["relationships"].as_array().into_iter().flatten().collect();
                assert_eq!(kinds.iter().filter(|own| own["relationshipType"] == "DESCENDANT_OF").count(), 3);
                assert!(read.is_none_or(|read| read["errors"] == json!([])), "{ours:#}");
            }
            let told = enrich(&of(&other, is_old).to_string()).stderr;
            let expected = format!("warning: standard input is about another image, {other};");
            assert!(told.starts_with(&expected), "{told}");
        }
    }
}

#[test]
fn p832_standard_input_holds_one_thing() {
    let (data, _server) = crawled();
    for place in ["-", "/dev/stdin"] {
        let ran = data.query_with(&["sbom", "inspect:-", "--enrich", place], "{}").expect_code(2);
        assert_eq!(ran.stderr, "error: standard input holds the SBOM, so that no image can be read from it\n");
    }
    let ran = data.query_with(&["sbom", IMAGE, "--enrich", "-", "--format", "spdx"], "{}").expect_code(2);
    assert_eq!(ran.stderr, "error: --enrich keeps the format of standard input; leave --format out\n");
    let ran = data.query_with(&["sbom", IMAGE, "--enrich", "-"], "").expect_code(2);
    assert!(ran.stderr.starts_with("error: standard input: that is no JSON object"), "{}", ran.stderr);
}
