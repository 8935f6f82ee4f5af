//! The registry in good order, over a bare socket.

use std::time::{Duration, Instant};

use crate::client::{get, head, json, request};
use forebear_testkit::server::{Bearer, Catalog, Quota};
use forebear_testkit::{Format, Image, ImageBuilder, Index, Options, Server, World};

fn alpine() -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build()
}

fn world() -> World {
    let mut world = World::new();
    for tag in ["3.17", "3.18", "3.19", "latest"] {
        world.push(&format!("library/alpine:{tag}"), &alpine());
    }
    world.push("acme/web", &ImageBuilder::from(&alpine()).run("make").build());
    world.push("acme/api", &ImageBuilder::from(&alpine()).absent_layers().run("make").build());
    world
}

#[test]
fn lists_in_pages() {
    let server = Server::start(world());
    let catalog = get(&server, "/v2/_catalog?n=2");
    assert_eq!(json(&catalog)["repositories"], serde_json::json!(["acme/api", "acme/web"]));
    assert_eq!(catalog.header("link"), Some("</v2/_catalog?last=acme%2Fweb&n=2>; rel=\"next\""));
    let rest = get(&server, "/v2/_catalog?last=acme%2Fweb&n=2");
    assert_eq!(json(&rest)["repositories"], serde_json::json!(["library/alpine"]));
    assert_eq!(rest.header("link"), None);
    let tags = get(&server, "/v2/library/alpine/tags/list?n=3");
    assert_eq!(json(&tags)["tags"], serde_json::json!(["3.17", "3.18", "3.19"]));
    assert_eq!(tags.header("link"), Some("</v2/library/alpine/tags/list?last=3.19&n=3>; rel=\"next\""));
    assert_eq!(get(&server, "/v2/nobody/tags/list").status, 404);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn serves_manifests_and_blobs() {
    let server = Server::start(world());
    let image = alpine();
    assert_eq!(get(&server, "/v2/").status, 200);
    for reference in ["3.19".to_owned(), image.manifest_digest.to_string()] {
        let path = format!("/v2/library/alpine/manifests/{reference}");
        let (got, asked) = (get(&server, &path), head(&server, &path));
        assert_eq!(got.body, image.manifest);
        assert!(asked.body.is_empty());
        for answer in [got, asked] {
            assert_eq!(answer.header("content-type"), Some("application/vnd.oci.image.manifest.v1+json"));
            assert_eq!(answer.header("docker-content-digest"), Some(image.manifest_digest.to_string().as_str()));
            assert_eq!(answer.header("content-length"), Some(image.manifest.len().to_string().as_str()));
        }
    }
    let config = get(&server, &format!("/v2/library/alpine/blobs/{}", image.config_digest));
    assert_eq!(config.body, image.config);
    let layer = &image.layers[0];
    assert_eq!(get(&server, &format!("/v2/acme/web/blobs/{}", layer.digest)).body, layer.blob.clone().unwrap());
    for (path, code) in [
        ("/v2/library/alpine/manifests/none", "MANIFEST_UNKNOWN"),
        ("/v2/nobody/manifests/none", "NAME_UNKNOWN"),
        (&format!("/v2/library/alpine/blobs/{}", image.manifest_digest), "BLOB_UNKNOWN"),
    ] {
        let answer = get(&server, path);
        assert_eq!((answer.status, &json(&answer)["errors"][0]["code"]), (404, &serde_json::json!(code)));
    }
}

#[test]
fn an_absent_layer_is_not_there() {
    let server = Server::start(world());
    let image = ImageBuilder::from(&alpine()).absent_layers().run("make").build();
    assert_eq!(get(&server, &format!("/v2/acme/api/blobs/{}", image.layers[1].digest)).status, 404);
}

#[test]
fn indexes_with_attestations() {
    let amd = alpine();
    let arm = ImageBuilder::scratch("linux/arm64/v8").add_rootfs("alpine 3.19").build();
    let index = Index::new(Format::Oci).attested(&amd, &[]).attested(&arm, &[]);
    let server = Server::start(World::new());
    server.world(|world| world.push_built_index("library/alpine:3.19", &index));
    let answer = get(&server, "/v2/library/alpine/manifests/3.19");
    assert_eq!(answer.header("content-type"), Some("application/vnd.oci.image.index.v1+json"));
    let entries = json(&answer)["manifests"].as_array().unwrap().clone();
    assert_eq!(entries.len(), 4);
    for entry in entries {
        let path = format!("/v2/library/alpine/manifests/{}", entry["digest"].as_str().unwrap());
        assert_eq!(get(&server, &path).status, 200);
    }
    let old = request(&server, "GET", "/v2/library/alpine/manifests/3.19", &[("accept", "application/json")]);
    assert_eq!(old.status, 404, "OCI content is not for a client that leaves it out");
}

#[test]
fn the_world_can_change_meanwhile() {
    let server = Server::start(world());
    let newer = ImageBuilder::from(&alpine()).run("apk upgrade").build();
    server.world(|world| {
        world.push("library/alpine:latest", &newer);
        assert!(world.untag("library/alpine:3.17"));
    });
    assert_eq!(get(&server, "/v2/library/alpine/manifests/latest").body, newer.manifest);
    assert_eq!(get(&server, "/v2/library/alpine/manifests/3.17").status, 404);
    server.on_post("/demo/empty", |world| world.delete_repository("library/alpine"));
    assert_eq!(request(&server, "POST", "/demo/empty", &[]).status, 200);
    assert_eq!(get(&server, "/v2/library/alpine/tags/list").status, 404);
}

#[test]
fn options_take_effect() {
    let options = Options { page_default: Some(1), catalog: Catalog::Refused401, ..Options::default() };
    let server = Server::start_with(world(), options);
    let refused = get(&server, "/v2/_catalog");
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").is_some());
    let tags = json(&get(&server, "/v2/library/alpine/tags/list"));
    assert_eq!(tags["tags"], serde_json::json!(["3.17"]));
    server.options(|options| options.delay = Duration::from_millis(60));
    let start = Instant::now();
    get(&server, "/v2/");
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[test]
fn answers_that_wait_for_each_other() {
    let options = Options { together: Some(("/manifests/", 3)), ..Options::default() };
    let server = Server::start_with(world(), options);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert_eq!(get(&server, "/v2/library/alpine/manifests/3.19").status, 200));
        }
    });
    let requests = server.requests();
    let first = requests.iter().filter_map(|request| request.finished).min();
    assert!(requests.iter().all(|request| Some(request.arrival) < first), "{requests:?}");
    // Others, and those that come later, wait for nobody.
    assert_eq!((get(&server, "/v2/").status, get(&server, "/v2/library/alpine/manifests/3.19").status), (200, 200));
}

#[test]
fn a_quota_counts_pulls() {
    let quota = Quota { limit: 2, window: Duration::from_secs(600), retry_after: true };
    let server = Server::start_with(world(), Options { quota: Some(quota), ..Options::default() });
    let path = "/v2/library/alpine/manifests/3.19";
    assert_eq!(head(&server, path).header("ratelimit-remaining"), Some("2;w=600"));
    assert_eq!(get(&server, path).header("ratelimit-remaining"), Some("1;w=600"));
    assert_eq!(get(&server, path).header("ratelimit-limit"), Some("2;w=600"));
    let spent = get(&server, path);
    assert_eq!((spent.status, spent.header("retry-after")), (429, Some("600")));
    assert_eq!(head(&server, path).status, 429);
}

#[test]
fn tokens_are_scoped_and_expire() {
    let server = Server::start_with(world(), Options { bearer: Some(Bearer::default()), ..Options::default() });
    let path = "/v2/library/alpine/manifests/3.19";
    let refused = get(&server, path);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(challenge.contains("scope=\"repository:library/alpine:pull\""), "{challenge}");
    let token = || {
        let answer = get(&server, "/token?service=x&scope=repository%3Alibrary%2Falpine%3Apull");
        format!("Bearer {}", json(&answer)["token"].as_str().unwrap())
    };
    let with = |token: &str, path: &str| request(&server, "GET", path, &[("authorization", token)]);
    let long = token();
    assert_eq!(with(&long, path).status, 200);
    assert_eq!(with(&long, "/v2/acme/web/manifests/latest").status, 401, "another scope");
    let is_over = |token: &str| with(token, path).header("www-authenticate").unwrap().contains("invalid_token");
    server.options(|options| options.bearer = Some(Bearer { lifetime: Duration::ZERO, ..Bearer::default() }));
    assert!(is_over(&token()));
    assert_eq!(with(&long, path).status, 200, "it was handed out for longer");
    server.expire_tokens();
    assert!(is_over(&long));
}

#[test]
fn requests_are_remembered() {
    let server = Server::start(world());
    request(&server, "GET", "/v2/_catalog?n=1", &[("user-agent", "me"), ("accept", "a"), ("accept", "b")]);
    head(&server, "/v2/library/alpine/manifests/3.19");
    let seen = server.requests();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("GET", "/v2/_catalog?n=1"));
    assert_eq!((seen[0].user_agent.as_deref(), seen[0].accept.as_deref()), (Some("me"), Some("a, b")));
    assert_eq!((seen[0].status, seen[0].in_flight), (Some(200), 1));
    assert!(seen[0].finished.is_some() && seen[0].body_sent > 0);
    assert!(seen[1].arrival > seen[0].arrival);
    assert_eq!(seen[1].connection, 1);
}
