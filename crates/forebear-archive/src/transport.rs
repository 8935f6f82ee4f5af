//! The text form: `transport:path[:name]`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::kind::Kind;
use crate::stdin::is_stdin;
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
        // A path may hold a colon itself: what exists as a whole has no name, and
        // a Windows path begins with a drive.
        let drive = if is_drive(rest) { 2 } else { 0 };
        let colon = rest.get(drive..).and_then(|rest| rest.find(':')).map(|at| at + drive);
        let (path, name) = match colon {
            Some(at) if kind.chosen_by.is_some() && !Path::new(rest).exists() => {
                (rest.get(..at).unwrap_or(rest), rest.get(at + 1..))
            }
            _ => (rest, None),
        };
        let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
        Some(Self { kind, path: path.into(), name })
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

    /// Whether it is read from standard input, which one form of a command may.
    #[must_use]
    pub fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }

    /// Which of its images.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Whether a path begins as `C:\\` does.
fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
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
        check(r"docker-archive:C:\x.tar", Some(("docker-archive", r"C:\x.tar", None)));
        check(r"oci-archive:C:\x.tar:acme/app:1", Some(("oci-archive", r"C:\x.tar", Some("acme/app:1"))));
        check("docker-archive:-", Some(("docker-archive", "-", None)));
        check("docker-archive:-:acme/app:1", Some(("docker-archive", "-", Some("acme/app:1"))));
        check("inspect:", None);
        check("alpine:3.19", None);
        check("docker://alpine", None);
    }
}
