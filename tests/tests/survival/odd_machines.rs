//! Machines that are too small, whose clock is wrong, or that do not let write: a
//! sentence, and well again afterwards.

use std::path::PathBuf;
use std::process::Command;

use forebear_testkit::Server;
use forebear_testkit::real::{have, skipped};
use forebear_tests::{Data, Ran, binary, run};

use crate::worlds;

/// Runs the crawler under a limit of the shell's.
fn limited(data: &Data, limit: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new("bash");
    command.args(["-c", &format!("ulimit {limit}; exec \"$@\""), "bash"]).arg(binary("forebear-crawl"));
    command.args(arguments).env("FOREBEAR_DATA", data.path()).env_remove("FOREBEAR_LOG");
    run(&mut command, "")
}

#[track_caller]
fn assert_told(ran: &Ran, sentence: &str) {
    assert_eq!(ran.code, 2, "{ran:?}");
    let is_error = |line: &str| line.starts_with("error: ") && line.contains(sentence);
    assert!(ran.stderr.lines().any(is_error) && !ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn p465_too_few_files_are_a_sentence() {
    let (server, data) = (Server::start(worlds::first()), Data::new());
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    for command in [&arguments[..], &["publish"], &["failures"]] {
        let ran = limited(&data, "-n 8", command);
        assert_told(&ran, "more files, and needs 64: raise 'ulimit -n': too many open files");
    }
    assert!(server.requests().is_empty());
    _ = limited(&data, "-n 8", &["status"]).expect_code(0);
    _ = data.crawl(&arguments).expect_code(0);
}

/// The shell's stack is not the one that is used.
#[test]
fn p465_a_small_stack_is_enough() {
    let (server, data) = (Server::start(worlds::first()), Data::new());
    let host = server.host();
    _ = limited(&data, "-s 64", &["run", "--registry", &host, "--name-as", "docker.io"]).expect_code(0);
}

/// However little memory there is: it is said, or the process aborts as Rust has it
/// do, and the next one is well.
#[test]
fn p465_a_small_address_space_is_no_panic() {
    let (server, data) = (Server::start(worlds::first()), Data::new());
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    for kib in [40_000, 100_000, 150_000, 250_000, 400_000] {
        let ran = limited(&data, &format!("-v {kib}"), &arguments);
        // A thread that has just begun, whoever began it, has a stack for signals made by
        // Rust's own library, which knows no other way out.
        let panics = ran.stderr.lines().filter(|line| line.contains("panicked at"));
        let ours: Vec<&str> = panics.filter(|line| !line.contains("/library/std/src/sys/")).collect();
        assert!(ours.is_empty(), "{kib}: {ran:?}");
        // -1: by a signal. 127: it was not even loaded.
        assert!([0, 2, -1, 127].contains(&ran.code), "{kib}: {ran:?}");
    }
    _ = data.crawl(&arguments).expect_code(0);
}

/// A library that has the clock read what the environment says.
fn clock(data: &Data) -> Option<PathBuf> {
    let (source, library) = (data.path().join("clock.c"), data.path().join("clock.so"));
    let text = r#"#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, time);
    if (clock == CLOCK_REALTIME) time->tv_sec = atoll(getenv("CLOCK_READS"));
    return done;
}
"#;
    std::fs::write(&source, text).expect("the folder can be written to");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    built.is_ok_and(|status| status.success()).then_some(library)
}

#[test]
fn p466_clocks_that_are_out_of_reach_are_a_sentence() {
    if !have("cc") {
        return skipped("there is no C compiler to set a clock with");
    }
    let (server, data, tools) = (Server::start(worlds::first()), Data::new(), Data::new());
    let Some(library) = clock(&tools) else { return skipped("a clock cannot be set here") };
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    for (reads, sentence) in [("-86400", "before 1970"), ("300000000000", "after the year 9999")] {
        for command in [&arguments[..], &["publish"], &["failures"], &["status"]] {
            let mut command = data.command("forebear-crawl", command);
            let ran = run(command.env("LD_PRELOAD", &library).env("CLOCK_READS", reads), "");
            assert_told(&ran, &format!("this machine's clock reads a time {sentence}: set it, then run this again"));
        }
    }
    assert!(server.requests().is_empty());
    _ = data.crawl(&arguments).expect_code(0);
}

/// What cannot be written for others to read is told; what was crawled is stored, and
/// the next run goes on.
#[test]
fn p467_what_cannot_be_written_beside_the_store_is_told() {
    let server = Server::start(worlds::first());
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    let check = |name: &str, is_folder: bool, doing: &str| {
        let data = Data::new();
        let place = data.path().join(name);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        // Something that nobody can put a file in the place of.
        match is_folder {
            true => std::fs::create_dir_all(place.join("x")).expect("a folder"),
            false => std::fs::write(&place, "").expect("a file"),
        }
        let ran = data.crawl(&arguments);
        assert_told(&ran, &format!("can't {doing} {}", place.display()));
        let sentence = "what was crawled is stored; make room there, or let it be written, and the next run goes on";
        assert!(ran.stderr.contains(sentence), "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("error: ").count(), 1, "{}", ran.stderr);
        assert!(data.path().join("index/CURRENT").exists());
        match is_folder {
            true => std::fs::remove_dir_all(&place).expect("it can be removed"),
            false => std::fs::remove_file(&place).expect("it can be removed"),
        }
        server.clear_requests();
        _ = data.crawl(&arguments).expect_code(0);
        assert!(!server.requests().iter().any(|request| request.path.contains("/blobs/")), "it is stored");
    };
    let job = format!("state/job-cli-{}.json", host.replace(':', "-"));
    check("metrics.prom", true, "write");
    check("state/failures.json", true, "write");
    check(&job, true, "write");
    check("reports", false, "create");
}

#[test]
fn p468_an_index_that_cannot_be_written_is_told() {
    let (server, data) = (Server::start(worlds::first()), Data::new());
    let host = server.host();
    let index = data.path().join("index");
    std::fs::write(&index, "").expect("a file");
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io"];
    for command in [&arguments[..], &["publish"]] {
        let ran = data.crawl(command);
        let sentence =
            format!("the index in {} could not be written; the one in force, if there is one, stays", index.display());
        assert_told(&ran, &sentence);
        assert!(ran.stderr.contains("hint: make room there, or let it be written, then run 'forebear-crawl publish'"));
    }
    std::fs::remove_file(&index).expect("it can be removed");
    _ = data.crawl(&["publish"]).expect_code(0);
}
