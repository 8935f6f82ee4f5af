//! One builder's way through the corpus.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebear_image::config::ConfigFacts;
use tempfile::TempDir;

use super::base;
use super::compare::{Fault, faults};
use super::corpus::{self, Case};
use super::judge::Judge;
use super::rebuilt::{Reconstruction, facts};
use super::report::Outcome;
use super::substitute;

/// Where the configs of the original Dockerfiles come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Originals {
    /// They are built now.
    Built,
    /// They are those kept beside the Dockerfiles, which saves half the time;
    /// only what others are built on is built.
    Kept,
}

/// Builds, reconstructs and rebuilds every case that the builder can build.
#[must_use]
pub fn all(judge: &dyn Judge, cases: &[Case], originals: Originals) -> Vec<Outcome> {
    let folder = TempDir::new().expect("a temporary folder can be made");
    load_base(judge, folder.path());
    let mut configs: BTreeMap<String, ConfigFacts> = BTreeMap::new();
    for name in base::NAMES {
        let kept = || std::fs::read(corpus::folder().join("base.config.json")).expect("it lies beside the Dockerfiles");
        let config = if originals == Originals::Built { judge.config(name) } else { kept() };
        configs.insert((*name).to_owned(), facts(&config));
    }
    let mut waiting: Vec<&Case> = cases.iter().filter(|case| case.builders.contains(&judge.builder())).collect();
    let mut outcomes = Vec::new();
    while !waiting.is_empty() {
        let (ready, later): (Vec<&Case>, Vec<&Case>) =
            waiting.iter().partition(|case| configs.contains_key(&case.parent()) && !is_waiting(&waiting, case));
        if ready.is_empty() {
            let failed = |case: &&Case| Outcome::failed(case, judge.builder(), "parent", &case.parent());
            outcomes.extend(later.iter().map(failed));
            break;
        }
        let is_parent = |case: &Case| later.iter().any(|other| other.parent() == case.tag());
        let built = |case: &Case| originals == Originals::Built || is_parent(case);
        for outcome in side_by_side(judge, &built, &ready, &configs, folder.path()) {
            if !outcome.config.is_empty() {
                configs.insert(format!("{}:latest", outcome.case), facts(&outcome.config));
            }
            outcomes.push(outcome);
        }
        waiting = later;
    }
    outcomes.sort_by(|a, b| a.case.cmp(&b.case));
    outcomes
}

/// Whether the image that a case is built on is yet to be built.
fn is_waiting(waiting: &[&Case], case: &Case) -> bool {
    waiting.iter().any(|other| other.tag() == case.parent())
}

fn side_by_side(
    judge: &dyn Judge,
    built: &(dyn Fn(&Case) -> bool + Sync),
    cases: &[&Case],
    configs: &BTreeMap<String, ConfigFacts>,
    folder: &Path,
) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut outcomes = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let context = folder.join(&case.name);
            copy_context(&case.folder, &context);
            if case.real {
                put_unshipped_files(&context);
            }
            let parent = configs.get(&case.parent()).expect("it was built before");
            outcomes.push(round_trip(judge, built(case), case, &context, parent));
        }
        outcomes
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..judge.workers()).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
    })
}

fn load_base(judge: &dyn Judge, folder: &Path) {
    let busybox = base::busybox().expect("busybox was looked for before");
    let file = folder.join("base.tar");
    std::fs::write(&file, base::archive(&base::layer(busybox))).expect("the folder can be written to");
    judge.load(&file);
}

fn round_trip(judge: &dyn Judge, built: bool, case: &Case, context: &Path, parent: &ConfigFacts) -> Outcome {
    if built && let Err(log) = judge.build(&case.tag(), &case.dockerfile, context, &case.arguments) {
        return Outcome::failed(case, judge.builder(), "original", &end(&log));
    }
    let kept = || std::fs::read(case.config(judge.builder())).unwrap_or_else(|e| panic!("{}: {e}", case.name));
    let config = if built { judge.config(&case.tag()) } else { kept() };
    let image = facts(&config);
    let reconstruction = Reconstruction::of(&image, parent);
    let dockerfile = reconstruction.dockerfile(&case.original);
    let arguments = substitute::arguments(&reconstruction.lines);
    let tag = format!("rebuilt-{}", case.tag());
    let faults = match judge.build(&tag, &dockerfile, context, &arguments) {
        Ok(()) => faults(judge.builder(), &reconstruction, &image, &facts(&judge.config(&tag)), parent),
        Err(log) => vec![Fault { at: "rebuild".to_owned(), text: format!("{dockerfile}\n{}", end(&log)) }],
    };
    Outcome { case: case.name.clone(), builder: judge.builder(), config, lines: reconstruction.lines, faults }
}

/// What a builder said last.
fn end(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
}

/// Copies the files of a case, with the modes that any checkout of them has.
fn copy_context(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("the folder can be written to");
    let script = r#"cd "$1" && tar --exclude='*.config.json' --exclude=Dockerfile --exclude=case.json --exclude=lines.txt --mode=u=rwX,go=rX --owner=0 --group=0 -cf - . | tar -C "$2" -xf -"#;
    let status = Command::new("sh").args(["-c", script, "sh"]).arg(from).arg(to).status();
    assert!(status.is_ok_and(|status| status.success()), "{} cannot be copied", from.display());
}

/// The real data came without its context: files of the names that its
/// Dockerfiles copy.
fn put_unshipped_files(context: &Path) {
    std::fs::create_dir(context.join("dir")).expect("the folder is the test's own");
    for name in ["one.txt", "two.txt", "with space.txt", "dir/three.txt"] {
        std::fs::write(context.join(name), name).expect("the folder is the test's own");
    }
    std::fs::write(context.join("arch.tar"), base::small_archive()).expect("the folder is the test's own");
}
