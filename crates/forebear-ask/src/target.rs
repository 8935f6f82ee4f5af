//! What the user wrote, parsed once.

use std::fmt;
use std::str::FromStr;

use forebear_archive::Transport;
use forebear_image::{Digest, Reference};
use forebear_index::find::Prefix;

use crate::error::AskError;
use crate::other_form::OtherForm;

/// Which image is meant, and where it is looked for.
#[derive(Clone, Debug)]
pub struct Target {
    text: String,
    pub(crate) place: Place,
}

/// Where.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In the index, by its name.
    Indexed(Reference),
    /// In the index, by a digest alone.
    IndexedDigest(Digest),
    /// In the index, by the beginning of a digest.
    IndexedPrefix(Prefix),
    /// In a registry, now.
    Live(Reference),
    /// In a local form.
    Local(Transport),
}

impl Target {
    /// Parses a reference or digest of the index, `docker://REFERENCE`, or a
    /// local form.
    ///
    /// # Errors
    /// [`AskError::Reference`], [`AskError::Digest`] or [`AskError::OtherForm`].
    pub fn parse(text: &str) -> Result<Self, AskError> {
        let place = if let Some(reference) = text.strip_prefix("docker://") {
            Place::Live(reference.parse()?)
        } else if let Some(other) = OtherForm::certain(text) {
            return Err(AskError::OtherForm(other));
        } else if let Some(transport) = Transport::parse(text) {
            Place::Local(transport)
        } else if text.starts_with("sha256:") || text.starts_with("sha512:") {
            // No image is called sha256: whoever writes that means a digest.
            match digest_prefix(text) {
                Some(prefix) => Place::IndexedPrefix(prefix),
                None => Place::IndexedDigest(text.parse()?),
            }
        } else {
            let reference = text.parse::<Reference>();
            Place::Indexed(
                reference.map_err(|error| OtherForm::likely(text).map_or(error.into(), AskError::OtherForm))?,
            )
        };
        Ok(Self { text: text.to_owned(), place })
    }

    /// Whether a registry is asked for it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.place, Place::Live(_))
    }

    /// Whether it is in a file or folder, so that no index is needed to find it.
    #[must_use]
    pub fn is_local(&self) -> bool {
        matches!(self.place, Place::Local(_))
    }

    /// Whether it is read from standard input, which one image of a command may.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        matches!(&self.place, Place::Local(transport) if transport.is_stdin())
    }

    /// The beginning of a digest, if it may be one: a repository of that name
    /// comes first.
    pub(crate) fn as_digest_prefix(&self) -> Option<Prefix> {
        digest_prefix(&self.text)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// As many hex digits of a digest as this program and Docker print, or more.
const PRINTED: usize = 12;

/// The beginning of a digest: twelve hex digits or more, but not all.
fn digest_prefix(text: &str) -> Option<Prefix> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_part = (PRINTED..64).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.parse().ok().filter(|_| is_part)
}

impl FromStr for Target {
    type Err = AskError;

    fn from_str(text: &str) -> Result<Self, AskError> {
        Self::parse(text)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let place = match Target::parse(text).map(|target| target.place) {
                Ok(Place::Indexed(reference)) => format!("index {reference}"),
                Ok(Place::IndexedDigest(digest)) => format!("digest {digest}"),
                Ok(Place::IndexedPrefix(_)) => "beginning of a digest".to_owned(),
                Ok(Place::Live(reference)) => format!("registry {reference}"),
                Ok(Place::Local(transport)) => format!("file {}", transport.path().display()),
                Err(error) => format!("{:?}", error.code()),
            };
            assert_eq!(place, expected, "{text}");
        }
        let digest = format!("sha256:{}", "0".repeat(64));
        check("alpine", "index docker.io/library/alpine:latest");
        check(&digest, &format!("digest {digest}"));
        check(&format!("alpine@{digest}"), &format!("index docker.io/library/alpine@{digest}"));
        check("docker://ghcr.io/o/r:1", "registry ghcr.io/o/r:1");
        check("docker-archive:no/such.tar:x", "file no/such.tar");
        check("sha256:12", "Digest");
        check("sha256:0123456789ab", "beginning of a digest");
        // It may be a repository's name.
        check("0123456789ab", "index docker.io/library/0123456789ab:latest");
        check("docker://UPPER", "Reference");
    }
}
