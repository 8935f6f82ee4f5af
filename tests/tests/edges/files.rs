//! Files that are given, and are none: each is a sentence, at once.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::Server;
use forebear_tests::{Data, Ran};

use super::world;

const SPECIAL: &str = "it is a pipe or a device, not a file";

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success());
}

/// Runs what must end by itself, in little memory.
fn ended(mut command: Command) -> Ran {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let begun = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            child.kill().expect("it can be ended");
            panic!("{command:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("it has ended");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// What stands where a file should, and what is said of it.
struct Given {
    file: String,
    why: &'static str,
}

#[test]
fn p426_every_file_that_is_given_is_read_as_one() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let at = |name: &str| data.path().join(name);
    fifo(&at("fifo"));
    std::os::unix::fs::symlink("/dev/zero", at("zero")).expect("a link");
    File::create(at("huge")).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    let given = |name: &str, why| Given { file: at(name).display().to_string(), why };
    let strange = [given("fifo", SPECIAL), given("zero", SPECIAL), given("index", "it is a folder")];
    let huge = |limit| given("huge", limit);
    let live = format!("docker://{}/acme/app:1", server.host());
    let host = server.host();
    #[track_caller]
    fn check(data: &Data, program: &str, arguments: &[&str], before: &str, given: &Given) {
        let filled: Vec<String> = arguments.iter().map(|text| text.replace("{}", &given.file)).collect();
        let filled: Vec<&str> = filled.iter().map(String::as_str).collect();
        let ran = ended(data.command(program, &filled)).expect_code(2);
        let expected = format!("error: {before}{}: {}\n", given.file, given.why);
        assert!(ran.stderr.starts_with(&expected), "{filled:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    for given in &strange {
        check(&data, "forebear", &["parent", "base:1", "--index", "{}"], "", given);
        check(&data, "forebear", &["check", "base:1", "--approved", "{}"], "", given);
        check(&data, "forebear", &["verify", &live, "--ca-file", "{}"], "", given);
        check(&data, "forebear-crawl", &["run", "{}"], "", given);
        check(&data, "forebear-crawl", &["run", "--registry", &host, "--ca-file", "{}"], "", given);
    }
    let approved = huge("it is larger than the 33554432 bytes that are read of it");
    check(&data, "forebear", &["check", "base:1", "--approved", "{}"], "", &approved);
    let authorities = huge("it is larger than the 16777216 bytes that are read of it");
    check(&data, "forebear", &["verify", &live, "--ca-file", "{}"], "", &authorities);
    check(
        &data,
        "forebear-crawl",
        &["run", "{}"],
        "",
        &huge("it is larger than the 4194304 bytes that are read of it"),
    );
}

/// Puts something at a path.
type Make = fn(&Path);

/// A file in the place of another that a data folder, or Docker, has.
#[test]
fn p427_what_lies_where_a_file_should() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let live = format!("docker://{}/acme/app:1", server.host());
    let strange: [(&str, Make); 3] = [
        (SPECIAL, |path| fifo(path)),
        (SPECIAL, |path| std::os::unix::fs::symlink("/dev/zero", path).expect("a link")),
        ("it is larger than the ", |path| {
            File::create(path).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
        }),
    ];
    for (why, make) in strange {
        let (current, config) = (data.path().join("index/CURRENT"), data.path().join("docker/config.json"));
        let kept = std::fs::read(&current).expect("a pointer");
        std::fs::remove_file(&current).expect("removed");
        make(&current);
        let ran = ended(data.command("forebear", &["parent", "base:1"])).expect_code(2);
        assert!(ran.stderr.starts_with(&format!("error: {}: {why}", current.display())), "{}", ran.stderr);
        std::fs::remove_file(&current).expect("removed");
        std::fs::write(&current, kept).expect("written back");

        std::fs::create_dir_all(config.parent().expect("a folder")).expect("a folder");
        make(&config);
        for (auth, more) in [("default", " (\"none\" asks anonymously)"), ("docker-config", "")] {
            let ran = ended(data.command("forebear", &["parent", &live, "--auth", auth])).expect_code(2);
            let expected = format!("error: auth = \"{auth}\"{more}: {}: {why}", config.display());
            assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
        }
        _ = ended(data.command("forebear", &["parent", &live, "--auth", "none"])).expect_code(0);
        std::fs::remove_file(&config).expect("removed");

        let state = data.path().join("state/job-strange.json");
        make(&state);
        let ran = ended(data.command("forebear-crawl", &["status", "--format", "json"])).expect_code(0);
        assert!(ran.stderr.starts_with(&format!("note: {}: {why}", state.display())), "{}", ran.stderr);
        assert_eq!(ran.json()["jobs"].as_array().map(Vec::len), Some(1));
        std::fs::remove_file(&state).expect("removed");
    }
    let lock = data.path().join("state/lock");
    std::fs::remove_file(&lock).expect("removed");
    fifo(&lock);
    _ = ended(data.command("forebear-crawl", &["status"])).expect_code(0);
    let ran = ended(data.command("forebear-crawl", &["failures"])).expect_code(2);
    assert!(ran.stderr.starts_with(&format!("error: {}: {SPECIAL}\n", lock.display())), "{}", ran.stderr);
}

/// Who may write jobs may not read `/etc/shadow` by them.
#[test]
fn p428_a_list_that_a_job_names_is_not_repeated() {
    let data = Data::new();
    let at = |name: &str| data.path().join(name);
    std::fs::write(at("shadow"), "root:$6$secret:19000:0\nlibrary/alpine\n  daemon:*:19000\n").expect("written");
    let job = |more: &str| {
        let select = "[select]\nsource = \"file\"\nfile = \"shadow\"\n";
        format!("name = \"j\"\n[registry]\nhost = \"mirror.example\"\n{more}{select}")
    };
    std::fs::write(at("job.toml"), job("")).expect("written");
    let run = || data.crawl(&["run", &at("job.toml").display().to_string()]).expect_code(2).stderr;
    let list = at("shadow").display().to_string();
    let none = |place: &str| format!("error: {list}:{place}: this is no name of a repository\n");
    assert_eq!(run(), format!("{}{}", none("1:1"), none("3:3")));
    std::fs::write(at("job.toml"), job("name_as = \"docker.io\"\nstrip_prefix = \"hub/\"\n")).expect("written");
    let below = format!("error: {list}:2:1: this is not below strip_prefix\n");
    assert_eq!(run(), format!("{}{below}{}", none("1:1"), none("3:3")));
}
