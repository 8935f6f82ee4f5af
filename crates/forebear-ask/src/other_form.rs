//! What was asked about, where that is no reference and no form that is read:
//! other tools' transports, paths without a form, web addresses. Told here, with
//! the form that fits.

use std::fmt;
use std::path::Path;

use forebear_archive::{Form, recognise};

/// A text that is no reference and no form that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherForm {
    text: String,
    what: String,
    advice: String,
}

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
const ALIASES: [(&str, &str); 17] = [
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
    ("trivy", "inspect:"),
    ("syft", "inspect:"),
    ("grype", "inspect:"),
    ("docker", "docker://"),
    ("podman", "docker://"),
    ("registry", "docker://"),
    ("image", "docker://"),
];

/// The forms that there are, in a message.
fn forms() -> String {
    let local: Vec<String> = Form::all().map(Form::of_one).collect();
    let (last, others) = local.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
    format!("{} and {last} are read, and docker://REFERENCE asks a registry", others.join(", "))
}

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
            let image = rest.rsplit(']').next().unwrap_or(rest).trim_start_matches("//");
            let saved = |save: &str| {
                format!("save it with '{save}' and ask docker-archive:image.tar, or ask its registry: docker://{image}")
            };
            let advice = match prefix {
                "sif" | "singularity" => forms(),
                "docker-daemon" => saved(&format!("docker save {image} -o image.tar")),
                "containers-storage" => saved(&format!("podman save {image} -o image.tar")),
                _ => format!("save the image and ask docker-archive:FILE, or ask its registry: docker://{image}"),
            };
            return Some(Self::of(text, format!("{prefix}: is {what}, which is not read"), advice));
        }
        let is_file = !rest.is_empty() && (is_file_name(rest) || Path::new(rest).exists());
        let is_hint = is_file || matches!(prefix, "docker" | "podman" | "registry" | "oci-dir" | "oci-layout");
        if let Some((_, form)) = ALIASES.iter().find(|(name, _)| *name == prefix && is_hint) {
            return Some(Self::of(text, format!("there is no form {prefix}:"), format!("did you mean {form}{rest}?")));
        }
        if is_file {
            return Some(Self::of(text, format!("there is no form {prefix}:"), forms()));
        }
        Path::new(text).exists().then(|| Self::path(text))
    }

    fn of(text: &str, what: String, advice: String) -> Self {
        Self { text: text.chars().take(150).collect(), what, advice }
    }

    fn path(text: &str) -> Self {
        let path = Path::new(text);
        let what = "it is a path".to_owned();
        match (path.exists(), recognise(path)) {
            (_, Some(instead)) => match instead.meant() {
                Some(form) => Self::of(text, format!("{what} to {}", instead.what()), format!("did you mean {form}?")),
                None => Self::of(text, what, instead.to_string()),
            },
            (true, None) => Self::of(text, what, forms()),
            (false, None) => Self::of(text, format!("{what}, and nothing is there"), forms()),
        }
    }

    /// `SCHEME://REST`, where that is not docker://.
    fn address(text: &str, scheme: &str, rest: &str) -> Option<Self> {
        if scheme == "docker" || scheme.contains(['/', '.']) {
            return None;
        }
        let registry = format!("did you mean docker://{rest}?");
        if Form::all().any(|form| form.name() == scheme) {
            // `oci:///srv/layout` is a path, if an odd one.
            if Path::new(&format!("//{rest}")).exists() {
                return None;
            }
            let advice = if Path::new(rest).exists() { format!("did you mean {scheme}:{rest}?") } else { registry };
            return Some(Self::of(text, format!("{scheme}: takes a path"), advice));
        }
        Some(match scheme {
            "http" | "https" => {
                let name = of_page(rest);
                let advice = format!("did you mean {name}? docker://{name} asks its registry now");
                Self::of(text, "it is a URL".to_owned(), advice)
            }
            _ => Self::likely(&format!("{scheme}:{rest}"))
                .map(|other| Self { text: text.chars().take(150).collect(), ..other })
                .unwrap_or_else(|| Self::of(text, format!("there is no form {scheme}://"), forms())),
        })
    }
}

/// The name that a web page of an image stands for, or a URL without its scheme.
fn of_page(rest: &str) -> String {
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let Some((host, path)) = rest.split_once('/') else { return rest.to_owned() };
    let two = |path: &str| path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    match (host, path.split_once('/')) {
        ("hub.docker.com", Some(("_", name))) => format!("docker.io/library/{}", two(name).replace("/tags", "")),
        ("hub.docker.com", Some(("r", name))) => format!("docker.io/{}", two(name)),
        ("quay.io", Some(("repository", name))) => format!("quay.io/{}", two(name)),
        _ => rest.to_owned(),
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
        let save = |engine: &str, image: &str| {
            format!(
                "save it with '{engine} save {image} -o image.tar' and ask docker-archive:image.tar, or ask its \
                 registry: docker://{image}"
            )
        };
        check(
            OtherForm::certain("containers-storage:localhost/app"),
            Some((
                "containers-storage: is the image store of podman and buildah, which is not read",
                &save("podman", "localhost/app"),
            )),
        );
        check(
            OtherForm::certain("containers-storage:[overlay@/var/lib/containers]app:1"),
            Some((
                "containers-storage: is the image store of podman and buildah, which is not read",
                &save("podman", "app:1"),
            )),
        );
        check(
            OtherForm::certain("docker-daemon:alpine:3.19"),
            Some((
                "docker-daemon: is a Docker Engine's image store, which is not read",
                &save("docker", "alpine:3.19"),
            )),
        );
        let path = "it is a path, and nothing is there";
        for text in ["./no-such.tar", "../no/such", "/no/such", "~/no-such", r"C:\images\x.tar", "d:/x.tar"] {
            check(OtherForm::certain(text), Some((path, &forms())));
        }
        check(
            OtherForm::certain("https://ghcr.io/acme/app:1"),
            Some(("it is a URL", "did you mean ghcr.io/acme/app:1? docker://ghcr.io/acme/app:1 asks its registry now")),
        );
        check(
            OtherForm::certain("oci://ghcr.io/acme/app:1"),
            Some(("oci: takes a path", "did you mean docker://ghcr.io/acme/app:1?")),
        );
        check(
            OtherForm::certain("oci-layout://no/dir"),
            Some(("there is no form oci-layout:", "did you mean oci:no/dir?")),
        );
        check(OtherForm::certain("s3://bucket/x"), Some(("there is no form s3://", &forms())));
        for text in ["alpine", "alpine:3.19", "docker://alpine", "no-such.tar", "ghcr.io/o/r:1", "ostree:latest", ""] {
            check(OtherForm::certain(text), None);
        }
    }

    #[test]
    fn p820_all_forms_are_told_of() {
        let told = forms();
        assert!(told.starts_with("docker-archive:FILE, oci:DIR, "), "{told}");
        assert!(told.ends_with(" are read, and docker://REFERENCE asks a registry"), "{told}");
        assert_eq!(told.matches(':').count(), Form::all().len() + 1, "{told}");
    }

    /// What is read is not said to be read by another name, or not at all.
    #[test]
    fn p820_no_form_is_told_to_be_another() {
        let others = STORES.iter().map(|(name, _)| ("STORES", *name));
        for (table, name) in others.chain(ALIASES.iter().map(|(name, _)| ("ALIASES", *name))) {
            let is_read = Form::all().any(|form| form.name() == name);
            assert!(!is_read, "{name}: is a form that is read; take its row out of {table} in other_form.rs");
        }
    }

    #[test]
    fn pages_of_images() {
        for (page, name) in [
            ("hub.docker.com/_/alpine", "docker.io/library/alpine"),
            ("hub.docker.com/_/alpine/tags?page=2", "docker.io/library/alpine"),
            ("hub.docker.com/r/acme/web/tags", "docker.io/acme/web"),
            ("quay.io/repository/acme/web?tab=tags", "quay.io/acme/web"),
            ("ghcr.io/acme/web:1", "ghcr.io/acme/web:1"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
        ] {
            assert_eq!(of_page(page), name);
        }
    }

    #[test]
    fn what_is_not_indexed_may_be_a_form() {
        for (text, prefix, meant) in [
            ("config:no-such.json", "config", "inspect:no-such.json"),
            ("docker:alpine", "docker", "docker://alpine"),
            ("dockerarchive:s.tar", "dockerarchive", "docker-archive:s.tar"),
            ("oci-dir:no/dir", "oci-dir", "oci:no/dir"),
        ] {
            let (what, advice) = (format!("there is no form {prefix}:"), format!("did you mean {meant}?"));
            check(OtherForm::likely(text), Some((&what, &advice)));
        }
        check(OtherForm::likely("foo:x.tar.gz"), Some(("there is no form foo:", &forms())));
        check(
            OtherForm::likely("sif:x.sif"),
            Some(("sif: is a Singularity image, which has no layers, which is not read", &forms())),
        );
        for text in ["alpine:3.19", "registry.example/a:1", "config:latest", "acme/app", "image:2"] {
            check(OtherForm::likely(text), None);
        }
    }
}
