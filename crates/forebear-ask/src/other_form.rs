//! What was asked about, where that is no reference and no form that is read:
//! other tools' transports, paths without a form, web addresses. Told here, with
//! the form that fits.

use std::fmt;
use std::path::Path;

use forebear_archive::{Transport, recognise};

/// A text that is no reference and no form that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherForm {
    text: String,
    what: String,
    advice: String,
}

/// The forms that there are, in a message.
const FORMS: &str = "docker-archive:FILE, oci-archive:FILE, oci:DIR, dir:DIR, inspect:FILE and manifest:FILE are read, \
                     and docker://REFERENCE asks a registry";

/// Endings of files that are no tags.
const ENDINGS: [&str; 14] = [
    ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.zst", ".tar.bz2", ".json", ".gz", ".zst", ".xz", ".bz2",
    ".sif", ".qcow2",
];

/// Transports of other tools that are not read here, and what they are.
const STORES: [(&str, &str); 7] = [
    ("containers-storage", "the image store of podman and buildah"),
    ("docker-daemon", "a Docker Engine's image store"),
    ("ostree", "an ostree repository"),
    ("sif", "a Singularity image, which has no layers"),
    ("singularity", "a Singularity image, which has no layers"),
    ("atomic", "an OpenShift registry of old"),
    ("containerd", "containerd's image store"),
];

/// What other tools call forms that are read here.
const ALIASES: [(&str, &str); 14] = [
    ("oci-dir", "oci:"),
    ("oci-layout", "oci:"),
    ("ocidir", "oci:"),
    ("oci-tar", "oci-archive:"),
    ("ociarchive", "oci-archive:"),
    ("docker-tar", "docker-archive:"),
    ("dockerarchive", "docker-archive:"),
    ("docker_archive", "docker-archive:"),
    ("tarball", "docker-archive:"),
    ("config", "inspect:"),
    ("docker", "docker://"),
    ("podman", "docker://"),
    ("registry", "docker://"),
    ("image", "docker://"),
];

impl OtherForm {
    /// What a text certainly is, whatever an index holds.
    pub(crate) fn certain(text: &str) -> Option<Self> {
        if let Some((scheme, rest)) = text.split_once("://") {
            return Self::address(text, scheme, rest);
        }
        let is_path = ["/", "./", "../", "~/", ".\\", "..\\"].iter().any(|start| text.starts_with(start))
            || matches!(text, "." | "..")
            || is_drive(text);
        if is_path || (is_file_name(text) && Path::new(text).exists()) {
            return Some(Self::path(text));
        }
        match text.split_once(':') {
            Some(("containers-storage" | "docker-daemon", _)) => Self::likely(text),
            _ => None,
        }
    }

    /// What a text is likely to be that is no reference, or of nothing in the
    /// index.
    pub(crate) fn likely(text: &str) -> Option<Self> {
        let Some((prefix, rest)) = text.split_once(':') else {
            return Path::new(text).exists().then(|| Self::path(text));
        };
        if let Some((_, what)) = STORES.iter().find(|(name, _)| *name == prefix) {
            let advice = if prefix.contains("sif") || prefix == "singularity" {
                FORMS.to_owned()
            } else {
                let image = rest.rsplit(']').next().unwrap_or(rest).trim_start_matches("//");
                format!("save the image and ask docker-archive:FILE, or ask its registry: docker://{image}")
            };
            return Some(Self::of(text, format!("{prefix}: is {what}, which is not read"), advice));
        }
        let is_file = !rest.is_empty() && (is_file_name(rest) || Path::new(rest).exists());
        let is_hint = is_file || matches!(prefix, "docker" | "podman" | "registry" | "oci-dir" | "oci-layout");
        if let Some((_, form)) = ALIASES.iter().find(|(name, _)| *name == prefix && is_hint) {
            return Some(Self::of(text, format!("{prefix}: is no form here"), format!("ask {form}{rest}")));
        }
        if is_file {
            return Some(Self::of(text, format!("there is no form {prefix}:"), FORMS.to_owned()));
        }
        Path::new(text).exists().then(|| Self::path(text))
    }

    fn of(text: &str, what: String, advice: String) -> Self {
        Self { text: text.chars().take(150).collect(), what, advice }
    }

    fn path(text: &str) -> Self {
        let path = Path::new(text);
        let what = "it is a path without its form".to_owned();
        match (path.exists(), recognise(path)) {
            (_, Some(instead)) => Self::of(text, what, instead.to_string()),
            (true, None) => Self::of(text, what, FORMS.to_owned()),
            (false, None) => Self::of(text, format!("{what}, and nothing is there"), FORMS.to_owned()),
        }
    }

    /// `SCHEME://REST`, where that is not docker://.
    fn address(text: &str, scheme: &str, rest: &str) -> Option<Self> {
        if scheme == "docker" || scheme.contains(['/', '.']) {
            return None;
        }
        let registry = format!("ask its registry: docker://{rest}");
        if Transport::names().any(|name| name == scheme) {
            // `oci:///srv/layout` is a path, if an odd one.
            if Path::new(&format!("//{rest}")).exists() {
                return None;
            }
            let advice = if Path::new(rest).exists() { format!("ask {scheme}:{rest}") } else { registry };
            return Some(Self::of(text, format!("{scheme}: takes a path"), advice));
        }
        Some(match scheme {
            "http" | "https" => Self::of(text, "it is a web address".to_owned(), registry),
            _ => Self::likely(&format!("{scheme}:{rest}"))
                .map(|other| Self { text: text.chars().take(150).collect(), ..other })
                .unwrap_or_else(|| Self::of(text, format!("there is no form {scheme}://"), FORMS.to_owned())),
        })
    }
}

/// `C:\images\x.tar`.
fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

fn is_file_name(text: &str) -> bool {
    ENDINGS.iter().any(|ending| text.ends_with(ending))
}

impl fmt::Display for OtherForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, what, advice } = self;
        write!(f, "'{text}' is not an image reference: {what}; {advice}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: Option<OtherForm>, expected: Option<(&str, &str)>) {
        match (&found, expected) {
            (Some(found), Some((what, advice))) => assert_eq!((&*found.what, &*found.advice), (what, advice)),
            (None, None) => {}
            (found, _) => panic!("{found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn what_is_no_reference_whatever_is_indexed() {
        let save =
            |image: &str| format!("save the image and ask docker-archive:FILE, or ask its registry: docker://{image}");
        check(
            OtherForm::certain("containers-storage:localhost/app"),
            Some((
                "containers-storage: is the image store of podman and buildah, which is not read",
                &save("localhost/app"),
            )),
        );
        check(
            OtherForm::certain("containers-storage:[overlay@/var/lib/containers]app:1"),
            Some(("containers-storage: is the image store of podman and buildah, which is not read", &save("app:1"))),
        );
        check(
            OtherForm::certain("docker-daemon:alpine:3.19"),
            Some(("docker-daemon: is a Docker Engine's image store, which is not read", &save("alpine:3.19"))),
        );
        let path = "it is a path without its form, and nothing is there";
        for text in ["./no-such.tar", "../no/such", "/no/such", "~/no-such", r"C:\images\x.tar", "d:/x.tar"] {
            check(OtherForm::certain(text), Some((path, FORMS)));
        }
        check(
            OtherForm::certain("https://ghcr.io/acme/app:1"),
            Some(("it is a web address", "ask its registry: docker://ghcr.io/acme/app:1")),
        );
        check(
            OtherForm::certain("oci://ghcr.io/acme/app:1"),
            Some(("oci: takes a path", "ask its registry: docker://ghcr.io/acme/app:1")),
        );
        check(OtherForm::certain("oci-layout://no/dir"), Some(("oci-layout: is no form here", "ask oci:no/dir")));
        check(OtherForm::certain("s3://bucket/x"), Some(("there is no form s3://", FORMS)));
        for text in ["alpine", "alpine:3.19", "docker://alpine", "no-such.tar", "ghcr.io/o/r:1", "ostree:latest", ""] {
            check(OtherForm::certain(text), None);
        }
    }

    #[test]
    fn what_is_not_indexed_may_be_a_form() {
        check(OtherForm::likely("config:no-such.json"), Some(("config: is no form here", "ask inspect:no-such.json")));
        check(OtherForm::likely("docker:alpine"), Some(("docker: is no form here", "ask docker://alpine")));
        check(
            OtherForm::likely("dockerarchive:s.tar"),
            Some(("dockerarchive: is no form here", "ask docker-archive:s.tar")),
        );
        check(OtherForm::likely("oci-dir:no/dir"), Some(("oci-dir: is no form here", "ask oci:no/dir")));
        check(OtherForm::likely("foo:x.tar.gz"), Some(("there is no form foo:", FORMS)));
        check(
            OtherForm::likely("sif:x.sif"),
            Some(("sif: is a Singularity image, which has no layers, which is not read", FORMS)),
        );
        for text in ["alpine:3.19", "registry.example/a:1", "config:latest", "acme/app", "image:2"] {
            check(OtherForm::likely(text), None);
        }
    }
}
