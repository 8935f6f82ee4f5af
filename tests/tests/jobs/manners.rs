//! First contact: what a slip of a finger leads to, and what can be known before
//! anything is sent.

use forebear_testkit::{Fault, Matcher, Server, Times};
use serde_json::json;

use super::{job, place, state, text, world};
use forebear_tests::Data;

/// Who only reads makes no folder.
#[test]
fn p585_a_typo_in_data_makes_nothing() {
    let data = Data::new();
    let typo = data.path().join("typo");
    for command in [&["status"][..], &["publish"], &["failures"], &["store", "check"], &["status", "forget", "x"]] {
        let told = data.crawl(&[command, &["--data", text(&typo)]].concat()).expect_code(2).stderr;
        assert_eq!(told, format!("error: no such folder: {}\n", typo.display()), "{command:?}");
        assert!(!typo.exists(), "{command:?}");
    }
    // One level off is told too.
    for command in [&["publish"][..], &["failures"], &["store", "check"]] {
        let told = data.crawl(command).expect_code(2).stderr;
        let expected =
            format!("error: there is no store in {}; 'forebear-crawl run' makes one\n", data.path().display());
        assert_eq!(told, expected, "{command:?}");
        assert_eq!(std::fs::read_dir(data.path()).expect("a folder").count(), 0, "{command:?}");
    }
    let told = data.crawl(&["schedule", text(&typo)]).expect_code(2).stderr;
    assert_eq!(told, format!("error: no such folder: {}\n", typo.display()));
}

/// What a flag beside a job file says holds, or is refused.
#[test]
fn p586_flags_beside_a_job_file() {
    let (server, data, jobs) = place(3);
    let file = job(&jobs, "j", "", &server.host(), "rate = \"none\"");
    _ = data.crawl(&["run", text(&file), "--rate", "40/s", "--concurrency", "2"]).expect_code(0);
    let pace = &state(&data, "j")["pace"];
    assert_eq!((&pace["rate"], &pace["concurrency"]), (&json!("40/s"), &json!(2)));
    _ = data.crawl(&["run", text(&file)]).expect_code(0);
    let pace = &state(&data, "j")["pace"];
    assert_eq!((&pace["rate"], &pace["concurrency"]), (&json!("none"), &json!(8)));
    let others = [
        (&["--repo", "library/base"][..], "--repo", "select.repositories"),
        (&["--tag", "1"], "--tag", "select.tags"),
        (&["--platform", "linux/amd64"], "--platform", "select.platforms"),
        (&["--provenance"], "--provenance", "select.provenance"),
        (&["--name-as", "quay.io"], "--name-as", "registry.name_as"),
    ];
    server.clear_requests();
    for (flags, flag, key) in others {
        let told = data.crawl(&[&["run", text(&file)], flags].concat()).expect_code(2).stderr;
        assert_eq!(told, format!("error: {flag} cannot be used with a job file; set {key} in {}\n", file.display()));
    }
    assert_eq!(server.requests().len(), 0);
}

/// A run that is refused, or that led nowhere, is no job.
#[test]
fn p587_a_typo_of_a_run_leaves_no_job() {
    let data = Data::new();
    for (arguments, part) in [
        (&["--registry", "https://hub.docker.com/_/alpine"][..], "is not a registry: give its host alone"),
        (&["--registry", "r.example", "--rate", "none"], "rate none is for loopback registries only"),
        (&["--registry", "127.0.0.1:1", "--repo", "["], "is not a glob"),
        (&["--registry", "127.0.0.1:1", "--platform", "linux/amd46"], "did you mean linux/amd64?"),
    ] {
        let told = data.crawl(&[&["run"], arguments].concat()).expect_code(2).stderr;
        assert!(told.contains(part), "{told}");
        assert_eq!(std::fs::read_dir(data.path()).expect("a folder").count(), 0, "{arguments:?}");
    }
    _ = data.crawl(&["run", "--registry", "127.0.0.1:1"]).expect_code(2);
    assert_eq!(data.crawl(&["status", "--format", "json"]).json()["jobs"], json!([]));
    assert!(!std::fs::read_to_string(data.path().join("metrics.prom")).unwrap_or_default().contains("127.0.0.1:1"));
}

/// A selection that matches nothing is told, and what was meant, perhaps.
#[test]
fn p588_a_job_that_matches_nothing() {
    let server = Server::start(world(3));
    let host = server.host();
    let run =
        |more: &[&str]| Data::new().crawl(&[&["run", "--registry", &host, "--name-as", "docker.io"], more].concat());
    let typo = run(&["--repo", "libary/*", "--repo", "acme/ap*x"]).expect_code(3).stdout;
    let meant = "  warning: libary/*: matches none of the 2 repositories that are listed; did you mean library/*?\n";
    assert!(typo.contains(meant), "{typo}");
    assert!(typo.contains("  warning: acme/ap*x: matches none of the 2 repositories that are listed\n"), "{typo}");
    assert!(!typo.contains("nothing has changed"), "{typo}");
    let tags = run(&["--tag", "nope*"]).expect_code(3).stdout;
    assert!(tags.contains("  warning: selection: none of the tags of 2 repositories is selected\n"), "{tags}");
    let platform = run(&["--platform", "linux/s390x"]).expect_code(3).stdout;
    let told = "  warning: selection: none of the images of 4 tags is of a platform that is selected\n";
    assert!(platform.contains(told), "{platform}");
    // One of two that matches is a warning.
    let half = run(&["--repo", "library/*", "--repo", "acne/*"]).expect_code(0).stdout;
    assert!(half.contains("  warning: acne/*: matches none of the 2 repositories"), "{half}");
    let all = run(&["--repo", "*"]).expect_code(0).stdout;
    assert!(!all.contains("warning"), "{all}");
}

/// What a run would ask is known before it does.
#[test]
fn p589_a_dry_run_keeps_nothing() {
    let (server, data, jobs) = place(3);
    let file = job(&jobs, "j", "", &server.host(), "");
    let dry = data.crawl(&["run", text(&file), "--dry-run", "--format", "json"]).expect_code(0).json();
    let got = |key: &str| dry[0][key].as_u64();
    assert_eq!((got("repositories"), got("tags"), got("tags_new")), (Some(2), Some(4), Some(4)));
    // A ping, the catalog, two lists; four HEADs; four manifests and configs.
    assert_eq!((got("requests_for_lists"), got("requests_at_least")), (Some(4), Some(16)));
    assert!(!data.path().join("store").exists() && !data.path().join("state").exists());
    assert!(server.requests().iter().all(|request| !request.path.contains("/manifests/")));
    server.clear_requests();
    _ = data.crawl(&["run", text(&file)]).expect_code(0);
    assert_eq!(server.requests().len(), 16);
    let known = data.crawl(&["run", text(&file), "--dry-run", "--format", "json"]).expect_code(0).json();
    assert_eq!((&known[0]["tags_new"], &known[0]["requests_at_least"]), (&json!(0), &json!(8)));
}

#[test]
fn p590_job_files_are_checked_and_jobs_forgotten() {
    let (server, data, jobs) = place(1);
    let good = job(&jobs, "good", "0 3 * * *", &server.host(), "");
    let bad = job(&jobs, "bad", "", &server.host(), "auth = \"nobody\"");
    let told = data.crawl(&["validate", text(&good)]).expect_code(0).stdout;
    assert_eq!(told.trim_end(), format!("good: valid; all repositories of {}, 0 3 * * * UTC", server.host()));
    let refused = data.crawl(&["validate", text(&good), text(&bad)]).expect_code(2).stderr;
    assert!(refused.contains("bad.toml:") && refused.contains("nobody"), "{refused}");
    assert_eq!(server.requests().len(), 0);
    _ = data.crawl(&["run", text(&good)]).expect_code(0);
    assert!(data.crawl(&["status", "good"]).expect_code(0).stdout.contains("\ngood   "));
    let none = data.crawl(&["status", "bad"]).expect_code(2).stderr;
    assert_eq!(none, "error: no job 'bad' is known here; there are good\n");
    _ = data.crawl(&["status", "forget", "good"]).expect_code(0);
    assert_eq!(data.crawl(&["status", "--json"]).expect_code(0).json()["jobs"], json!([]));
    assert!(!std::fs::read_to_string(data.path().join("metrics.prom")).expect("metrics").contains("job=\"good\""));
    _ = data.crawl(&["status", "forget", "good"]).expect_code(2);
}

/// A crawl that is done has nothing left, whatever came twice on the way.
#[test]
fn p591_done_is_done() {
    let (server, data, jobs) = place(40);
    let file = job(&jobs, "j", "", &server.host(), "");
    _ = data.crawl(&["run", text(&file)]).expect_code(0);
    assert_eq!(state(&data, "j")["frontier"]["open"], json!(0));
    let metrics = std::fs::read_to_string(data.path().join("metrics.prom")).expect("metrics");
    assert!(
        metrics.lines().any(|line| line.starts_with("forebear_crawl_open_tasks{") && line.ends_with(" 0")),
        "{metrics}"
    );
    assert!(!data.crawl(&["status"]).expect_code(0).stdout.contains(" left"));
}

/// Failures can be read where nothing may be written.
#[test]
fn p592_failures_of_a_read_only_folder() {
    let (server, data, jobs) = place(1);
    server.fault(Matcher::get("/acme/app/manifests/sha256:"), Fault::status(500, "UNKNOWN"), Times::Always);
    let file = job(&jobs, "j", "", &server.host(), "");
    _ = data.crawl(&["run", text(&file)]).expect_code(3);
    // As whoever holds the lock makes it: nobody else gets it.
    let lock = std::fs::File::open(data.path().join("state/lock")).expect("a lock");
    lock.lock().expect("locked");
    let told = data.crawl(&["failures"]).expect_code(0);
    assert!(
        told.stderr.contains("a crawler works here; these are as of ") && told.stdout.contains("acme/app"),
        "{told:?}"
    );
}

/// Logs are sentences without escape codes; RUST_LOG and `-v` say how many.
#[test]
fn p593_logs_say_as_much_as_is_asked_for() {
    let (server, data, jobs) = place(1);
    server.fault(Matcher::head("/acme/app/manifests/"), Fault::status(500, "UNKNOWN"), Times::Once);
    let file = job(&jobs, "j", "", &server.host(), "");
    let run = |more: &[&str], log: Option<&str>| {
        let mut command = data.command("forebear-crawl", &[&["run", text(&file)], more].concat());
        log.iter().for_each(|log| _ = command.env("RUST_LOG", log));
        forebear_tests::run(&mut command, "").expect_code(0).stderr
    };
    let debug = run(&["-vv"], None);
    assert!(debug.contains("debug: forebear_registry::") && !debug.contains('\u{1b}'), "{debug}");
    assert!(run(&[], Some("forebear_crawl=trace,forebear_registry=debug")).lines().count() >= 1);
    assert_eq!(run(&["-q"], None), "");
}

/// Every command has its manual page, and every shell its completions.
#[test]
fn p594_manual_pages_and_completions() {
    let data = Data::new();
    for command in
        ["run", "schedule", "validate", "status", "publish", "failures", "store", "store check", "status forget"]
    {
        let arguments: Vec<&str> = ["man"].into_iter().chain(command.split(' ')).collect();
        let page = data.crawl(&arguments).expect_code(0).stdout;
        let name = format!("forebear-crawl-{}", command.replace(' ', "-"));
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        let has_examples = page.contains(".SH EXAMPLES\n.nf\n  $ forebear\\-crawl ");
        // Commands of a command have theirs on its page.
        assert!(has_examples || command.contains(' '), "{page}");
    }
    let whole = data.crawl(&["man"]).expect_code(0).stdout;
    assert!(whole.contains("forebear\\-crawl\\-run(1)"), "{whole}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(data.crawl(&["completions", shell]).expect_code(0).stdout.contains("forebear-crawl"), "{shell}");
    }
    _ = data.crawl(&["man", "nope"]).expect_code(2);
}
