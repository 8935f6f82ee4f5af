//! The API in good order.

use forebear_image::media_type::{OCI_INDEX, OCI_MANIFEST};
use forebear_image::{Digest, ManifestDigest};
use http::Method;
use http::request::Parts;
use serde_json::json;

use crate::server::answer::Answer;
use crate::server::options::Catalog;
use crate::server::route::Route;
use crate::server::shared::Shared;
use crate::server::{auth, paging, quota};
use crate::world::{Repository, World};

/// Answers a request as a registry without faults would.
pub(crate) fn answer(shared: &Shared, request: &Parts, body: &[u8]) -> Answer {
    let (path, query) = (request.uri.path(), request.uri.query().unwrap_or(""));
    if request.method == Method::POST {
        return if path == "/token" { auth::exchange(shared, body) } else { post(shared, path) };
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        return Answer::error(405, "UNSUPPORTED", "the operation is unsupported");
    }
    let options = shared.options().clone();
    let route = Route::parse(path);
    if route == Route::Token {
        return auth::token(shared, request, query);
    }
    if let Some(refusal) = auth::check(shared, request, &route) {
        return refusal;
    }
    let host = shared.addr.to_string();
    match route {
        Route::Base => Answer::json(200, &json!({})),
        Route::Catalog => match options.catalog {
            Catalog::Offered => {
                let names: Vec<String> = shared.world().repositories().map(|(name, _)| name.to_owned()).collect();
                paging::page(path, query, &names, &options, &host, paging::catalog)
            }
            Catalog::Refused401 => Answer::error(401, "UNAUTHORIZED", "authentication required").with(
                "www-authenticate",
                &format!("Bearer realm=\"http://{host}/token\",service=\"{host}\",scope=\"registry:catalog:*\""),
            ),
            Catalog::Missing404 => Answer::error(404, "NOT_FOUND", "page not found"),
        },
        Route::Tags(name) => {
            let world = shared.world();
            let Some(held) = world.repository(name) else { return name_unknown() };
            let tags: Vec<String> = held.tags.keys().cloned().collect();
            paging::page(path, query, &tags, &options, &host, |tags| json!({"name": name, "tags": tags}))
        }
        Route::Manifest(name, reference) => {
            let pull = request.method == Method::GET;
            quota::charge(shared, pull, || manifest(&shared.world(), name, reference, request))
        }
        Route::Blob(name, digest) => blob(&shared.world(), name, digest),
        Route::Token | Route::Unknown => Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n"),
    }
}

fn post(shared: &Shared, path: &str) -> Answer {
    let posts = shared.posts();
    match posts.get(path) {
        Some(change) => {
            change(&mut shared.world());
            Answer::json(200, &json!({"done": path}))
        }
        None => Answer::error(405, "UNSUPPORTED", "the operation is unsupported"),
    }
}

fn name_unknown() -> Answer {
    Answer::error(404, "NAME_UNKNOWN", "repository name not known to registry")
}

fn manifest(world: &World, name: &str, reference: &str, request: &Parts) -> Answer {
    let Some(held) = world.repository(name) else { return name_unknown() };
    let digest = match reference.parse::<Digest>() {
        Ok(digest) => Some(digest),
        Err(_) if reference.contains(':') => {
            return Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        Err(_) => held.tags.get(reference).copied(),
    };
    match digest.and_then(|digest| stored(held, ManifestDigest(digest))) {
        Some((_, stored)) if refuses(request, &stored.media_type) => {
            Answer::error(404, "MANIFEST_UNKNOWN", "OCI content found, but accept header does not support it")
        }
        Some((digest, stored)) => Answer::of_content(&stored.media_type, digest.0, stored.bytes.clone()),
        None => Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
    }
}

fn stored(held: &Repository, digest: ManifestDigest) -> Option<(ManifestDigest, &crate::world::StoredManifest)> {
    held.manifests.get(&digest.0).map(|stored| (digest, stored))
}

/// Distribution does not hand OCI content to a client that lists what it
/// accepts and leaves OCI out.
fn refuses(request: &Parts, media_type: &str) -> bool {
    let mut accepted = request.headers.get_all(http::header::ACCEPT).iter().filter_map(|v| v.to_str().ok()).peekable();
    matches!(media_type, OCI_MANIFEST | OCI_INDEX)
        && accepted.peek().is_some()
        && !accepted.any(|accept| accept.contains(media_type) || accept.contains("*/*"))
}

fn blob(world: &World, name: &str, digest: &str) -> Answer {
    let Some(held) = world.repository(name) else { return name_unknown() };
    let Ok(digest) = digest.parse::<Digest>() else {
        return Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    };
    match held.blobs.get(&digest) {
        Some(bytes) => Answer::of_content("application/octet-stream", digest, bytes.clone()),
        None => Answer::error(404, "BLOB_UNKNOWN", "blob unknown to registry"),
    }
}
