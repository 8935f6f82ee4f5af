//! Reconstructed Dockerfiles, built again by the builders that wrote the
//! history: `make roundtrip`.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use forebear_tests::roundtrip::corpus::{self, Case};
use forebear_tests::roundtrip::docker::Docker;
use forebear_tests::roundtrip::judge::{Builder, Judge};
use forebear_tests::roundtrip::report::{self, Outcome};
use forebear_tests::roundtrip::run;

fn docker(builder: Builder, cases: &[Case]) -> Option<Vec<Outcome>> {
    let docker = Docker::start(builder)?;
    Some(run::all(&docker as &dyn Judge, cases))
}

#[test]
#[ignore = "needs a Docker Engine: make roundtrip"]
fn docker_s_builders() {
    let mut cases = corpus::own();
    cases.extend(corpus::real());
    if let Ok(only) = std::env::var("ONLY") {
        cases.retain(|case| case.name.contains(&only) || case.name == "parent");
    }
    let outcomes = std::thread::scope(|scope| {
        let running = [Builder::Legacy, Builder::Buildkit].map(|builder| scope.spawn({
            let cases = &cases;
            move || docker(builder, cases)
        }));
        running.map(|thread| thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
    });
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().flatten().collect();
    println!("{}", report::table(&outcomes));
    let faults = report::faults(&outcomes);
    assert!(faults.is_empty(), "{faults}");
}
