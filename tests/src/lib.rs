//! The harness of the whole-system tests in `tests/tests/`: runs both binaries
//! as processes, on data folders of their own.
//!
//! The binaries are those of the workspace's target folder, so they must have
//! been built (`make test` does, `cargo build --workspace --bins` otherwise).

#![expect(clippy::expect_used, clippy::panic, reason = "a test harness fails by panicking")]

pub mod buildah;
pub mod circles;
pub mod expected;
pub mod facts;
pub mod forms;
pub mod memory;
pub mod multi_stage;
pub mod python;
pub mod readers;
pub mod roundtrip;
pub mod served;
pub mod terminal;
pub mod trivy;
pub mod workspace;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use forebear_testkit::{Server, demo};
use serde_json::Value;
use tempfile::TempDir;

/// What a process left behind.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Standard output as one JSON document.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }

    /// Standard output as JSON Lines.
    #[must_use]
    pub fn json_lines(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("no JSON ({e}): {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// Fails unless the process ended with this code.
    #[track_caller]
    #[must_use]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// The path of a workspace binary, beside the running test.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test has a path");
    let folder = test.parent().and_then(Path::parent).expect("tests lie in target/<profile>/deps");
    let path = folder.join(name);
    assert!(path.exists(), "{} is not built: run cargo build --workspace --bins", path.display());
    path
}

/// Runs a command, feeding it `input`.
#[must_use]
pub fn run(command: &mut Command, input: &str) -> Ran {
    run_with(command, input.as_bytes())
}

/// As [`run`], with input that is no text.
#[must_use]
pub fn run_with(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the process can be waited for");
    // A process that does not read its input closes it early.
    _ = writer.join();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A data folder of its own, gone when the test is over.
#[derive(Debug)]
pub struct Data {
    folder: TempDir,
}

impl Default for Data {
    fn default() -> Self {
        Self::new()
    }
}

impl Data {
    /// A new, empty data folder.
    #[must_use]
    pub fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder can be made") }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `forebear-crawl ARGS --data HERE`.
    #[must_use]
    pub fn crawl(&self, arguments: &[&str]) -> Ran {
        run(&mut self.command("forebear-crawl", arguments), "")
    }

    /// `forebear-crawl run --registry HOST --name-as docker.io ARGS`, which
    /// must succeed.
    #[track_caller]
    pub fn crawl_hub(&self, host: &str, arguments: &[&str]) -> Ran {
        let mut all = vec!["run", "--registry", host, "--name-as", "docker.io"];
        all.extend(arguments);
        self.crawl(&all).expect_code(0)
    }

    /// The demo's registry, crawled on two days.
    #[must_use]
    pub fn of_demo() -> Self {
        Self::beside_demo().0
    }

    /// The same, and the registry, which is at its second day.
    #[must_use]
    pub fn beside_demo() -> (Self, Server) {
        let server = Server::start(demo::world());
        let data = Self::new();
        data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
        server.world(demo::tomorrow);
        data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
        (data, server)
    }

    /// `forebear ARGS --data HERE`.
    #[must_use]
    pub fn query(&self, arguments: &[&str]) -> Ran {
        self.query_with(arguments, "")
    }

    /// As [`Data::query`], with text on standard input.
    #[must_use]
    pub fn query_with(&self, arguments: &[&str], input: &str) -> Ran {
        run(&mut self.command("forebear", arguments), input)
    }

    /// `forebear ARGS` where there is no index at all: what is asked is at hand or in a registry.
    #[must_use]
    pub fn live(&self, arguments: &[&str]) -> Ran {
        run(&mut self.live_command(arguments), "")
    }

    /// The command of [`Data::live`].
    #[must_use]
    pub fn live_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("forebear", arguments);
        command.env_remove("FOREBEAR_DATA").env("XDG_DATA_HOME", self.path().join("none"));
        command
    }

    /// `forebear COMMAND IMAGE --format json`, whatever its exit code but 2.
    #[track_caller]
    #[must_use]
    pub fn ask(&self, command: &str, image: &str) -> Value {
        let ran = self.query(&[command, image, "--format", "json"]);
        assert_ne!(ran.code, 2, "{}", ran.stderr);
        ran.json()
    }

    /// A command on this data folder that nothing of the caller's environment
    /// reaches.
    #[must_use]
    pub fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary(name));
        command.args(arguments).env("FOREBEAR_DATA", self.path()).env_remove("FOREBEAR_LOG");
        // Nobody is logged in, but who is put there.
        command.env("DOCKER_CONFIG", self.path().join("docker")).env_remove("REGISTRY_AUTH_FILE");
        command.env("XDG_RUNTIME_DIR", self.path().join("run")).env("XDG_CONFIG_HOME", self.path().join("config"));
        command.env_remove("RUST_LOG").env_remove("CONTAINERS_REGISTRIES_CONF").env_remove("REGISTRIES_CONFIG_PATH");
        command
    }
}
