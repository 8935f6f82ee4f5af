//! What everything else stands on.

use serde_json::json;

use crate::demo::shelf::Shelf;
use crate::image::{Builder, Format, ImageBuilder};

pub(crate) fn stock(shelf: &mut Shelf) {
    for (version, tags, at) in [
        ("3.17.10", "3.17 3.17.10", "2024-09-06T22:20:05Z"),
        ("3.18.9", "3.18 3.18.9", "2024-09-06T22:20:06Z"),
        ("3.19.4", "3.19 3.19.4", "2024-09-06T22:20:07Z"),
    ] {
        shelf.rootfs("alpine", tags, at, |build| {
            legacy(build).add_rootfs(&format!("alpine {version}")).cmd(&["/bin/sh"])
        });
    }
    shelf.rootfs("alpine", "3.20 3.20.3 3 latest", "2024-09-06T22:20:07Z", |build| alpine(build, "3.20.3"));
    for (name, tags, suite) in [
        ("bookworm", "bookworm 12 12.8 latest", "stable"),
        ("bookworm-slim", "bookworm-slim 12-slim stable-slim", "stable"),
        ("bullseye", "bullseye 11", "oldstable"),
        ("bullseye-slim", "bullseye-slim 11-slim", "oldstable"),
    ] {
        shelf.rootfs("debian", tags, "2024-11-11T00:00:00Z", |build| debian(build, name, suite, "@1731283200"));
    }
    for (name, version, tags) in
        [("jammy", "22.04", "jammy 22.04 jammy-20240911.1"), ("noble", "24.04", "noble 24.04 noble-20241011 latest")]
    {
        shelf.rootfs("ubuntu", tags, "2024-10-11T03:38:22Z", |build| ubuntu(build, name, version));
    }
    for (name, tags, rootfs, shell) in [
        ("fedora", "41 latest", "fedora 41", "/bin/bash"),
        ("fedora", "40", "fedora 40", "/bin/bash"),
        ("busybox", "1.37 1.37-glibc latest", "busybox 1.37 glibc", "sh"),
        ("busybox", "1.37-musl musl", "busybox 1.37 musl", "sh"),
        ("amazonlinux", "2023 latest", "amazonlinux 2023", "/bin/bash"),
        ("rockylinux", "9", "rockylinux 9", "/bin/bash"),
        ("oraclelinux", "9-slim", "oraclelinux 9 slim", "/bin/bash"),
        ("archlinux", "base latest", "archlinux base", "/usr/bin/bash"),
    ] {
        shelf.rootfs(name, tags, "2024-10-30T01:10:00Z", |build| legacy(build).add_rootfs(rootfs).cmd(&[shell]));
    }
    buildpack_deps(shelf);
}

fn legacy(build: ImageBuilder) -> ImageBuilder {
    build.builder(Builder::Legacy).format(Format::Docker)
}

/// An alpine of the years when it came from BuildKit.
pub(crate) fn alpine(build: ImageBuilder, version: &str) -> ImageBuilder {
    build.add_rootfs(&format!("alpine {version}")).cmd(&["/bin/sh"])
}

/// debuerreotype writes one entry, and a command that no step set.
pub(crate) fn debian(build: ImageBuilder, name: &str, suite: &str, epoch: &str) -> ImageBuilder {
    let architecture = match build.platform().architecture.as_str() {
        "arm" => "armhf",
        other => other,
    };
    let entry = json!({
        "created": "2024-11-11T00:00:00Z",
        "created_by": format!("# debian.sh --arch '{architecture}' out/ '{suite}' '{epoch}' # {name}"),
        "comment": "debuerreotype 0.15",
    });
    build
        .raw_step(entry, true)
        .setting("Env", json!(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]))
        .setting("Cmd", json!(["bash"]))
        .annotation("org.opencontainers.image.base.name", "scratch")
}

fn ubuntu(build: ImageBuilder, name: &str, version: &str) -> ImageBuilder {
    legacy(build)
        .arg("RELEASE", name)
        .arg("LAUNCHPAD_BUILD_ARCH", "")
        .label("org.opencontainers.image.ref.name", "ubuntu")
        .label("org.opencontainers.image.version", version)
        .add_rootfs(&format!("ubuntu {version}"))
        .cmd(&["/bin/bash"])
}

fn buildpack_deps(shelf: &mut Shelf) {
    let install = |packages: &str| {
        format!(
            "set -eux; apt-get update; apt-get install -y --no-install-recommends {packages}; rm -rf /var/lib/apt/lists/*"
        )
    };
    for (suite, distribution, at) in [
        ("bookworm", "debian:bookworm", "2024-11-12T02:00:00Z"),
        ("bullseye", "debian:bullseye", "2024-11-12T02:10:00Z"),
        ("noble", "ubuntu:noble", "2024-11-12T02:20:00Z"),
    ] {
        let (curl, scm) = (format!("{suite}-curl"), format!("{suite}-scm"));
        let with = |packages: &'static str| move |build: ImageBuilder| build.run(&install(packages));
        shelf.official(
            "buildpack-deps",
            &curl,
            distribution,
            at,
            with("ca-certificates curl gnupg netbase sq wget tzdata"),
        );
        shelf.official(
            "buildpack-deps",
            &scm,
            &format!("buildpack-deps:{curl}"),
            at,
            with("git mercurial openssh-client subversion procps"),
        );
        shelf.official(
            "buildpack-deps",
            suite,
            &format!("buildpack-deps:{scm}"),
            at,
            with("autoconf automake bzip2 g++ gcc make patch xz-utils zlib1g-dev"),
        );
    }
}
