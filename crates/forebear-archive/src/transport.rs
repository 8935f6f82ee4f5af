//! The text form: `transport:path[:name]`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::kind::Kind;
use crate::transports::TRANSPORTS;

/// Where a local image is: a transport, a path and, where several images may
/// lie there, a name.
#[derive(Clone)]
pub struct Transport {
    pub(crate) kind: &'static Kind,
    path: PathBuf,
    name: Option<String>,
}

impl Transport {
    /// Recognises a local form by its transport; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (transport, rest) = text.split_once(':')?;
        let kind = TRANSPORTS.into_iter().find(|kind| kind.name == transport)?;
        if rest.is_empty() {
            return None;
        }
        // A path may hold a colon itself: what exists as a whole has no name.
        let (path, name) = match rest.split_once(':') {
            Some((path, name)) if kind.takes_name && !Path::new(rest).exists() => (path, Some(name)),
            _ => (rest, None),
        };
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        Some(Self { kind, path: path.into(), name })
    }

    /// What texts of local forms begin with, before the first colon.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TRANSPORTS.into_iter().map(|kind| kind.name)
    }

    /// The transport: what its text begins with.
    #[must_use]
    pub fn transport(&self) -> &'static str {
        self.kind.name
    }

    /// The file or folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which of its images.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, path, name } = self;
        f.debug_struct("Transport").field("transport", &kind.name).field("path", path).field("name", name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str, Option<&str>)>) {
            let parsed = Transport::parse(text);
            let parts = parsed.as_ref().map(|own| (own.transport(), own.path().to_str().unwrap(), own.name()));
            assert_eq!(parts, expected, "{text}");
        }
        check("docker-archive:no/such/x.tar", Some(("docker-archive", "no/such/x.tar", None)));
        check("docker-archive:no/such/x.tar:repo/a:1", Some(("docker-archive", "no/such/x.tar", Some("repo/a:1"))));
        check("oci-archive:no/such/x.tar:", Some(("oci-archive", "no/such/x.tar", None)));
        check("oci:layout:v1", Some(("oci", "layout", Some("v1"))));
        check("dir:layout", Some(("dir", "layout", None)));
        check("dir:layout:v1", Some(("dir", "layout:v1", None)));
        check("manifest:a:b.json", Some(("manifest", "a:b.json", None)));
        check("inspect:", None);
        check("alpine:3.19", None);
        check("docker://alpine", None);
    }

    #[test]
    fn no_two_have_one_name() {
        let mut names: Vec<_> = Transport::names().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TRANSPORTS.len());
    }
}
