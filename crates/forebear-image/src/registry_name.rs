//! A registry by the name that references know it by.

use std::borrow::Borrow;
use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Docker Hub's name in references, whatever host serves it.
const DOCKER_HUB: &str = "docker.io";
const MAX_LENGTH: usize = 255;

/// A registry's host, with a port if it has one: `ghcr.io`, `localhost:5000`,
/// `[::1]:5000`. Docker Hub answers to several hosts, and is `docker.io`.
///
/// Clones share the text. In rows and in JSON it is that text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistryName(Arc<str>);

/// Why a text names no registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a registry: {reason}")]
pub struct RegistryNameError {
    text: String,
    reason: &'static str,
}

impl RegistryName {
    /// Docker Hub, which references that name no registry mean.
    #[must_use]
    pub fn docker_hub() -> Self {
        Self(DOCKER_HUB.into())
    }

    /// Whether this is Docker Hub.
    #[must_use]
    pub fn is_docker_hub(&self) -> bool {
        &*self.0 == DOCKER_HUB
    }

    /// The name as references write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name, or what is wrong with it in a clause.
    pub(crate) fn checked(host: &str) -> Result<Self, &'static str> {
        check(host)?;
        Ok(Self(canonical(host).into()))
    }
}

/// Docker Hub answers to several host names; references use one.
fn canonical(host: &str) -> &str {
    match host {
        "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" => DOCKER_HUB,
        other => other,
    }
}

fn check(host: &str) -> Result<(), &'static str> {
    if host.contains('/') {
        return Err("give its host alone, as in ghcr.io or 127.0.0.1:5000");
    }
    let (name, port) = match host.strip_prefix('[') {
        Some(v6) => match v6.split_once(']') {
            Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => {
                ("", port.strip_prefix(':').or(port.is_empty().then_some("1")))
            }
            _ => return Err("the registry's IPv6 address is not one"),
        },
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("1")),
        },
    };
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if host.len() > MAX_LENGTH || !(host.starts_with('[') || name.split('.').all(label)) {
        return Err("the registry's host name is not one");
    }
    match port.map(str::parse::<u16>) {
        Some(Ok(1..)) => Ok(()),
        _ => Err("the registry's port is not a number from 1 to 65535"),
    }
}

impl FromStr for RegistryName {
    type Err = RegistryNameError;

    fn from_str(text: &str) -> Result<Self, RegistryNameError> {
        Self::checked(text).map_err(|reason| RegistryNameError { text: text.chars().take(150).collect(), reason })
    }
}

impl fmt::Display for RegistryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RegistryName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RegistryName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for RegistryName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RegistryName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = RegistryName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a registry's host")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RegistryName, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            match (text.parse::<RegistryName>(), expected) {
                (Ok(name), Ok(expected)) => assert_eq!(name.as_str(), expected),
                (Err(error), Err(part)) => {
                    let error = error.to_string();
                    assert!(error.contains(part) && error.contains("is not a registry"), "{error}");
                }
                (got, _) => panic!("{text}: {got:?}, expected {expected:?}"),
            }
        }
        check("ghcr.io", Ok("ghcr.io"));
        check("Registry.Example:5000", Ok("Registry.Example:5000"));
        check("[::1]:5000", Ok("[::1]:5000"));
        check("[::1]", Ok("[::1]"));
        for hub in ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"] {
            check(hub, Ok("docker.io"));
        }
        check("", Err("host name"));
        check("-", Err("host name"));
        check("a..b", Err("host name"));
        check("user@ghcr.io", Err("host name"));
        check(&"a".repeat(300), Err("host name"));
        check("[::x]:5000", Err("IPv6"));
        check("ghcr.io:0", Err("port"));
        check("ghcr.io:99999", Err("port"));
        check("https://ghcr.io", Err("host alone"));
        check("ghcr.io/x", Err("host alone"));
    }

    /// Rows and state files that were written when it was a text are read, and
    /// written again as they were.
    #[test]
    fn it_is_kept_as_the_text_it_is() {
        let (text, name) = ("localhost:5000", "localhost:5000".parse::<RegistryName>().unwrap());
        let row = postcard::to_stdvec(&name).unwrap();
        assert_eq!(row, postcard::to_stdvec(text).unwrap());
        assert_eq!(postcard::from_bytes::<RegistryName>(&row).unwrap(), name);
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(json, r#""localhost:5000""#);
        assert_eq!(serde_json::from_str::<RegistryName>(&json).unwrap(), name);
        assert!(serde_json::from_str::<RegistryName>(r#""-""#).is_err());
    }
}
