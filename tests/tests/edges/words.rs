//! What goes wrong is told once, in words, and leaves nothing behind.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use forebear_ask::Form;
use forebear_testkit::{Fault, Matcher, Server, Times};
use forebear_tests::Data;

use super::world;

/// The system's numbers are for programs, and a path is told once.
#[test]
fn p733_the_system_is_told_in_words() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    #[track_caller]
    fn check(data: &Data, program: &str, arguments: &[&str], expected: &str) {
        let ran = forebear_tests::run(&mut data.command(program, arguments), "").expect_code(2);
        assert_eq!(ran.stderr, format!("error: {expected}\n"), "{arguments:?}");
    }
    for form in Form::all().map(Form::name) {
        let image = format!("{form}:/nope.tar");
        check(&data, "forebear", &["parent", &image], "cannot read /nope.tar: no such file or folder");
    }
    check(&data, "forebear", &["check", "app", "--approved", "/nope"], "/nope: no such file or folder");
    check(&data, "forebear-crawl", &["run", "/nope.toml"], "/nope.toml: no such file or folder");
    check(&data, "forebear-crawl", &["validate", "/nope.toml"], "/nope.toml: no such file or folder");
    let refused = data.query(&["parent", "docker://127.0.0.1:1/app"]).expect_code(2).stderr;
    assert!(
        refused.starts_with(
            "error: GET http://127.0.0.1:1/v2/app/manifests/latest: no connection (connection refused) after 4 tries"
        ),
        "{refused}"
    );
}

/// A run that is refused makes nothing: not what was missing, and nothing beside what was there.
#[test]
fn p734_a_refused_run_leaves_nothing_behind() {
    let folder = Data::new();
    let (new, own) = (folder.path().join("a/b"), folder.path().join("own"));
    std::fs::create_dir(&own).expect("a folder");
    std::fs::write(own.join("mine"), "x").expect("a file");
    for data in [&new, &own] {
        let data = data.display().to_string();
        for more in [&["--registry", "127.0.0.1:1"][..], &["--registry", "127.0.0.1:1", "--auth", "docker-config"]] {
            _ = folder.crawl(&[&["run", "--data", &data], more].concat()).expect_code(2);
        }
    }
    assert!(!folder.path().join("a").exists());
    let left: Vec<_> = std::fs::read_dir(&own).expect("it is there").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["mine"]);
    // What was crawled stays, whatever comes of the next run.
    let server = Server::start(world());
    _ = folder.crawl_hub(&server.host(), &[]);
    _ = folder.crawl(&["run", "--registry", "127.0.0.1:1"]).expect_code(2);
    _ = folder.query(&["parent", "acme/app:1"]).expect_code(0);
}

/// An index of an older format is read, and whoever asks is told.
#[test]
fn p740_an_index_of_an_older_format_is_told() {
    let file = |version: u32| {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/forebear-index/tests/fixtures");
        format!("{fixtures}/v{version}.forebear")
    };
    let data = Data::new();
    let ran = data.query(&["ls", "--index", &file(2)]).expect_code(0);
    let expected = format!(
        "note: {} is in index format 2, of an older forebear; 'forebear-crawl publish' writes it in format 3\n",
        file(2)
    );
    assert_eq!(ran.stderr, expected);
    assert_eq!(data.query(&["ls", "--index", &file(2), "--quiet"]).expect_code(0).stderr, "");
    assert_eq!(data.query(&["ls", "--index", &file(3)]).expect_code(0).stderr, "");
}

/// Answers each connection with `greeting` and hangs up.
fn server(greeting: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            _ = stream.read(&mut [0; 4096]);
            _ = stream.write_all(greeting);
        }
    });
    host
}

/// What a server of TLS says to who cannot go on, and what is no registry at all.
#[test]
fn p739_a_handshake_that_fails_is_told_in_words() {
    let data = Data::new();
    let told = |host: &str| data.live(&["parent", &format!("docker://{host}/app")]).expect_code(2).stderr;
    // An alert, "handshake failure", whatever comes.
    let alert = told(&server(&[21, 3, 3, 0, 2, 2, 40]));
    assert!(alert.contains("something else listens there, or a registry that speaks TLS"), "{alert}");
    let https = data.crawl(&["run", "--registry", &format!("https://{}", server(&[21, 3, 3, 0, 2, 2, 40]))]);
    let https = https.expect_code(2).stderr;
    assert!(
        https.contains(
            "no secure connection (the server ended the TLS handshake: it has no cipher in common with this client)"
        ),
        "{https}"
    );
    let hung_up = data.crawl(&["run", "--registry", &format!("https://{}", server(b""))]).expect_code(2).stderr;
    assert!(hung_up.contains("no secure connection (the server hung up during the TLS handshake)"), "{hung_up}");
}

/// The first signal is answered at once, in words, also where no terminal reads.
#[test]
fn p742_what_is_waited_for_is_told_at_the_first_signal() {
    let server = Server::start(world());
    server.fault(Matcher::path("/manifests/"), Fault::StallBeforeHeaders, Times::Always);
    let data = Data::new();
    let mut command = data.command("forebear-crawl", &["run", "--registry", &server.host()]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
    assert_eq!(lines.next(), Some(format!("asking {} anonymously", server.host())));
    while !server.requests().iter().any(|request| request.path.contains("/manifests/")) {
        std::thread::yield_now();
    }
    let signal = |name: &str| Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(signal("-INT").success());
    let told = lines.next().expect("it is told");
    assert!(told.starts_with("stopping") && told.ends_with("Ctrl-C again stops now"), "{told}");
    assert!(signal("-INT").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
