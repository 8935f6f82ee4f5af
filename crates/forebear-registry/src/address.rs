//! Hosts and how far away they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use forebear_image::RegistryName;
use url::{Host, Url};

use crate::base::Base;
use crate::error::Unusable;

/// Where Docker Hub's registry really answers.
const DOCKER_HUB_HOST: &str = "registry-1.docker.io";

/// From whose side an address is one's own. A redirect may lead outwards,
/// never inwards: a public registry has no business pointing a crawler at the
/// machine or the network it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// This machine.
    Loopback,
    /// This network: private, link-local, carrier and other special ranges.
    Private,
    /// Everybody's.
    Public,
}

impl Reach {
    /// What an address is.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => Self::of_v4(v4),
            IpAddr::V6(v6) => Self::of_v6(v6),
        }
    }

    fn of_v4(v4: Ipv4Addr) -> Self {
        let [a, b, c, _] = v4.octets();
        let special = v4.is_private()
            || v4.is_link_local()
            || v4.is_broadcast()
            || v4.is_multicast()
            || a == 0
            || a >= 240
            || (a == 100 && (64..128).contains(&b))
            || (a == 198 && (18..20).contains(&b))
            || (a == 192 && b == 0 && c == 0);
        match () {
            () if v4.is_loopback() || v4.is_unspecified() => Self::Loopback,
            () if special => Self::Private,
            () => Self::Public,
        }
    }

    fn of_v6(v6: Ipv6Addr) -> Self {
        if v6.is_loopback() || v6.is_unspecified() {
            return Self::Loopback;
        }
        if let Some(v4) = v6.to_ipv4_mapped() {
            return Self::of_v4(v4);
        }
        if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = v6.segments() {
            // NAT64: an IPv4 address in IPv6 clothes (RFC 6052).
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            return Self::of_v4(Ipv4Addr::new(a, b, c, d));
        }
        if v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_multicast() {
            return Self::Private;
        }
        Self::Public
    }

    /// What a URL's host is, if it is an address and not a name.
    pub(crate) fn of_url(url: &Url) -> Option<Self> {
        match url.host()? {
            Host::Ipv4(v4) => Some(Self::of_v4(v4)),
            Host::Ipv6(v6) => Some(Self::of_v6(v6)),
            Host::Domain(name) => is_localhost(name).then_some(Self::Loopback),
        }
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

/// Where a registry is spoken to.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// `https://registry-1.docker.io/`
    pub(crate) base: Arc<Base>,
    /// The name references know it by: `docker.io`.
    pub(crate) name: RegistryName,
    /// Whether it is this machine, by its name alone.
    pub(crate) loopback: bool,
}

impl Address {
    /// Where the registry of a name is.
    pub(crate) fn of(name: &RegistryName, plain_http: bool) -> Result<Self, Unusable> {
        let host = name.as_str();
        let served_at = if name.is_docker_hub() { DOCKER_HUB_HOST } else { host };
        let bare = Url::parse(&format!("https://{served_at}/"))
            .map_err(|error| Unusable::because(format!("'{host}'"), error))?;
        let loopback = Reach::of_url(&bare) == Some(Reach::Loopback);
        let scheme = if loopback || plain_http { "http" } else { "https" };
        let base = Url::parse(&format!("{scheme}://{served_at}/"))
            .map_err(|error| Unusable::because(format!("'{host}'"), error))?;
        // On this machine plain HTTP is what most speak, and no more than a guess.
        let base = if loopback && !plain_http { Base::guessed(base) } else { Base::fixed(base) };
        Ok(Self { base: Arc::new(base), name: name.clone(), loopback })
    }

    /// The same, but by plain HTTP where it turns out to speak no TLS.
    pub(crate) fn or_plain_http(self) -> Self {
        Self { base: Arc::new(Base::guessed(self.base.url().clone())), ..self }
    }

    /// The same, but by TLS.
    pub(crate) fn with_tls(self) -> Self {
        let mut base = self.base.url().clone();
        // Fails only between schemes of different kinds.
        let _ = base.set_scheme("https");
        Self { base: Arc::new(Base::fixed(base)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_registries_are() {
        #[track_caller]
        fn check(host: &str, plain: bool, (base, name): (&str, &str)) {
            let got = Address::of(&host.parse().unwrap(), plain).unwrap();
            assert_eq!((got.base.url().as_str(), got.name.as_str()), (base, name));
        }
        check("docker.io", false, ("https://registry-1.docker.io/", "docker.io"));
        check("index.docker.io", false, ("https://registry-1.docker.io/", "docker.io"));
        check("ghcr.io", false, ("https://ghcr.io/", "ghcr.io"));
        check("registry.example:5000", true, ("http://registry.example:5000/", "registry.example:5000"));
        check("127.0.0.1:5000", false, ("http://127.0.0.1:5000/", "127.0.0.1:5000"));
        check("localhost:5000", false, ("http://localhost:5000/", "localhost:5000"));
        check("[::1]:5000", false, ("http://[::1]:5000/", "[::1]:5000"));
        check("10.0.0.1", false, ("https://10.0.0.1/", "10.0.0.1"));
    }

    #[test]
    fn how_far_addresses_are() {
        #[track_caller]
        fn check(address: &str, expected: Reach) {
            assert_eq!(Reach::of(address.parse().unwrap()), expected, "{address}");
        }
        check("127.8.9.1", Reach::Loopback);
        check("0.0.0.0", Reach::Loopback);
        check("::1", Reach::Loopback);
        check("::ffff:127.0.0.1", Reach::Loopback);
        check("64:ff9b::7f00:1", Reach::Loopback);
        check("10.1.2.3", Reach::Private);
        check("172.31.0.1", Reach::Private);
        check("192.168.1.1", Reach::Private);
        check("169.254.169.254", Reach::Private);
        check("100.64.0.1", Reach::Private);
        check("fd00::1", Reach::Private);
        check("fe80::1", Reach::Private);
        check("::ffff:10.0.0.1", Reach::Private);
        check("1.1.1.1", Reach::Public);
        check("172.32.0.1", Reach::Public);
        check("2606:4700::1111", Reach::Public);
    }
}
