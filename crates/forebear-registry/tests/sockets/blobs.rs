//! Layer blobs: streamed, resumed where they broke off, never endlessly.

use forebear_image::BlobDigest;
use forebear_registry::{Registry, RegistryError};

use crate::server::{Act, Server, answer};

fn body() -> Vec<u8> {
    (0..200_000u32).flat_map(u32::to_le_bytes).collect()
}

fn path() -> String {
    format!("/v2/library/x/blobs/{}", BlobDigest::of(&body()))
}

/// Headers for all of `body`, and some of it.
fn broken(status: u16, headers: &[(&str, &str)], body: &[u8], sent: usize) -> Act {
    let mut bytes = answer(status, headers, body);
    bytes.truncate(bytes.len() - body.len() + sent);
    Act::SendAndClose(bytes)
}

fn part(from: usize, to: usize) -> Act {
    let range = format!("bytes {from}-{}/{}", body().len() - 1, body().len());
    broken(206, &[("Content-Range", &range)], &body()[from..], to - from)
}

async fn fetch(registry: &Registry, server: &Server) -> Result<Vec<u8>, RegistryError> {
    let mut stream = registry.get_blob(&server.repository(), BlobDigest::of(&body())).await?;
    assert_eq!(stream.size(), Some(body().len() as u64));
    let mut all = Vec::new();
    while let Some(chunk) = stream.chunk().await? {
        all.extend_from_slice(&chunk);
    }
    // The end stays the end: nothing is asked for again.
    let asked = server.seen().len();
    assert_eq!(stream.chunk().await?, None);
    assert_eq!(server.seen().len(), asked);
    Ok(all)
}

fn ranges(server: &Server) -> Vec<Option<String>> {
    let range = |headers: &str| headers.lines().find_map(|line| line.strip_prefix("range: ").map(str::to_owned));
    server.seen().iter().map(|request| range(&request.headers)).collect()
}

#[tokio::test]
async fn a_blob_that_breaks_off_goes_on_from_there() {
    let server = Server::start().await;
    server.on(&path(), broken(200, &[], &body(), 300_000));
    server.on(&path(), part(300_000, 700_000));
    server.on(&path(), part(700_000, 800_000));
    assert!(fetch(&server.registry(), &server).await.unwrap() == body());
    let expected = [None, Some("bytes=300000-".to_owned()), Some("bytes=700000-".to_owned())];
    assert_eq!(ranges(&server), expected);
}

/// A server may send less of a range than was asked for.
#[tokio::test]
async fn a_part_that_is_shorter_than_asked_for_is_no_end() {
    let server = Server::start().await;
    server.on(&path(), broken(200, &[], &body(), 300_000));
    let range = format!("bytes 300000-399999/{}", body().len());
    server.on(&path(), Act::Send(answer(206, &[("Content-Range", &range)], &body()[300_000..400_000])));
    server.on(&path(), part(400_000, 800_000));
    assert!(fetch(&server.registry(), &server).await.unwrap() == body());
}

#[tokio::test]
async fn a_registry_without_ranges_begins_anew() {
    let server = Server::start().await;
    server.on(&path(), broken(200, &[], &body(), 300_000));
    server.on(&path(), Act::Send(answer(200, &[], body())));
    assert!(fetch(&server.registry(), &server).await.unwrap() == body());
}

#[tokio::test]
async fn no_progress_ends() {
    let server = Server::start().await;
    server.on(&path(), broken(200, &[], &body(), 300_000));
    server.on(&path(), part(300_000, 300_000));
    let error = fetch(&server.registry(), &server).await.unwrap_err();
    assert_eq!(error.kind().code(), "interrupted");
    // The first, and three retries that brought nothing.
    assert_eq!(server.seen().len(), 4, "{error}");
}

#[tokio::test]
async fn another_part_than_asked_for_is_refused() {
    let server = Server::start().await;
    server.on(&path(), broken(200, &[], &body(), 300_000));
    server.on(&path(), part(0, 800_000));
    let error = fetch(&server.registry(), &server).await.unwrap_err();
    assert_eq!(error.kind().code(), "protocol");
    assert!(error.to_string().contains("asked for the bytes from 300000"), "{error}");
}

#[tokio::test]
async fn a_stream_holds_its_permit_to_the_end() {
    let server = Server::start().await;
    server.on(&path(), Act::Send(answer(200, &[], body())));
    let options = forebear_registry::RegistryOptions { concurrency: 1, ..server.options() };
    let registry = Registry::new(options).unwrap();
    let first = registry.get_blob(&server.repository(), BlobDigest::of(&body())).await.unwrap();
    let second = fetch(&registry, &server);
    tokio::pin!(second);
    let waiting = tokio::time::timeout(std::time::Duration::from_millis(100), &mut second).await;
    assert!(waiting.is_err(), "a second request was sent while a body was open");
    drop(first);
    assert!(second.await.unwrap() == body());
}

#[tokio::test]
async fn a_blob_that_is_not_there() {
    let server = Server::start().await;
    let error = fetch(&server.registry(), &server).await.unwrap_err();
    assert_eq!(error.kind().code(), "not_found");
}
