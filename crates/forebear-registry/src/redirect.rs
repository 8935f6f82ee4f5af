//! Which redirects are followed, and what goes with them.

use http::header::HeaderValue;
use url::Url;

use crate::address::Reach;
use crate::shown_url::shown_url;

/// The most redirects of one request.
pub(crate) const MOST: usize = 5;

/// Where a request may be redirected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// Nowhere: what is sent with a POST is for one place.
    Never,
    /// Only within the registry: lists and manifests, which it answers itself.
    SameHost,
    /// To storage elsewhere: blobs. Never inwards (see [`Reach`]).
    Storage,
}

/// Where a redirect leads, if it may be followed; else the reason in a
/// sentence. `peer` is how far away the registry is.
pub(crate) fn follow(
    from: &Url,
    location: Option<&HeaderValue>,
    allowed: Redirects,
    peer: Reach,
) -> Result<Url, String> {
    let location = location.ok_or("a redirect without a Location")?;
    let location = location.to_str().map_err(|_| "a redirect whose Location is not ASCII, as that of a URL is")?;
    if allowed == Redirects::Never {
        return Err("a redirect of a request that carries a secret".to_owned());
    }
    let next = from.join(location).map_err(|error| format!("a redirect to no URL: {error}"))?;
    let to = shown_url(&next);
    if !matches!(next.scheme(), "http" | "https") || next.host().is_none() {
        return Err(format!("a redirect to {to}, which is not HTTP"));
    }
    if from.scheme() == "https" && next.scheme() == "http" {
        return Err(format!("a redirect from https down to {to}"));
    }
    if !next.username().is_empty() || next.password().is_some() {
        return Err(format!("a redirect with a user name to {to}"));
    }
    if same_host(from, &next) {
        return Ok(next);
    }
    if allowed == Redirects::SameHost {
        return Err(format!("a redirect of something other than a blob to another host: {to}"));
    }
    if Reach::of_url(&next).is_some_and(|reach| reach < peer) {
        return Err(format!("a redirect to a private address: {to}"));
    }
    Ok(next)
}

/// The same origin, or its move from plain HTTP to TLS.
pub(crate) fn same_host(from: &Url, next: &Url) -> bool {
    let upgrade = from.scheme() == "http" && next.scheme() == "https" && from.port().is_none() && next.port().is_none();
    from.host() == next.host() && (from.port_or_known_default() == next.port_or_known_default() || upgrade)
}

/// Whether `url` is served by the very host that the credentials are for.
pub(crate) fn may_have_credentials(registry: &Url, url: &Url) -> bool {
    registry.origin() == url.origin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reach::{Loopback, Private, Public};
    use Redirects::{SameHost, Storage};

    #[test]
    fn r21_where_redirects_lead() {
        #[track_caller]
        fn check(to: &str, allowed: Redirects, peer: Reach, expected: Result<&str, &str>) {
            let from = Url::parse("https://r.example/v2/a/blobs/x").unwrap();
            let to = HeaderValue::from_bytes(to.as_bytes()).unwrap();
            match (follow(&from, Some(&to), allowed, peer), expected) {
                (Ok(got), Ok(url)) => assert_eq!(got.as_str(), url),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (got, _) => panic!("{to:?}: {got:?}, expected {expected:?}"),
            }
        }
        check("/v2/b", SameHost, Public, Ok("https://r.example/v2/b"));
        check("/v2/b", Redirects::Never, Public, Err("carries a secret"));
        check("https://r.example/b", SameHost, Public, Ok("https://r.example/b"));
        check("https://cdn.example/b?sig=1", Storage, Public, Ok("https://cdn.example/b?sig=1"));
        check("https://cdn.example/b", SameHost, Public, Err("another host"));
        check("http://r.example/b", Storage, Public, Err("down to"));
        check("http://cdn.example/b", Storage, Loopback, Err("down to"));
        check("ftp://r.example/b", Storage, Public, Err("not HTTP"));
        check("https://u:p@cdn.example/b", Storage, Public, Err("user name"));
        check("https://127.0.0.1/b", Storage, Public, Err("private address"));
        check("https://localhost/b", Storage, Public, Err("private address"));
        check("https://[::1]/b", Storage, Private, Err("private address"));
        check("https://169.254.169.254/latest", Storage, Public, Err("private address"));
        check("https://10.0.0.7/b", Storage, Private, Ok("https://10.0.0.7/b"));
        check("https://127.0.0.1/b", Storage, Loopback, Ok("https://127.0.0.1/b"));
        check("https://r.example:99999/", Storage, Public, Err("no URL"));
        check("https://r.example/é", Storage, Public, Err("a redirect whose Location is not ASCII"));
        let without = follow(&Url::parse("https://r.example/").unwrap(), None, Storage, Public);
        assert_eq!(without, Err("a redirect without a Location".to_owned()));
    }

    #[test]
    fn tls_may_be_moved_to() {
        let from = Url::parse("http://r.example/v2/").unwrap();
        let (tls, elsewhere) = ("https://r.example/v2/", "https://r.example:444/v2/");
        assert!(follow(&from, Some(&HeaderValue::from_static(tls)), SameHost, Public).is_ok());
        assert!(follow(&from, Some(&HeaderValue::from_static(elsewhere)), SameHost, Public).is_err());
    }

    #[test]
    fn r21_credentials_stay_with_the_registry() {
        #[track_caller]
        fn check(url: &str, expected: bool) {
            let registry = Url::parse("https://r.example/").unwrap();
            assert_eq!(may_have_credentials(&registry, &Url::parse(url).unwrap()), expected);
        }
        check("https://r.example/v2/", true);
        check("https://r.example:443/v2/", true);
        check("http://r.example/v2/", false);
        check("https://r.example:444/v2/", false);
        check("https://cdn.r.example/v2/", false);
    }
}
