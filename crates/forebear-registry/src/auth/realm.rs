//! Where tokens may be asked for. The realm of a challenge is a URL of the
//! registry's choosing, so it is led no further inwards than a redirect is.

use url::Url;

use crate::address::Reach;
use crate::quoted::quoted;
use crate::shown_url::shown_url;

/// Reads a realm; the error is a sentence. `registry` is where the challenge
/// came from and `peer` how far away that is. Names that resolve inwards are
/// refused where they are resolved ([`crate::resolver`]).
pub(super) fn check(realm: &str, registry: &Url, peer: Reach) -> Result<Url, String> {
    let mut url = Url::parse(realm).map_err(|error| format!("its realm is no URL ({error})"))?;
    url.set_fragment(None);
    let shown = quoted(&shown_url(&url));
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(format!("its realm is not HTTP: {shown}"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("its realm has a user name: {shown}"));
    }
    let reach = Reach::of_url(&url);
    let own = url.host() == registry.host();
    if !own && reach.is_some_and(|reach| reach < peer) {
        return Err(format!("its realm is at a private address: {shown}"));
    }
    let stays_here = reach == Some(Reach::Loopback) && peer == Reach::Loopback;
    let as_plain_as_the_registry = own && registry.scheme() == "http";
    if url.scheme() == "http" && !stays_here && !as_plain_as_the_registry {
        return Err(format!("its realm is plain HTTP: {shown}"));
    }
    Ok(url)
}

/// Whether two URLs are of one token server.
pub(super) fn same_server(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reach::{Loopback, Private, Public};

    #[test]
    fn where_tokens_may_be_asked_for() {
        #[track_caller]
        fn test(realm: &str, registry: &str, peer: Reach, expected: Result<&str, &str>) {
            match (check(realm, &Url::parse(registry).unwrap(), peer), expected) {
                (Ok(got), Ok(url)) => assert_eq!(got.as_str(), url),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (got, _) => panic!("{realm}: {got:?}, expected {expected:?}"),
            }
        }
        let (hub, here, near) = ("https://registry-1.docker.io/", "http://127.0.0.1:5000/", "http://r.lan:5000/");
        test("https://auth.docker.io/token", hub, Public, Ok("https://auth.docker.io/token"));
        test("https://registry-1.docker.io/t?a=b#c", hub, Public, Ok("https://registry-1.docker.io/t?a=b"));
        test("http://auth.docker.io/token", hub, Public, Err("plain HTTP"));
        test("http://registry-1.docker.io/token", hub, Public, Err("plain HTTP"));
        test("https://127.0.0.1/token", hub, Public, Err("private address"));
        test("http://localhost:8080/token", hub, Public, Err("private address"));
        test("https://169.254.169.254/latest", hub, Public, Err("private address"));
        test("https://10.0.0.1/token", hub, Private, Ok("https://10.0.0.1/token"));
        test("https://127.0.0.1/token", hub, Private, Err("private address"));
        test("http://127.0.0.1:9/token", here, Loopback, Ok("http://127.0.0.1:9/token"));
        test("http://auth.example/token", here, Loopback, Err("plain HTTP"));
        test("http://r.lan:5001/token", near, Private, Ok("http://r.lan:5001/token"));
        test("http://other.lan/token", near, Private, Err("plain HTTP"));
        test("ftp://auth.docker.io/", hub, Public, Err("not HTTP"));
        test("https://u:hunter2@auth.docker.io/", hub, Public, Err("user name: https://auth.docker.io/"));
        test("Registry Realm", hub, Public, Err("no URL"));
    }
}
