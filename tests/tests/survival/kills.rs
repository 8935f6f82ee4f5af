//! R19: killed with SIGKILL at random instants of whole crawls, and started
//! again until it is done. Nothing that was stored is lost, nothing is fetched
//! twice but what was in flight, and the index is that of a crawl that nobody
//! disturbed.

use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime};

use forebear_testkit::{Server, World};
use forebear_tests::Data;

use crate::eras::{Era, fetched_again, run};
use crate::worlds;

/// What the crawler may have unflushed by its own rules: what is in flight,
/// what is gathered, what is applied and waits for the disk.
const IN_FLIGHT: usize = 16 + 256 + 1_024;
/// It flushes every tenth of a second; a busy machine takes longer now and
/// then, for one kill in ten.
const FLUSHED_WITHIN: Duration = Duration::from_secs(1);
/// Paced, so that the instants are spread over the whole crawl; and not, so
/// that as much as can be is unflushed.
const RATES: [&str; 2] = ["1500/s", "none"];

struct Night {
    now: &'static str,
    world: World,
}

fn nights() -> [Night; 2] {
    [
        Night { now: "2024-12-01T03:00:00Z", world: worlds::first() },
        Night { now: "2024-12-02T03:00:00Z", world: worlds::second() },
    ]
}

/// The published index, byte for byte.
fn index(data: &Data) -> Vec<u8> {
    let folder = data.path().join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index is published");
    std::fs::read(folder.join(current.trim())).expect("the index can be read")
}

/// Numbers that no two runs share, unless `FOREBEAR_SEED` says so.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let given = std::env::var("FOREBEAR_SEED").ok().and_then(|seed| seed.parse().ok());
        let clock =
            || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64);
        let seed = given.unwrap_or_else(clock);
        say(&format!("FOREBEAR_SEED={seed}"));
        Self(seed)
    }

    /// From nothing to `most`.
    fn time(&mut self, most: Duration) -> Duration {
        // splitmix64: https://prng.di.unimi.it/splitmix64.c
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        most.mul_f64((mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64)
    }
}

/// The index of each night and how long its crawl takes.
fn undisturbed(server: &Server, nights: &[Night], rate: &str) -> (Vec<Vec<u8>>, Vec<Duration>) {
    let data = Data::new();
    let crawl = |night: &Night| {
        server.world(|world| *world = night.world.clone());
        let begun = Instant::now();
        _ = run(&data, server, &["--rate", rate, "--now", night.now], None);
        (index(&data), begun.elapsed())
    };
    nights.iter().map(crawl).unzip()
}

/// Kills at least `wanted` times.
fn check(wanted: usize) {
    let nights = nights();
    let server = Server::start(World::new());
    let undisturbed = RATES.map(|rate| undisturbed(&server, &nights, rate));
    let [(indexes, _), (unpaced, _)] = &undisturbed;
    assert!(indexes == unpaced, "the pace changes nothing");
    assert_ne!(indexes.first(), indexes.last(), "the second night differs");
    let mut chance = Chance::new();
    let (mut kills, mut crawls, mut all, mut most, mut ages) = (0, 0, 0, 0, Vec::new());
    for (rate, (indexes, lengths)) in RATES.iter().zip(&undisturbed).cycle() {
        if kills >= wanted {
            break;
        }
        crawls += 1;
        let data = Data::new();
        let mut eras: Vec<Era> = Vec::new();
        server.clear_requests();
        for ((night, length), expected) in nights.iter().zip(lengths).zip(indexes) {
            server.world(|world| *world = night.world.clone());
            loop {
                let after = chance.time(*length);
                let era = run(&data, &server, &["--rate", rate, "--now", night.now], Some(after));
                eras.push(era);
                kills += usize::from(era.killed.is_some());
                if era.killed.is_none() {
                    break;
                }
            }
            assert!(index(&data) == *expected, "crawl {crawls}, {}: another index after {kills} kills", night.now);
        }
        let again = fetched_again(&server.requests(), &eras);
        assert!(again.most <= IN_FLIGHT, "{again:?} is more than can be in flight");
        all += again.all;
        most = most.max(again.most);
        ages.extend(again.oldest);
    }
    let late = ages.iter().filter(|age| **age > FLUSHED_WITHIN).count();
    assert!(late <= ages.len() / 10, "{late} of {kills} kills lost what should have been on the disk: {ages:?}");
    let line = format!(
        "{kills} kills in {crawls} crawls of two nights: {all} digests fetched again, at most {most} for one kill, \
         answered at most {} ms before it; every index as undisturbed",
        ages.iter().max().map_or(0, Duration::as_millis)
    );
    say(&line);
}

/// Past the harness's capture: it is what the run was for.
fn say(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

#[test]
fn r19_a_dozen_kills_lose_nothing() {
    check(12);
}

#[test]
#[ignore = "minutes; make test-slow"]
fn slow_r19_two_hundred_kills_lose_nothing() {
    check(200);
}
