//! Whom a registry is asked as, and that nobody else hears of it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use forebear_testkit::server::Bearer;
use forebear_testkit::{Fault, Matcher, Options, Server, Times};
use forebear_tests::{Data, Ran, run};

use super::world;

const ACCOUNT: (&str, &str) = ("amy", "hunter2/and+more");
/// `amy:hunter2/and+more` in base64.
const BASIC: &str = "YW15Omh1bnRlcjIvYW5kK21vcmU=";

const HINT: &str = "hint: log in with 'docker login' or 'podman login', or set FOREBEAR_USERNAME and FOREBEAR_PASSWORD \
                    and use --auth env; many registries offer no catalog even so\n";

fn private(bearer: bool) -> Server {
    let account = Some((ACCOUNT.0.to_owned(), ACCOUNT.1.to_owned()));
    let options = match bearer {
        true => Options { bearer: Some(Bearer { account, ..Bearer::default() }), ..Options::default() },
        false => Options { basic: account, ..Options::default() },
    };
    Server::start_with(world(), options)
}

fn docker_config(data: &Data, text: &str) {
    let folder = data.path().join("docker");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("config.json"), text).expect("written");
}

fn with_account(mut command: Command) -> Ran {
    run(command.env("FOREBEAR_USERNAME", ACCOUNT.0).env("FOREBEAR_PASSWORD", ACCOUNT.1), "")
}

/// `docker://` asks as `docker login` left it for that registry, and for no other.
#[test]
fn p429_a_private_registry_can_be_asked() {
    for bearer in [false, true] {
        let server = private(bearer);
        let data = Data::new();
        let live = format!("docker://{}/acme/app:1", server.host());
        let ask = |more: &[&str]| data.command("forebear", &[&["verify", &live, "--format", "json"], more].concat());
        // Nobody is logged in, or elsewhere only. A helper is asked for what is wanted.
        let refuses = |mut command: Command| {
            let told = run(&mut command, "").expect_code(2).stderr;
            assert!(
                told.contains("/v2/acme/app/manifests/1: authentication is required (") && told.ends_with(HINT),
                "{told}"
            );
        };
        refuses(ask(&[]));
        docker_config(
            &data,
            &format!(
                r#"{{"auths": {{"127.0.0.1:1": {{"auth": "{BASIC}"}}}}, "credHelpers": {{"127.0.0.1:1": "none"}}}}"#
            ),
        );
        server.clear_requests();
        refuses(ask(&[]));
        let given: Vec<String> = server.requests().into_iter().filter_map(|request| request.authorization).collect();
        assert!(given.iter().all(|given| given.starts_with("Bearer")), "{given:?}");
        docker_config(&data, &format!(r#"{{"auths": {{"{}": {{"auth": "{BASIC}"}}}}}}"#, server.host()));
        for more in [&[][..], &["--auth", "default"], &["--auth", "docker-config"]] {
            assert_eq!(run(&mut ask(more), "").expect_code(0).json()["intact"], true);
        }
        refuses(ask(&["--auth", "none"]));
        docker_config(&data, "{}");
        assert_eq!(with_account(ask(&["--auth", "env"])).json()["intact"], true);
    }
}

/// Everything that a program said or left behind.
fn left(data: &Data, ran: &Ran) -> Vec<(String, Vec<u8>)> {
    let mut left = vec![
        ("stdout".to_owned(), ran.stdout.clone().into_bytes()),
        ("stderr".to_owned(), ran.stderr.clone().into_bytes()),
    ];
    let mut open = vec![data.path().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path => left.push((path.display().to_string(), std::fs::read(&path).expect("a file"))),
            }
        }
    }
    left
}

#[track_caller]
fn assert_kept(data: &Data, ran: &Ran, secrets: &[&str]) {
    for (place, bytes) in left(data, ran) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {place}: {text}");
        }
    }
}

/// Some servers repeat the request in their error. Reports, states, the store and
/// logs are for everybody.
#[test]
fn p430_what_was_sent_does_not_come_back_in_a_registrys_words() {
    let secrets = [ACCOUNT.1, BASIC, BASIC.trim_end_matches('='), "hunter2%2Fand%2Bmore"];
    let cases = [
        (403, false, "/manifests/"),
        (401, false, "/tags/"),
        (500, false, "/blobs/"),
        (418, true, "/manifests/"),
        (400, true, "/token"),
    ];
    for (status, bearer, path) in cases {
        let server = private(bearer);
        server.fault(Matcher::path(path), Fault::Echo(status), Times::Always);
        let data = Data::new();
        let host = server.host();
        let arguments = ["run", "--registry", &host, "--auth", "env", "--rate", "none", "--format", "json"];
        let mut command = data.command("forebear-crawl", &arguments);
        command.env("FOREBEAR_LOG", "trace");
        let ran = with_account(command);
        assert_ne!(ran.code, 0);
        let sent = server.requests().into_iter().filter_map(|request| request.authorization);
        let tokens: Vec<String> = sent.filter_map(|sent| sent.strip_prefix("Bearer ").map(str::to_owned)).collect();
        let all: Vec<&str> = secrets.into_iter().chain(tokens.iter().map(String::as_str)).collect();
        assert_kept(&data, &ran, &all);
        let live = format!("docker://{host}/acme/app:1");
        assert_kept(&data, &with_account(data.command("forebear", &["verify", &live, "--auth", "env"])), &all);
        if path == "/manifests/" && status == 403 && !bearer {
            let failures = data.crawl(&["failures", "--format", "json"]).json();
            let message = failures[0]["message"].as_str().expect("a message");
            assert!(message.contains("not allowed (403 DENIED: you sent Basic … (…))"), "{message}");
        }
    }
}

/// A helper that failed may have said what it was asked for all the same.
#[test]
fn p431_what_a_failed_helper_said_is_not_shown_where_it_may_be_a_secret() {
    let server = private(false);
    let data = Data::new();
    let helpers = data.path().join("helpers");
    std::fs::create_dir(&helpers).expect("a folder");
    docker_config(&data, r#"{"credsStore": "leaky"}"#);
    let says = |script: &str| {
        let helper = helpers.join("docker-credential-leaky");
        std::fs::write(&helper, format!("#!/bin/sh\n{script}\n")).expect("written");
        std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).expect("its mode");
        let live = format!("docker://{}/acme/app:1", server.host());
        let mut command = data.command("forebear", &["verify", &live]);
        let path = std::env::var("PATH").unwrap_or_default();
        run(command.env("PATH", format!("{}:{path}", Path::new(&helpers).display())), "").expect_code(2).stderr
    };
    let before = "error: auth = \"default\" (\"none\" asks anonymously): docker-credential-leaky";
    let hidden = format!("{before} failed, and what it said may hold a secret, so that it is not shown\n");
    assert_eq!(says(r#"echo '{"Username":"amy","Secret":"hunter2"}'; exit 1"#), hidden);
    assert_eq!(says(r#"echo 'panic: {"Secret":"hunter2'; exit 1"#), hidden);
    assert_eq!(says("echo the keychain is locked; exit 1"), format!("{before} failed: the keychain is locked\n"));
    assert_eq!(says("exec cat /dev/zero"), format!("{before} said more than 65536 bytes, and was ended\n"));
}

/// A registry's word on an account is still its word.
#[test]
fn p432_a_refused_account_is_told_as_that() {
    let server = private(true);
    let data = Data::new();
    docker_config(&data, &format!(r#"{{"auths": {{"{}": {{"auth": "YW15Omh1bnRlcjI="}}}}}}"#, server.host()));
    let live = format!("docker://{}/acme/app:1", server.host());
    let ran = data.query(&["verify", &live, "--format", "json"]).expect_code(2);
    let told = "the registry rejected the credentials of user 'amy' (the token server said 401)";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}
