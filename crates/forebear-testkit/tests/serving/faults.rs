//! Each fault does what its name says.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use crate::client::{Answer, get, head, json, request};
use forebear_testkit::{Fault, Image, ImageBuilder, Matcher, Server, Times, World};

const PATH: &str = "/v2/library/alpine/manifests/3.19";

fn alpine() -> Image {
    ImageBuilder::scratch("linux/amd64").add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build()
}

fn server() -> Server {
    let mut world = World::new();
    world.push("library/alpine:3.19", &alpine());
    world.push("library/alpine:3.20", &alpine());
    Server::start(world)
}

/// One GET of the manifest under a fault.
fn under(fault: Fault) -> Answer {
    let server = server();
    server.fault(Matcher::get("/manifests/"), fault, Times::Always);
    get(&server, PATH)
}

#[test]
fn statuses() {
    let refused = under(Fault::unauthorized("Bearer realm=\"x\""));
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer realm=\"x\"")));
    let limited = under(Fault::too_many_requests(Some("120")));
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("120")));
    assert_eq!(json(&limited)["errors"][0]["code"], "TOOMANYREQUESTS");
    assert_eq!(under(Fault::not_found()).status, 404);
    assert_eq!(under(Fault::server_error()).status, 500);
    assert_eq!(under(Fault::body("[]")).body, b"[]");
}

#[test]
fn bodies_and_headers() {
    let image = alpine();
    let wrong = under(Fault::WrongBytes);
    assert_eq!(wrong.body.len(), image.manifest.len());
    assert_ne!(wrong.body, image.manifest);
    assert_eq!(wrong.header("docker-content-digest"), Some(image.manifest_digest.to_string().as_str()));
    assert!(under(Fault::Html).body.starts_with(b"<!DOCTYPE html>"));
    assert!(serde_json::from_slice::<serde_json::Value>(&under(Fault::InvalidJson).body).is_err());
    assert_eq!(json(&under(Fault::NullTags)), serde_json::json!({"tags": null}));
    assert_eq!(under(Fault::ContentType("text/plain".into())).header("content-type"), Some("text/plain"));
    let digest = under(Fault::WrongDigestHeader);
    assert_ne!(digest.header("docker-content-digest"), Some(image.manifest_digest.to_string().as_str()));
    assert_eq!(digest.body, image.manifest);
    let header = Fault::Header("docker-content-digest".into(), String::new());
    assert_eq!(under(header).header("docker-content-digest"), None);
    let moved = under(Fault::Redirect { status: 307, to: "http://elsewhere{path}".into() });
    assert_eq!((moved.status, moved.header("location")), (307, Some(format!("http://elsewhere{PATH}").as_str())));
    let link = under(Fault::Link("<{path}>; rel=\"next\"".into()));
    assert_eq!(link.header("link"), Some(format!("<{PATH}>; rel=\"next\"").as_str()));
}

#[test]
fn connections_that_break() {
    let reset = under(Fault::Reset);
    assert_eq!((reset.status, reset.broken), (0, Some(ErrorKind::ConnectionReset)));
    let length = alpine().manifest.len().to_string();
    let cut = under(Fault::ResetAfter(10));
    assert_eq!((cut.status, cut.body.len(), cut.broken), (200, 10, Some(ErrorKind::ConnectionReset)));
    assert_eq!(cut.header("content-length"), Some(length.as_str()));
    let short = under(Fault::Truncate(10));
    assert_eq!((short.status, short.body.len(), short.broken), (200, 10, None));
    assert_eq!(short.header("content-length"), Some(length.as_str()));
}

#[test]
fn slow_answers() {
    let image = alpine();
    let start = Instant::now();
    assert_eq!(under(Fault::Delay(Duration::from_millis(80))).body, image.manifest);
    assert!(start.elapsed() >= Duration::from_millis(80));
    let start = Instant::now();
    assert_eq!(under(Fault::Drip(Duration::from_millis(1))).body, image.manifest);
    assert!(start.elapsed() >= Duration::from_millis(image.manifest.len() as u64));
    let stalled = under(Fault::Stall);
    assert_eq!((stalled.status, stalled.body.len()), (200, 0));
    assert!(stalled.broken.is_some());
    let silent = under(Fault::StallBeforeHeaders);
    assert_eq!((silent.status, silent.broken.is_some()), (0, true));
}

#[test]
fn an_endless_body_ends_with_the_client() {
    let server = server();
    server.fault(Matcher::get(PATH), Fault::Endless, Times::Always);
    let answer = get(&server, PATH);
    assert!(answer.body.len() > 1_000_000);
    let deadline = Instant::now() + Duration::from_secs(5);
    while server.requests()[0].finished.is_none() {
        assert!(Instant::now() < deadline, "the server still sends");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_fault_finds_its_requests_and_is_used_up() {
    let server = server();
    server.fault(Matcher::head(PATH), Fault::server_error(), Times::N(2));
    server.fault(Matcher::get("/manifests/").and("3.20"), Fault::not_found(), Times::Once);
    server.fault(Matcher::any().skip(5), Fault::status(503, "UNAVAILABLE"), Times::Once);
    assert_eq!(get(&server, PATH).status, 200);
    assert_eq!([(); 3].map(|()| head(&server, PATH).status), [500, 500, 200]);
    let newer = "/v2/library/alpine/manifests/3.20";
    assert_eq!([(); 2].map(|()| get(&server, newer).status), [404, 200]);
    assert_eq!([(); 4].map(|()| get(&server, "/v2/").status), [200, 200, 503, 200]);
    server.fault(Matcher::any(), Fault::server_error(), Times::Always);
    server.clear_faults();
    assert_eq!(get(&server, "/v2/").status, 200);
}

#[test]
fn in_flight_counts_bodies_too() {
    let server = server();
    server.fault(Matcher::get("/manifests/"), Fault::Stall, Times::Once);
    let mut stream = std::net::TcpStream::connect(server.addr()).unwrap();
    write!(stream, "GET {PATH} HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    request(&server, "GET", "/v2/", &[]);
    assert_eq!(server.requests().iter().map(|seen| seen.in_flight).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn dropping_the_server_closes_the_port() {
    let server = server();
    let addr = server.addr();
    drop(server);
    assert!(std::net::TcpStream::connect(addr).is_err());
    let options = forebear_testkit::Options { port: addr.port(), ..Default::default() };
    assert_eq!(get(&Server::start_with(World::new(), options), "/v2/").status, 200);
}
