//! Tools that write history but build no Dockerfile: named, never dressed up
//! as RUN.

use crate::config::RuntimeConfig;
use crate::history::{HistoryEntry, Step};
use crate::time::Timestamp;

/// How the entry of an ostree commit begins (bootc, `ostree-ext`,
/// `container/encapsulate.rs`); the layers beside it have the packages in them
/// for a text.
const OSTREE_EXPORT: &str = "ostree export of commit ";

/// Labels of an image that begins with an ostree commit; its children have them
/// too.
const OSTREE_LABELS: [&str; 2] = ["ostree.commit", "ostree.final-diffid"];

/// When the ostree commit that an image begins with was exported: all layers of
/// one export have one time, in either order. Where the commit has a subject,
/// that is the text of its entry.
pub(super) fn ostree_export(steps: &[Step], image: Option<&RuntimeConfig>) -> Option<Option<Timestamp>> {
    let export = steps.iter().find(|step| step.entry.created_by.starts_with(OSTREE_EXPORT));
    let labelled = || {
        let labels = &image?.labels;
        let is_labelled = OSTREE_LABELS.iter().any(|label| labels.contains_key(*label));
        steps.first().filter(|first| is_labelled && first.position == Some(0))
    };
    export.or_else(labelled).map(|step| step.entry.created)
}

/// By author or comment, whatever the text.
pub(super) fn by_entry(entry: &HistoryEntry, text: &str) -> Option<&'static str> {
    let author = entry.author.as_deref().unwrap_or_default();
    let comment = entry.comment.as_deref().unwrap_or_default();
    match author {
        "Jib" => return Some("jib"),
        "Bazel" => return Some("bazel"),
        "apko" => return Some("apko"),
        "ko" | "github.com/ko-build/ko" | "github.com/google/ko" => return Some("ko"),
        "melange" => return Some("melange"),
        "mkosi" => return Some("mkosi"),
        "LinuxKit" => return Some("linuxkit"),
        _ => {}
    }
    if comment.contains("mkosi") && text.trim().is_empty() {
        return Some("mkosi");
    }
    if comment.starts_with("This is an apko ") {
        return Some("apko");
    }
    if comment.starts_with("store paths: ") {
        return Some("nix");
    }
    if comment.starts_with("debuerreotype") && text.starts_with("# ") {
        return Some("debuerreotype");
    }
    if comment.starts_with("Imported from ") && text.trim().is_empty() {
        return Some("docker import");
    }
    // `docker build --squash`.
    (comment.starts_with("merge sha256:") && text.trim().is_empty()).then_some("squash")
}

/// By the text alone.
pub(super) fn by_text(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let first = text.split_whitespace().next().unwrap_or_default();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| text.starts_with(p));
    match first {
        "bazel" => return Some("bazel"),
        "ko" if text.contains("ko://") => return Some("ko"),
        "kaniko" => return Some("kaniko"),
        "apko" => return Some("apko"),
        "melange" => return Some("melange"),
        "mkosi" => return Some("mkosi"),
        "nix" | "nix2container" | "nix-build" => return Some("nix"),
        "nixery" | "Nixery" => return Some("nixery"),
        "stacker" => return Some("stacker"),
        "LinuxKit" => return Some("linuxkit"),
        "umoci" => return Some("umoci"),
        "crane" | "go-containerregistry" => return Some("crane"),
        "KIWI" | "kiwi" => return Some("kiwi"),
        "rpm-ostree" | "bootc" => return Some("ostree"),
        _ => {}
    }
    if starts(&[OSTREE_EXPORT, "rpmostree-unpackaged-content"]) {
        return Some("ostree");
    }
    // rules_img, of a layer whose target is not named.
    if text == "history missing" {
        return Some("bazel");
    }
    if starts(&["jib-gradle-plugin", "jib-maven-plugin", "jib-core", "jib-cli", "jib:"]) || text == "jib" {
        return Some("jib");
    }
    if starts(&["Layer: '", "Buildpacks ", "Application Layer", "Application Slice", "Software Bill-of-Materials"])
        || text.contains("Created by buildpack: ")
    {
        return Some("buildpacks");
    }
    if let Some(name) = windows_base(text) {
        return Some(name);
    }
    // `docker commit` records the command of the container it was made of.
    matches!(text, "/bin/sh" | "/bin/bash" | "sh" | "bash" | "/bin/ash" | "ash" | "zsh" | "/bin/zsh")
        .then_some("docker commit")
}

/// What a Windows base is made of (Windows-Containers#519).
pub(super) fn windows_base(text: &str) -> Option<&'static str> {
    let version = text.strip_prefix("Apply image ").or_else(|| text.strip_prefix("Install update "))?;
    version.starts_with(|c: char| c.is_ascii_digit()).then_some("windows base")
}
