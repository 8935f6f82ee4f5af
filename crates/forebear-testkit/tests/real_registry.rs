//! Debian's `docker-registry` on recorded storages, where both are at hand.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use forebear_testkit::real::{DockerRegistry, RegistryOptions, have, real_file};

fn catalog(addr: SocketAddr) -> String {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(stream, "GET /v2/_catalog HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn serves_one_storage_after_another_on_one_port() {
    let Some(first) = real_file("official/hard.storage.tar.zst") else { return };
    let Some(second) = real_file("stories/stories.storage.tar.zst") else { return };
    let options = RegistryOptions { delete: true, schema1: true, ..RegistryOptions::default() };
    let Some(mut registry) = DockerRegistry::start_with(&first, options) else { return };
    let addr = registry.addr();
    let before = catalog(addr);
    assert!(before.contains("200 OK") && before.contains("\"repositories\":["), "{before}");
    registry.serve_instead(&second);
    assert_eq!(registry.addr(), addr);
    let after = catalog(addr);
    assert!(after.contains("200 OK"), "{after}");
    assert_ne!(before.lines().last(), after.lines().last());
    registry.serve_instead(&registry.first_storage());
    assert_eq!(before.lines().last(), catalog(addr).lines().last());
    drop(registry);
    assert!(TcpStream::connect(addr).is_err());
}

#[test]
fn serves_an_empty_storage() {
    let Some(registry) = DockerRegistry::start_empty(RegistryOptions::default()) else { return };
    assert!(catalog(registry.addr()).contains("{\"repositories\":[]}"));
}

#[test]
fn programs_are_found() {
    assert!(have("sh"));
    assert!(!have("no-such-program-anywhere"));
}
