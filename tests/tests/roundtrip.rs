//! Reconstructed Dockerfiles, built again by the builders that wrote the
//! history: `make roundtrip`.

use forebear_testkit::real::skipped;
use forebear_tests::buildah::Buildah;
use forebear_tests::roundtrip::corpus::{self, Case};
use forebear_tests::roundtrip::docker::Docker;
use forebear_tests::roundtrip::judge::Builder;
use forebear_tests::roundtrip::report::{self, Outcome};
use forebear_tests::roundtrip::run::{self, Originals};
use forebear_tests::roundtrip::{base, golden, known, real};

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
    faults.extend(real::differing(&outcomes, cases));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn has_busybox() -> bool {
    if base::busybox().is_none() {
        skipped("busybox-static is not installed");
    }
    base::busybox().is_some()
}

#[test]
#[ignore = "needs a Docker Engine and minutes: make roundtrip"]
fn every_builder_from_the_start() {
    if !has_busybox() {
        return;
    }
    let cases = &cases();
    let docker = |builder: Builder| Some(run::all(&Docker::start(builder)?, cases, Originals::Built));
    let buildah = || Some(run::all(&Buildah::quick()?, cases, Originals::Built));
    let outcomes = std::thread::scope(|scope| {
        let docker = [Builder::Legacy, Builder::Buildkit].map(|builder| scope.spawn(move || docker(builder)));
        let docker = docker.map(|thread| thread.join().expect("no judge panics"));
        docker.into_iter().chain([buildah()]).flatten().flatten().collect::<Vec<Outcome>>()
    });
    let is_real = |outcome: &Outcome| cases.iter().any(|case| case.real && case.name == outcome.case);
    let (real, own): (Vec<Outcome>, Vec<Outcome>) = outcomes.iter().cloned().partition(is_real);
    println!("Our own Dockerfiles\n\n{}\nThose of the real data\n\n{}", report::table(&own), report::table(&real));
    judge(outcomes, cases);
}

#[test]
fn buildah_on_kept_configs() {
    let Some(buildah) = has_busybox().then(Buildah::quick).flatten() else { return };
    let cases = cases();
    judge(run::all(&buildah, &cases, Originals::Kept), &cases);
}
