//! A registry's host as people write it: with or without a scheme.

use forebear_image::RegistryName;

/// Where a registry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryAddress {
    /// Its host, as references name it.
    pub host: RegistryName,
    /// How it is spoken to, where that is said.
    pub scheme: Option<Scheme>,
}

/// How a registry is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Without TLS.
    Http,
    /// With TLS.
    Https,
}

impl std::str::FromStr for RegistryAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let schemes = [("http://", Scheme::Http), ("https://", Scheme::Https)];
        let written = schemes.into_iter().find_map(|(prefix, scheme)| Some((text.strip_prefix(prefix)?, scheme)));
        let (bare, scheme) = match written {
            Some((rest, scheme)) => (rest.strip_suffix('/').unwrap_or(rest), Some(scheme)),
            None => (text, None),
        };
        match bare.parse() {
            Ok(host) => Ok(Self { host, scheme }),
            Err(_) => {
                Err(format!("'{text}' is not a registry: give its host alone, such as ghcr.io or 127.0.0.1:5000"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p575_a_registry_may_be_written_as_a_url() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, Option<Scheme>)>) {
            let got = text.parse::<RegistryAddress>().ok();
            assert_eq!(got.as_ref().map(|got| (got.host.as_str(), got.scheme)), expected, "{text}");
        }
        check("127.0.0.1:5000", Some(("127.0.0.1:5000", None)));
        check("http://127.0.0.1:5000", Some(("127.0.0.1:5000", Some(Scheme::Http))));
        check("http://127.0.0.1:5000/", Some(("127.0.0.1:5000", Some(Scheme::Http))));
        check("https://localhost:5443", Some(("localhost:5443", Some(Scheme::Https))));
        check("https://hub.docker.com/_/alpine", None);
        check("ftp://r.example", None);
        check("https://", None);
    }
}
