//! A Docker Engine of the test's own: started by hand, on a socket and with
//! data in a temporary folder, and ended by its process id.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::real::skipped;
use tempfile::TempDir;

use super::judge::{Builder, Judge};
use crate::{Ran, run};

/// Debian's, whatever else is on the `PATH`.
const DAEMON: &str = "/usr/sbin/dockerd";
const CLIENT: &str = "/usr/bin/docker";

/// The daemon ends by itself after this, even if the test was killed.
const SECONDS: &str = "1800";

/// What the engine says when another build took away a layer that both made.
const LOST_LAYER: &str = "layer does not exist";
const ATTEMPTS: usize = 3;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running engine, and which of its two builders is asked.
#[derive(Debug)]
pub struct Docker {
    builder: Builder,
    /// `timeout`, which passes signals on to the daemon.
    daemon: Child,
    folder: TempDir,
}

impl Docker {
    /// Starts one. `None`, after saying so, where it is not installed or may
    /// not run.
    ///
    /// # Panics
    /// When it does not come up, and where it is missing when `FOREBEAR_TESTS=all`.
    #[must_use]
    pub fn start(builder: Builder) -> Option<Self> {
        if let Some(missing) = [DAEMON, CLIENT].into_iter().find(|path| !Path::new(path).exists()) {
            skipped(&format!("{missing} is not installed"));
            return None;
        }
        let folder = TempDir::new().expect("a temporary folder can be made");
        let at = |name: &str| folder.path().join(name);
        let log = std::fs::File::create(at("log")).expect("the folder can be written to");
        let errors = log.try_clone().expect("the file can be shared");
        let mut command = Command::new("timeout");
        command.args(["--signal=TERM", "--kill-after=30", SECONDS, DAEMON]);
        command.arg("--host").arg(format!("unix://{}", at("socket").display()));
        for option in ["data-root", "exec-root", "pidfile"] {
            command.arg(format!("--{option}")).arg(at(option));
        }
        command.args(["--storage-driver=vfs", "--bridge=none", "--iptables=false"]);
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let daemon = command.spawn().expect("timeout is part of every Debian");
        let docker = Self { builder, daemon, folder };
        docker.wait();
        Some(docker)
    }

    fn wait(&self) {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.client(&["version"]).code == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("{DAEMON} does not answer:\n{log}");
    }

    fn client(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(CLIENT);
        command.env("DOCKER_HOST", format!("unix://{}", self.folder.path().join("socket").display()));
        command.env("DOCKER_CONFIG", self.folder.path().join("client"));
        command.env("DOCKER_BUILDKIT", if self.builder == Builder::Buildkit { "1" } else { "0" });
        run(command.args(arguments), "")
    }

    /// A daemon that is asked to ends its containers and their mounts.
    fn end(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.daemon.id().to_string()]).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < PATIENCE {
            if matches!(self.daemon.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }

    fn image_file(&self, digest: &str) -> PathBuf {
        let hex = digest.trim().trim_start_matches("sha256:");
        self.folder.path().join("data-root/image/vfs/imagedb/content/sha256").join(hex)
    }
}

impl Judge for Docker {
    fn builder(&self) -> Builder {
        self.builder
    }

    /// The legacy builder mostly waits. BuildKit is quick, and more often
    /// loses layers that two builds export at once.
    fn workers(&self) -> usize {
        if self.builder == Builder::Legacy { 6 } else { 1 }
    }

    fn load(&self, archive: &Path) {
        _ = self.client(&["load", "--quiet", "--input", &archive.display().to_string()]).expect_code(0);
    }

    fn build(
        &self,
        tag: &str,
        dockerfile: &str,
        context: &Path,
        arguments: &BTreeMap<String, String>,
    ) -> Result<(), String> {
        // Outside the context, which must be the same in a rebuild.
        let file = self.folder.path().join(format!("Dockerfile.{tag}"));
        std::fs::write(&file, dockerfile).expect("the folder can be written to");
        let (file, context) = (file.display().to_string(), context.display().to_string());
        let given: Vec<String> = arguments.iter().map(|(name, value)| format!("--build-arg={name}={value}")).collect();
        let mut all = vec!["build", "--network=host", "--no-cache", "--tag", tag, "--file", &file];
        all.extend(given.iter().map(String::as_str));
        all.push(&context);
        let mut log = String::new();
        for _ in 0..ATTEMPTS {
            let ran = self.client(&all);
            if ran.code == 0 {
                return Ok(());
            }
            log = format!("{}{}", ran.stdout, ran.stderr);
            if !log.contains(LOST_LAYER) {
                break;
            }
        }
        Err(log)
    }

    fn config(&self, tag: &str) -> Vec<u8> {
        let ran = self.client(&["image", "inspect", "--format", "{{.Id}}", tag]).expect_code(0);
        let file = self.image_file(&ran.stdout);
        std::fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        self.end();
        // Once a container ran, one mount stays and would keep the folder.
        let mount = self.folder.path().join("exec-root/netns/default");
        // Nothing more can be done from a destructor if that fails.
        drop(Command::new("umount").arg(mount).output());
    }
}
