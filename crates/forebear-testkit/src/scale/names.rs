//! Repositories, and where their tags led when.

use forebear_facts::RepositoryFacts;
use forebear_facts::rows::Key;
use forebear_image::{RepositoryName, Timestamp};

use super::World;
use super::apps::App;
use super::mix::{Draw, mix};
use super::shape;
use super::spot::Spot;
use crate::sure::Sure as _;

/// A tag that led somewhere for a while.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) tag: String,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) manifest: Key,
    pub(super) ended: bool,
}

const RUNS: u32 = 4;
/// One in this many repositories is empty.
const EMPTY: u32 = 500;
/// One in this many builds lost its tags.
const UNTAGGED: u64 = 60;

/// Every two weeks from 2026-03-01.
fn run(number: u32) -> Timestamp {
    Timestamp { seconds: 1_772_323_200 + 14 * 86_400 * i64::from(number.min(RUNS - 1)), nanos: 0 }
}

impl World {
    /// All repositories with their numbers, in order of full name.
    pub(super) fn repositories(&self) -> Vec<(String, u32, RepositoryFacts)> {
        let used = self.apps.repositories.len() as u32;
        let facts = |number| {
            let name = self.repository_name(number);
            let complete = !mix(&[self.seed, 60, u64::from(number)]).is_multiple_of(10);
            let complete_at = complete.then(|| run(RUNS - 1));
            (name.to_string(), number, RepositoryFacts { name, complete_at })
        };
        let mut all: Vec<_> = (0..used + used / EMPTY).map(facts).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// The name of a repository.
    pub(super) fn repository_name(&self, number: u32) -> RepositoryName {
        let mut draw = Draw::new(&[self.seed, 61, u64::from(number)]);
        let official = self.apps.repositories.get(number as usize).is_some_and(|app| self.apps.get(*app).official);
        let unique = base36(number);
        let (registry, path) = if official {
            match OFFICIAL.get(number as usize) {
                Some(name) => ("docker.io", format!("library/{name}")),
                None => ("docker.io", format!("library/{}{unique}", draw.one(WORDS))),
            }
        } else {
            let user = format!("{}{}", draw.one(SYLLABLES), draw.one(SYLLABLES));
            let word = draw.one(WORDS);
            match draw.below(100) {
                0..70 => ("docker.io", format!("{user}{unique}/{word}")),
                70..90 => ("ghcr.io", format!("{user}/{word}-{unique}")),
                90..97 => ("quay.io", format!("{user}/{word}-{unique}")),
                _ => ("registry.example.com:5000", format!("{user}/{}/{word}-{unique}", draw.one(WORDS))),
            }
        };
        RepositoryName { registry: registry.parse().sure("a registry of this list"), path }
    }

    /// The tags of a repository, in order.
    pub(super) fn tags(&self, repository: u32) -> Vec<Seen> {
        let at = repository as usize;
        let first = self.apps.repositories.get(at).copied().unwrap_or(u32::MAX);
        let end = self.apps.repositories.get(at + 1).copied().unwrap_or(self.apps.all.len() as u32);
        let mut seen = Vec::new();
        for app in first..end {
            self.tags_of(self.apps.get(app), &mut seen);
        }
        seen.sort_unstable();
        seen
    }

    fn tags_of(&self, app: App, seen: &mut Vec<Seen>) {
        let first_run = (mix(&[self.seed, 62, u64::from(app.id)]) % u64::from(RUNS + 1 - app.rounds.min(RUNS))) as u32;
        let build = |version, round| Spot { app, version, round, platform: app.platforms.trailing_zeros() };
        for version in 0..app.versions {
            let lost = mix(&[self.seed, 63, u64::from(app.id), u64::from(version)]).is_multiple_of(UNTAGGED);
            if lost {
                continue;
            }
            for tag in self.tags_of_version(&app, version) {
                for round in 0..app.rounds {
                    seen.push(self.seen(&tag, first_run + round, round + 1 == app.rounds, &build(version, round)));
                }
            }
        }
        // The tag that goes with the latest version, and did with the one before.
        let latest = match suffix(app.variant) {
            suffix if suffix.is_empty() => "latest".to_owned(),
            suffix => suffix.trim_start_matches('-').to_owned(),
        };
        let newest = app.versions.saturating_sub(1);
        if newest > 0 && first_run > 0 {
            seen.push(self.seen(&latest, first_run - 1, false, &build(newest - 1, 0)));
        }
        for round in 0..app.rounds {
            seen.push(self.seen(&latest, first_run + round, round + 1 == app.rounds, &build(newest, round)));
        }
    }

    fn seen(&self, tag: &str, number: u32, is_last: bool, build: &Spot) -> Seen {
        let last = if is_last { RUNS - 1 } else { number };
        Seen {
            tag: tag.to_owned(),
            first: run(number),
            last: run(last),
            manifest: self.release(build),
            ended: !is_last,
        }
    }

    fn tags_of_version(&self, app: &App, version: u32) -> Vec<String> {
        let mut draw = Draw::new(&[self.seed, 64, u64::from(app.id), u64::from(version)]);
        let count = if app.official { draw.weighted(shape::NAMES) } else { 1 + u8::from(draw.chance(0.1)) };
        let (patch, suffix) = (draw.below(30), suffix(app.variant));
        let (long, short) = (format!("1.{version}.{patch}"), format!("1.{version}"));
        let names = [
            format!("{long}{suffix}"),
            format!("{short}{suffix}"),
            format!("v{long}{suffix}"),
            format!("v{short}{suffix}"),
            format!("{long}-stable{suffix}"),
            format!("{short}-stable{suffix}"),
            format!("{long}-lts{suffix}"),
            format!("{short}-lts{suffix}"),
        ];
        names.into_iter().take(usize::from(count)).collect()
    }
}

/// What tells the tags of one application from those of another in the same
/// repository.
fn suffix(variant: u32) -> String {
    match (SUFFIXES.get(variant as usize), variant) {
        (Some(suffix), _) => (*suffix).to_owned(),
        (None, variant) => format!("-x{variant}"),
    }
}

fn base36(number: u32) -> String {
    let (mut left, mut text) = (number, String::new());
    loop {
        text.insert(0, char::from_digit(left % 36, 36).unwrap_or('0'));
        left /= 36;
        if left == 0 {
            return text;
        }
    }
}

const SUFFIXES: [&str; 4] = ["", "-alpine", "-slim", "-onbuild"];
const OFFICIAL: [&str; 16] = [
    "alpine", "debian", "ubuntu", "busybox", "centos", "fedora", "python", "node", "golang", "ruby", "openjdk",
    "nginx", "redis", "postgres", "httpd", "php",
];
const WORDS: &[&str] = &[
    "app", "api", "web", "server", "proxy", "worker", "backend", "frontend", "base", "builder", "runner", "agent",
    "exporter", "operator", "gateway", "bot", "cache", "db", "tools", "test",
];
const SYLLABLES: &[&str] =
    &["ka", "lo", "mi", "ran", "tek", "sol", "dev", "net", "ops", "zen", "lab", "byte", "qu", "ex"];
