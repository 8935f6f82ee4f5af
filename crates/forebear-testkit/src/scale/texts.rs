//! Texts, each named by a number from which it can be written again.

use forebear_image::declared::{self, Source};
use forebear_image::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST};
use serde::Serialize;

use super::World;
use super::mix::{self, Draw};
use super::shape;
use super::spot::Spot;

/// Names a text of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TextRef(u64);

const KIND: u32 = 56;
const STEP: u64 = 1;
const COMMON_NOP: u64 = 2;
const COMMON_RUN: u64 = 3;
const RUNTIME: u64 = 4;
const PLATFORM: u64 = 5;
const WORD: u64 = 6;
const LABEL: u64 = 7;
const ANNOTATION: u64 = 8;
const FILE: u64 = 9;

const SPACE: u64 = 1 << 53;
const ALTERED: u64 = 1 << 54;
const TRIMMED: u64 = 1 << 55;
const FLAGS: u64 = SPACE | ALTERED | TRIMMED;

const WORDS: [&str; 7] = [
    "buildkit.dockerfile.v0",
    DOCKER_MANIFEST,
    OCI_MANIFEST,
    DOCKER_LIST,
    OCI_INDEX,
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.oci.image.layer.v1.tar+gzip",
];

impl TextRef {
    pub(super) const NONE: Self = Self(u64::MAX);
    pub(super) const BUILDKIT: Self = Self(WORD << KIND);

    fn new(kind: u64, number: u64) -> Self {
        Self(kind << KIND | number)
    }

    pub(super) fn manifest(oci: bool) -> Self {
        Self::new(WORD, 1 + u64::from(oci))
    }

    pub(super) fn index(oci: bool) -> Self {
        Self::new(WORD, 3 + u64::from(oci))
    }

    pub(super) fn layer(oci: bool) -> Self {
        Self::new(WORD, 5 + u64::from(oci))
    }

    pub(super) fn platform(bit: u32) -> Self {
        Self::new(PLATFORM, u64::from(bit))
    }

    pub(super) fn runtime(app: u32) -> Self {
        Self::new(RUNTIME, u64::from(app))
    }

    pub(super) fn label(app: u32) -> Self {
        Self::new(LABEL, u64::from(app))
    }

    pub(super) fn annotation(app: u32) -> Self {
        Self::new(ANNOTATION, u64::from(app))
    }

    /// The same with a space at its end.
    pub(super) fn with_space(self) -> Self {
        Self(self.0 | SPACE)
    }

    /// The same with other words in it.
    pub(super) fn altered(self) -> Self {
        Self(self.0 | ALTERED)
    }

    /// The same without white space at its ends.
    pub(super) fn trimmed(self) -> Self {
        Self(self.0 | TRIMMED)
    }
}

impl World {
    /// The text of an application's step: one that many have, one for all its
    /// builds, for one version, or for one build only.
    pub(super) fn step_text(&self, build: &Spot, step: u32, empty: bool) -> TextRef {
        let app = u64::from(build.app.id);
        let mut draw = Draw::new(&[self.seed, 20, app, u64::from(step)]);
        let base = app << 26 | u64::from(step) << 20 | u64::from(empty);
        let version = u64::from(build.version) << 8;
        let only = version | u64::from(build.round) << 5 | u64::from(build.platform) << 1;
        let share = draw.unit();
        if step == 0 && !empty && build.app.level == 0 {
            return TextRef::new(FILE, base | only);
        }
        match (empty, build.app.official) {
            (true, _) if share < 0.5 => TextRef::new(COMMON_NOP, skewed(&mut draw, 500)),
            (false, _) if share < 0.2 => TextRef::new(COMMON_RUN, skewed(&mut draw, 2_000)),
            (true, true) if share < 0.75 => TextRef::new(STEP, base | version),
            (true, false) if share < 0.6 => TextRef::new(STEP, base | version),
            (false, false) if share < 0.28 => TextRef::new(FILE, base | only),
            _ => TextRef::new(STEP, base),
        }
    }

    /// Writes a text out.
    pub(super) fn text(&self, named: TextRef) -> String {
        let number = named.0 & ((1 << 53) - 1);
        let app = self.apps.get(number as u32);
        let plain = TextRef(named.0 & !FLAGS);
        let mut text = match named.0 >> KIND {
            STEP => self.command(plain, number & 1 == 1, self.apps.get((number >> 26) as u32).is_oci()),
            COMMON_NOP => self.command(plain, true, false),
            COMMON_RUN => self.command(plain, false, false),
            FILE => self.file(plain, (number >> 20 & 63) == 0),
            RUNTIME => json(&self.runtime(&app)),
            PLATFORM => platform(number as u32).map(|platform| json(&platform)).unwrap_or_default(),
            LABEL => declared(Source::Label, &self.runtime(&app).labels),
            ANNOTATION => declared(Source::Annotation, &self.annotations(&app)),
            _ => WORDS.get(number as usize).copied().unwrap_or_default().to_owned(),
        };
        if named.0 & ALTERED != 0 {
            text.insert_str(0, "|1 http_proxy= ");
        }
        if named.0 & SPACE != 0 {
            text.push(' ');
        }
        if named.0 & TRIMMED != 0 { text.trim().to_owned() } else { text }
    }

    fn command(&self, named: TextRef, empty: bool, buildkit: bool) -> String {
        let mut draw = Draw::new(&[self.seed, 21, named.0]);
        let (table, instructions, words) =
            if empty { (shape::NOP_LENGTH, NOPS, NOP_WORDS) } else { (shape::RUN_LENGTH, RUNS, RUN_WORDS) };
        let length = draw.quantile(table) as usize;
        let mut text = match (buildkit, empty) {
            (true, false) => "RUN /bin/sh -c ".to_owned(),
            (false, false) => "/bin/sh -c ".to_owned(),
            (true, true) => String::new(),
            (false, true) => "/bin/sh -c #(nop)  ".to_owned(),
        };
        // What was measured is the instruction without the builder's words.
        let until = text.len() + length;
        text.push_str(draw.one(instructions));
        loop {
            let number = draw.below(10_000);
            text.push_str(&number.to_string());
            if text.len() >= until {
                break;
            }
            text.push_str(draw.one(words));
        }
        if buildkit && !empty {
            text.push_str(" # buildkit");
        }
        text
    }

    /// A file or folder from the build context, by its hash: the root file
    /// system, or an application.
    fn file(&self, named: TextRef, root: bool) -> String {
        let hash = hex(&mix::key(mix::scramble(named.0 ^ self.seed), named.0));
        if root {
            format!("/bin/sh -c #(nop) ADD file:{hash} in / ")
        } else {
            format!("/bin/sh -c #(nop) COPY dir:{hash} in /usr/src/app ")
        }
    }
}

/// Numbers below `limit`, the low ones far more often.
fn skewed(draw: &mut Draw, limit: u32) -> u64 {
    (draw.unit().powi(3) * f64::from(limit)) as u64
}

/// A platform by its bit.
pub(super) fn platform(bit: u32) -> Option<forebear_image::Platform> {
    let (os, architecture, variant, os_version, _) = shape::PLATFORMS.get(bit as usize)?;
    Some(forebear_image::Platform {
        os: (*os).to_owned(),
        architecture: (*architecture).to_owned(),
        variant: variant.map(str::to_owned),
        os_version: os_version.map(str::to_owned),
    })
}

fn declared(source: Source, from: &forebear_image::Annotations) -> String {
    declared::from_annotations(source, from).map(|declared| json(&declared)).unwrap_or_default()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const NOPS: &[&str] =
    &["ENV VERSION=1.", "CMD [\"run-", "WORKDIR /srv/", "EXPOSE 8", "LABEL build=", "USER u", "ENV A="];
const NOP_WORDS: &[&str] = &[".", "-", "/lib/", "_", " PATH=/usr/local/bin:", " HOME=/home/"];
const RUNS: &[&str] =
    &["apt-get install -y lib", "apk add --no-cache p", "set -ex; make -j", "pip install x==", "npm ci --v="];
const RUN_WORDS: &[&str] = &[
    " && rm -rf /var/lib/apt/lists/* && apt-get install -y --no-install-recommends \t\tca-certificates \t\tlib",
    " \t&& wget -O file.tar.xz \"https://dist.example.org/v",
    "; \tmake -j \"$(nproc)\" && make install; \t./configure --prefix=/usr/local --with-",
    " && mkdir -p /usr/src/app && tar -xJC /usr/src/app --strip-components=",
    "; \tfor key in $KEYS; do gpg --keyserver ha.pool.sks-keyservers.net --recv-keys \"$key\"; done; x",
    " --enable-",
    " g",
    " && ",
];
