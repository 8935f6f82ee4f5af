//! Output that could not be written was not written; and that nobody reads any
//! more is no error, but the end.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::Server;
use forebear_tests::Data;

use super::world;

const UNWRITTEN: &str = "error: standard output could not be written, so the answer is not whole: \
                         no space left on device\n";

/// Every command that prints, as it succeeds on a crawled registry.
fn commands(server: &Server, data: &Data) -> Vec<(&'static str, Vec<String>)> {
    std::fs::write(data.path().join("approved"), "base\n").expect("written");
    let approved = data.path().join("approved").display().to_string();
    let live = format!("docker://{}/acme/app:1", server.host());
    let digest = server.world(|world| world.resolve("acme/app:1")).expect("an app").to_string();
    let query = [
        vec!["parent", "acme/app:1"],
        vec!["parent", "acme/app:1", "--format", "labels"],
        vec!["lineage", "acme/app:1"],
        vec!["layers", "acme/app:1"],
        vec!["layers", &live, "--files"],
        vec!["dockerfile", "acme/app:1"],
        vec!["children", "base:1", "--format", "json"],
        vec!["diff", "base:1", "acme/app:1"],
        vec!["check", "acme/app:1", "--approved", &approved],
        vec!["find", &digest],
        vec!["verify", &live],
        vec!["stats", "--format", "json"],
        vec!["index", "verify"],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["--help"],
        vec!["parent", "--help"],
        vec!["--version"],
    ];
    let host = server.host();
    let crawl = [
        vec!["run", "--registry", &host, "--name-as", "docker.io"],
        vec!["run", "--registry", &host, "--name-as", "docker.io", "--format", "json"],
        vec!["publish"],
        vec!["publish", "--format", "json"],
        vec!["status"],
        vec!["status", "--format", "json"],
        vec!["failures"],
        vec!["failures", "--format", "json"],
        vec!["--help"],
        vec!["--version"],
    ];
    let owned = |arguments: Vec<&str>| arguments.into_iter().map(str::to_owned).collect();
    let query = query.into_iter().map(|arguments| ("forebear", owned(arguments)));
    query.chain(crawl.into_iter().map(|arguments| ("forebear-crawl", owned(arguments)))).collect()
}

fn crawled() -> (Server, Data) {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (server, data)
}

/// `/dev/full` takes nothing, as a disk without room.
#[test]
fn p420_a_full_disk_is_an_error_of_every_command() {
    let (server, data) = crawled();
    for (program, arguments) in commands(&server, &data) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let mut command = data.command(program, &arguments);
        let output = command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{program} {arguments:?}: {stderr}");
        assert!(stderr.ends_with(UNWRITTEN), "{program} {arguments:?}: {stderr}");
    }
    // JSON Lines too.
    let full = File::options().write(true).open("/dev/full").expect("/dev/full");
    let mut command = data.command("forebear", &["parent", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped()).spawn().expect("it starts");
    _ = child.stdin.take().expect("piped").write_all(b"acme/app:1\nbase:1\n");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(2), UNWRITTEN));
}

#[test]
fn p421_a_closed_pipe_is_no_error_of_any_command() {
    let (server, data) = crawled();
    for (program, arguments) in commands(&server, &data) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let as_ever = data.command(program, &arguments).output().expect("it runs").status.code();
        let mut command = data.command(program, &arguments);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), as_ever, "{program} {arguments:?}: {stderr}");
        assert!(!stderr.contains("error"), "{program} {arguments:?}: {stderr}");
    }
}

fn parents(data: &Data) -> Child {
    let mut command = data.command("forebear", &["parent", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts")
}

/// The exit code of a process that is to end by itself. It is not left running.
fn end_of(child: &mut Child) -> Option<i32> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("it can be ended");
    panic!("it did not end");
}

/// `yes REF | forebear parent - | head -1`, also where `yes` says nothing, and
/// where nobody says anything.
#[test]
fn p422_questions_end_where_nobody_reads_the_answers() {
    let (_server, data) = crawled();
    for line in ["acme/app:1\n", "\n"] {
        let mut child = parents(&data);
        let mut input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        input.write_all(b"acme/app:1\n").expect("written");
        assert!(output.read_line(&mut String::new()).expect("an answer") > 0);
        drop(output);
        let endless = std::thread::spawn(move || while input.write_all(line.as_bytes()).is_ok() {});
        assert_eq!(end_of(&mut child), Some(0), "{line:?}");
        endless.join().expect("the pipe is closed");
    }
    let mut idle = parents(&data);
    drop(idle.stdout.take());
    assert_eq!(end_of(&mut idle), Some(0));
}

/// Who may read the index is for the umask to say.
#[test]
fn p423_the_index_is_made_by_the_umask() {
    for (umask, expected) in [("077", 0o600), ("022", 0o644), ("027", 0o640)] {
        let server = Server::start(world());
        let data = Data::new();
        let crawl = format!("umask {umask}; exec \"$0\" run --registry {} --quiet", server.host());
        let mut command = Command::new("sh");
        command.arg("-c").arg(crawl).arg(forebear_tests::binary("forebear-crawl")).env("FOREBEAR_DATA", data.path());
        assert!(command.status().expect("it runs").success());
        let index = std::fs::read_dir(data.path().join("index")).expect("an index").flatten();
        let modes: Vec<u32> =
            index.map(|entry| entry.metadata().expect("its mode").permissions().mode() & 0o777).collect();
        assert_eq!(modes, [expected, expected], "umask {umask}: the index and CURRENT");
    }
}
