//! Reconstructed Dockerfiles, built again by the builders that wrote the
//! history: `make roundtrip`.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use forebear_testkit::real::skipped;
use forebear_tests::buildah::Buildah;
use forebear_tests::roundtrip::corpus::{self, Case};
use forebear_tests::roundtrip::docker::Docker;
use forebear_tests::roundtrip::judge::Builder;
use forebear_tests::roundtrip::report::{self, Outcome};
use forebear_tests::roundtrip::run::{self, Originals};
use forebear_tests::roundtrip::{base, golden, known};

/// All Dockerfiles; those whose name holds `ONLY`, if that is set, and what
/// they are built on.
fn cases() -> Vec<Case> {
    let mut cases = corpus::own();
    cases.extend(corpus::real());
    let Ok(only) = std::env::var("ONLY") else { return cases };
    let mut wanted: Vec<String> = cases.iter().filter(|c| c.name.contains(&only)).map(Case::tag).collect();
    let mut at = 0;
    while let Some(tag) = wanted.get(at).cloned() {
        wanted.extend(cases.iter().filter(|case| case.tag() == tag).map(Case::parent));
        at += 1;
    }
    cases.retain(|case| wanted.contains(&case.tag()));
    cases
}

#[track_caller]
fn judge(mut outcomes: Vec<Outcome>, cases: &[Case]) {
    let mut faults = known::settle(&mut outcomes, &known::all());
    faults.extend(report::faults(&outcomes));
    faults.extend(golden::check(&outcomes, cases));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
#[ignore = "needs a Docker Engine: make roundtrip"]
fn docker_s_builders() {
    if base::busybox().is_none() {
        return skipped("busybox-static is not installed");
    }
    let cases = cases();
    let docker = &|builder: Builder| {
        let docker = Docker::start(builder)?;
        Some(run::all(&docker, &cases, Originals::Built))
    };
    let outcomes = std::thread::scope(|scope| {
        let running = [Builder::Legacy, Builder::Buildkit].map(|builder| scope.spawn(move || docker(builder)));
        running.map(|thread| thread.join().expect("no judge panics"))
    });
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().flatten().collect();
    println!("{}", report::table(&outcomes));
    judge(outcomes, &cases);
}

fn buildah_s(originals: Originals) -> Option<(Vec<Outcome>, Vec<Case>)> {
    if base::busybox().is_none() {
        skipped("busybox-static is not installed");
        return None;
    }
    let (buildah, cases) = (Buildah::quick()?, cases());
    let outcomes = run::all(&buildah, &cases, originals);
    println!("{}", report::table(&outcomes));
    Some((outcomes, cases))
}

#[test]
#[ignore = "takes minutes: make roundtrip"]
fn buildah_from_the_start() {
    if let Some((outcomes, cases)) = buildah_s(Originals::Built) {
        judge(outcomes, &cases);
    }
}

#[test]
fn buildah_on_kept_configs() {
    if let Some((outcomes, cases)) = buildah_s(Originals::Kept) {
        judge(outcomes, &cases);
    }
}
