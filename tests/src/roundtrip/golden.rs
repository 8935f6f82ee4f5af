//! The configs that builders wrote, kept beside the Dockerfiles for the tests
//! that run without a builder. `UPDATE=1` writes them anew; without it, what
//! differs is an error.

use std::path::Path;

use forebear_image::config::ConfigFacts;
use serde_json::{Value, json};

use super::base;
use super::corpus::{self, Case};
use super::judge::Builder;
use super::rebuilt::{Reconstruction, facts};
use super::report::Outcome;

/// Steps of the base, whose hash depends on the machine's busybox.
const BASE_STEPS: usize = 2;

/// Whether files are to be written anew.
#[must_use]
pub fn is_update() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

/// What a builder made of a Dockerfile and what is made of that, as kept.
#[must_use]
pub fn kept(case: &Case, cases: &[Case], builder: Builder) -> Option<Reconstruction> {
    let read = |file: &Path| std::fs::read(file).ok().map(|bytes| facts(&bytes));
    let parent = match cases.iter().find(|other| other.tag() == case.parent()) {
        Some(parent) => parent.config(builder),
        None => corpus::folder().join("base.config.json"),
    };
    Some(Reconstruction::of(&read(&case.config(builder))?, &read(&parent)?))
}

/// Compares with the kept configs, or keeps these; returns what differs.
///
/// # Panics
/// When a file cannot be written.
#[must_use]
pub fn check(outcomes: &[Outcome], cases: &[Case]) -> Vec<String> {
    let mut stale = Vec::new();
    let busybox = base::busybox().expect("builds need it, too");
    stale.extend(keep(&corpus::folder().join("base.config.json"), &base::config(&base::layer(busybox))));
    for outcome in outcomes.iter().filter(|outcome| !outcome.config.is_empty()) {
        let own = cases.iter().find(|case| case.name == outcome.case && !case.real);
        stale.extend(own.and_then(|case| keep(&case.config(outcome.builder), &outcome.config)));
    }
    stale
}

fn keep(file: &Path, config: &[u8]) -> Option<String> {
    let kept = std::fs::read(file).unwrap_or_default();
    if !kept.is_empty() && essence(&facts(&kept)) == essence(&facts(config)) {
        return None;
    }
    if is_update() {
        std::fs::write(file, config).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        return None;
    }
    Some(format!("{}: the builder writes another config now; see it with UPDATE=1", file.display()))
}

/// All but times, digests and container names, which differ each time.
fn essence(config: &ConfigFacts) -> Value {
    let steps: Vec<Value> = config
        .history
        .iter()
        .skip(BASE_STEPS)
        // buildah's comments name images by digest.
        .map(|entry| json!([entry.created_by, entry.author, entry.empty]))
        .collect();
    json!([config.runtime, config.author, steps, config.diff_ids.len()])
}
