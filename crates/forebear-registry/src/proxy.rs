//! Which proxy a request goes through, for errors to name. The HTTP client reads
//! `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` itself, by this very
//! matcher.

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::address::Address;

/// The proxies that the environment names; none for a registry on this machine.
#[derive(Debug)]
pub(crate) struct Proxies(Option<Matcher>);

impl Proxies {
    /// Those of the environment, as far as they are for this registry.
    pub(crate) fn for_registry(address: &Address) -> Self {
        Self((!address.loopback).then(Matcher::from_env))
    }

    /// The proxy of a URL, in words and without its password.
    pub(crate) fn of(&self, url: &Url) -> Option<String> {
        let proxy = self.0.as_ref()?.intercept(&url.as_str().parse().ok()?)?;
        let (scheme, authority) = (proxy.uri().scheme_str()?, proxy.uri().authority()?.as_str());
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Some(format!("the proxy {scheme}://{host}, which HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p573_the_proxy_is_named_without_its_password() {
        let matcher = Matcher::builder().https("http://amy:hunter2@proxy.example:3128").no("intern.example").build();
        let proxies = Proxies(Some(matcher));
        let of = |url: &str| proxies.of(&Url::parse(url).unwrap());
        let named = of("https://ghcr.io/v2/").unwrap();
        assert_eq!(named, "the proxy http://proxy.example:3128, which HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names");
        assert_eq!(of("https://intern.example/v2/"), None);
        assert_eq!(of("http://ghcr.io/v2/"), None);
        assert_eq!(Proxies(None).of(&Url::parse("https://ghcr.io/").unwrap()), None);
    }
}
