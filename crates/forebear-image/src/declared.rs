//! What an image says about its own base.
//!
//! Declared evidence is compared with what layers and history show, never
//! trusted in their place: anyone can write an annotation.

use serde::{Deserialize, Serialize};

use crate::annotations::Annotations;
use crate::digest::Digest;
use crate::history::HistoryEntry;
use crate::json::{self, Noted, Value};
use crate::reference::Reference;

/// OCI annotation and label of the base's name (image-spec `annotations.md`).
pub const BASE_NAME: &str = "org.opencontainers.image.base.name";
/// OCI annotation and label of the base's manifest digest.
pub const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";
/// Label in which buildpacks record the run image.
const BUILDPACKS: &str = "io.buildpacks.lifecycle.metadata";
/// Label in which Source-to-Image records the builder image, which the image
/// that it makes stands on (openshift/source-to-image, `pkg/util/labels.go`).
const S2I: &str = "io.openshift.s2i.build.image";
/// Label in which Home Assistant's builder records the image that a base of
/// add-ons is built from (home-assistant/builder, `builder.sh`, `build_base`).
/// Add-ons inherit it.
const HOME_ASSISTANT: &str = "io.hass.base.image";

/// Labels that hold a name and nothing else.
const NAMES: [(&str, Source); 2] = [(S2I, Source::S2i), (HOME_ASSISTANT, Source::HomeAssistant)];

/// How tools of a registry's images begin a name (containers-transports(5),
/// buildx's named contexts).
const TRANSPORTS: &[&str] = &["docker://", "docker-image://"];

/// Where a declaration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Annotation of the manifest, of its entry in an index, or of the index.
    Annotation,
    /// Label in the config.
    Label,
    /// buildah's `FROM …` comment in the history.
    History,
    /// Buildpacks' lifecycle metadata label.
    Buildpacks,
    /// Source-to-Image's label of the builder image.
    S2i,
    /// Home Assistant's label of the image that a base of add-ons is built from.
    #[serde(rename = "home-assistant")]
    HomeAssistant,
    /// BuildKit provenance attestation: one of the images that the build read,
    /// of which at most one is the base ([`crate::provenance`]).
    Provenance,
}

/// One declaration of a base. Name and digest are as written, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Where it stands.
    pub source: Source,
    /// The base's name as written.
    pub name: Option<String>,
    /// The base's digest: of a platform's manifest or of an index, depending
    /// on who wrote it.
    pub digest: Option<Digest>,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Annotation,
        Self::Label,
        Self::History,
        Self::Buildpacks,
        Self::S2i,
        Self::HomeAssistant,
        Self::Provenance,
    ];

    /// The word used in JSON and in text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annotation => "annotation",
            Self::Label => "label",
            Self::History => "history",
            Self::Buildpacks => "buildpacks",
            Self::S2i => "s2i",
            Self::HomeAssistant => "home-assistant",
            Self::Provenance => "provenance",
        }
    }
}

impl Declared {
    /// A declaration. Where nothing else says a digest, it is the one in the
    /// name (`alpine:3.19@sha256:…`).
    #[must_use]
    pub fn new(source: Source, name: Option<String>, digest: Option<Digest>) -> Self {
        let in_name = || name.as_deref()?.trim().rsplit_once('@')?.1.parse().ok();
        let digest = digest.or_else(in_name);
        Self { source, name, digest }
    }

    /// What the name refers to, where it is a reference; some tools write the
    /// transport before it.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        let name = self.name.as_deref()?.trim();
        let bare = TRANSPORTS.iter().find_map(|transport| name.strip_prefix(transport));
        bare.unwrap_or(name).parse().ok()
    }

    /// The name without a registry, where that is `localhost/`: what podman and
    /// buildah put before the name of an image that came from no registry. A
    /// registry on this machine has a port.
    #[must_use]
    pub fn local_name(&self) -> Option<&str> {
        self.name.as_deref()?.strip_prefix("localhost/")
    }

    /// Whether this says that there is no base.
    #[must_use]
    pub fn is_scratch(&self) -> bool {
        // Nobody reads nothing: `scratch` is never a material.
        self.source != Source::Provenance
            && self.name.as_deref().is_some_and(|name| name == "scratch" || name.ends_with("/scratch"))
    }
}

/// All that a config says: in its labels, in its history.
#[must_use]
pub fn of_config(labels: &Annotations, history: &[HistoryEntry]) -> Vec<Declared> {
    let names = NAMES.iter().filter_map(|(label, source)| from_name(*source, labels.get(*label)?));
    let labels = from_annotations(Source::Label, labels).into_iter().chain(from_buildpacks(labels)).chain(names);
    labels.chain(from_history(history)).collect()
}

/// Reads the OCI base annotations out of a map, if it has any.
#[must_use]
pub fn from_annotations(source: Source, annotations: &Annotations) -> Option<Declared> {
    let name = annotations.get(BASE_NAME).map(|name| name.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let digest = annotations.get(BASE_DIGEST).and_then(|digest| digest.trim().parse().ok());
    (name.is_some() || digest.is_some()).then(|| Declared::new(source, name, digest))
}

json::object! {
    /// What the buildpacks' lifecycle says of a build (buildpacks/spec
    /// `platform.md`, "io.buildpacks.lifecycle.metadata").
    struct Lifecycle {
        run_image: RunImage = "runImage",
    }

    struct RunImage {
        image: String = "image",
        reference: String = "reference",
    }
}

/// Reads the run image out of the buildpacks label.
fn from_buildpacks(labels: &Annotations) -> Option<Declared> {
    let metadata: Value<Lifecycle> = json::from_slice(labels.get(BUILDPACKS)?.as_bytes()).ok()?;
    let noted = &mut Noted::new();
    let run_image = metadata.or_found().ok()?.run_image.or_note(noted)?;
    let reference = run_image.reference.or_note(noted)?;
    let digest = reference.split_once('@').and_then(|(_, digest)| digest.parse().ok());
    let name = run_image.image.or_note(noted).or_else(|| Some(reference.split('@').next()?.to_owned()));
    Some(Declared::new(Source::Buildpacks, name, digest))
}

/// A label of [`NAMES`]; an empty one says nothing.
fn from_name(source: Source, name: &str) -> Option<Declared> {
    let name = name.trim();
    (!name.is_empty()).then(|| Declared::new(source, Some(name.to_owned()), None))
}

/// Reads buildah's `FROM name` comment: the last one, since the base's own
/// comments lie below it. An image ID there is a build's own intermediate and
/// says nothing.
fn from_history(history: &[HistoryEntry]) -> Option<Declared> {
    let named = |entry: &HistoryEntry| {
        let name = entry.comment.as_deref()?.trim().strip_prefix("FROM ")?.trim();
        let id = name.strip_prefix("sha256:").unwrap_or(name);
        let is_id = id.len() >= 12 && id.bytes().all(|b| b.is_ascii_hexdigit());
        (!name.is_empty() && !is_id).then(|| name.to_owned())
    };
    let name = history.iter().rev().find_map(named)?;
    Some(Declared::new(Source::History, Some(name), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_labels_say() {
        #[track_caller]
        fn check(label: &str, value: &str, expected: &[&str]) {
            let labels = Annotations::from([(label.to_owned(), value.to_owned())]);
            let told = |declared: Declared| {
                let digest = declared.digest.map(|digest| format!(" {}", digest.short())).unwrap_or_default();
                format!("{} {}{digest}", declared.source.as_str(), declared.name.unwrap_or_default())
            };
            let said: Vec<String> = of_config(&labels, &[]).into_iter().map(told).collect();
            assert_eq!(said, expected, "{label}={value}");
        }
        let digest = format!("sha256:{}", "ab".repeat(32));
        let short = "ab".repeat(6);
        check(BASE_NAME, "alpine:3.20", &["label alpine:3.20"]);
        // P330: a digest inside the name.
        let tagged = format!("docker.io/library/alpine:3.20@{digest}");
        check(BASE_NAME, &tagged, &[&format!("label {tagged} {short}")]);
        check(BASE_NAME, "alpine:3.20@sha256:12", &["label alpine:3.20@sha256:12"]);
        check(BASE_NAME, " ", &[]);
        check(S2I, "quay.io/sclorg/python-312:c9s", &["s2i quay.io/sclorg/python-312:c9s"]);
        let pinned = format!("quay.io/sclorg/python-312@{digest}");
        check(S2I, &pinned, &[&format!("s2i {pinned} {short}")]);
        check(S2I, " ", &[]);
        let metadata = format!(r#"{{"runImage":{{"image":"run:1","reference":"run@{digest}"}}}}"#);
        check(BUILDPACKS, &metadata, &[&format!("buildpacks run:1 {short}")]);
        check(BUILDPACKS, "no JSON", &[]);
        // P824
        check(HOME_ASSISTANT, "alpine:3.21", &["home-assistant alpine:3.21"]);
        check("maintainer", "nobody", &[]);
    }

    #[test]
    fn p331_what_buildah_remarks() {
        #[track_caller]
        fn check(comments: &[&str], expected: Option<&str>) {
            let entry = |text: &&str| HistoryEntry { comment: Some((*text).to_owned()), ..HistoryEntry::default() };
            let history: Vec<HistoryEntry> = comments.iter().map(entry).collect();
            let said = from_history(&history);
            let told = said.map(|base| {
                let digest = base.digest.map(|digest| format!(" {}", digest.short())).unwrap_or_default();
                format!("{}{digest} {}", base.name.as_deref().unwrap_or_default(), base.local_name().unwrap_or("-"))
            });
            assert_eq!(told.as_deref(), expected, "{comments:?}");
        }
        let digest = "ab".repeat(32);
        let pinned = format!("quay.io/a/b:1@sha256:{digest}");
        check(&[&format!("FROM {pinned}")], Some(&format!("{pinned} abababababab -")));
        check(&["FROM localhost/acme/base:1"], Some("localhost/acme/base:1 acme/base:1"));
        check(&["FROM localhost:5000/acme/base:1"], Some("localhost:5000/acme/base:1 -"));
        check(&["FROM quay.io/a/b:1", "", "FROM 9c6f07244728"], Some("quay.io/a/b:1 -"));
        check(&[&format!("FROM sha256:{digest}")], None);
    }

    #[test]
    fn words_are_those_of_json() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        }
        // Serde knows every variant, and lists them.
        let known = serde_json::from_str::<Source>("\"?\"").unwrap_err().to_string();
        for word in known.split('`').skip(3).step_by(2) {
            assert!(Source::ALL.iter().any(|own| own.as_str() == word), "{word} is missing in Source::ALL: {known}");
        }
    }
}
