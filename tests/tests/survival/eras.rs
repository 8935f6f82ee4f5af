//! A crawl as a sequence of processes, each of which ends by itself or is
//! killed, and what each of them asked the registry for.

use std::collections::HashMap;
use std::fs::File;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::Server;
use forebear_testkit::server::Recorded;
use forebear_tests::Data;

/// Longer than any of these crawls takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// One process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Era {
    /// When it was sent its SIGKILL; `None` if it had ended before.
    pub(crate) killed: Option<Instant>,
    /// When it was over, and nothing of it was on its way any more.
    pub(crate) over: Instant,
}

/// Runs a crawl once, and kills it after this time unless it has ended.
#[track_caller]
pub(crate) fn run(data: &Data, server: &Server, arguments: &[&str], kill_after: Option<Duration>) -> Era {
    let log = data.path().join("stderr");
    let host = server.host();
    let all = [&["run", "--registry", &host, "--name-as", "docker.io", "--quiet"], arguments].concat();
    let mut command = data.command("forebear-crawl", &all);
    let stderr = File::create(&log).expect("the folder can be written to");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().expect("it starts");
    let killed = match kill_after {
        Some(after) => kill(&mut child, after),
        None => None,
    };
    let code = wait(&mut child);
    if killed.is_none() {
        assert_eq!(code, Some(0), "{}", std::fs::read_to_string(&log).unwrap_or_default());
    }
    settle(server);
    Era { killed, over: Instant::now() }
}

fn kill(child: &mut Child, after: Duration) -> Option<Instant> {
    let deadline = Instant::now() + after;
    while Instant::now() < deadline {
        if child.try_wait().expect("it can be asked").is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(1).min(deadline.saturating_duration_since(Instant::now())));
    }
    let now = Instant::now();
    child.kill().expect("it can be killed");
    let by_signal = child.wait().expect("it has ended").code().is_none();
    by_signal.then_some(now)
}

fn wait(child: &mut Child) -> Option<i32> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    drop(child.kill());
    panic!("the crawl did not end in {PATIENCE:?}");
}

/// Requests that a killed process had sent may still be read by the server.
fn settle(server: &Server) {
    let mut before = usize::MAX;
    loop {
        let now = server.requests().len();
        if now == before {
            return;
        }
        before = now;
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// What was fetched again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Again {
    /// The most digests that one kill cost.
    pub(crate) most: usize,
    /// All of them.
    pub(crate) all: usize,
    /// For each kill, the longest that a digest had been answered for when the
    /// kill lost it.
    pub(crate) oldest: Vec<Duration>,
}

/// Counts digests that were fetched more than once. Each must have been asked
/// for by a process that was killed afterwards.
///
/// # Panics
/// When one process fetched a digest twice, or one that ended by itself had
/// fetched it.
#[track_caller]
pub(crate) fn fetched_again(requests: &[Recorded], eras: &[Era]) -> Again {
    let mut last: HashMap<&str, (usize, &Recorded)> = HashMap::new();
    let mut lost = vec![0_usize; eras.len()];
    let mut oldest = vec![Duration::ZERO; eras.len()];
    let mut again = Again::default();
    for request in requests.iter().filter(|request| request.method == "GET") {
        let Some(at) = request.path.find("sha256:") else { continue };
        let digest = request.path.get(at..).expect("found there");
        let era = eras.iter().position(|era| request.arrival <= era.over).expect("requests are made by processes");
        if let Some((before, first)) = last.insert(digest, (era, request)) {
            assert!(before < era, "{digest} fetched twice by one process: {first:?}, {request:?}");
            let Some(killed) = eras.get(before).and_then(|era| era.killed) else {
                panic!("{digest} was fetched by a process that ended by itself, and again: {first:?}, {request:?}");
            };
            *lost.get_mut(before).expect("an era") += 1;
            let answered = first.finished.unwrap_or(killed);
            let oldest = oldest.get_mut(before).expect("an era");
            *oldest = killed.saturating_duration_since(answered).max(*oldest);
        }
    }
    again.most = lost.iter().copied().max().unwrap_or_default();
    again.all = lost.iter().sum();
    again.oldest = oldest.into_iter().zip(eras).filter(|(_, era)| era.killed.is_some()).map(|(age, _)| age).collect();
    again
}
