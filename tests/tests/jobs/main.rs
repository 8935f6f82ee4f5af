//! Jobs through the binary: run, scheduled, looked at while they run.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod clocks;
mod contract;
mod elsewhere;
mod limits;
mod manners;
mod run;
mod schedule;
mod status;
mod told;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::{Data, Ran};
use serde_json::Value;

/// How long anything is waited for that takes no time: machines are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A registry with this many images in one repository, on a base.
fn world(apps: usize) -> World {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").cmd(&["sh"]).build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    for app in 0..apps {
        world.push(&format!("acme/app:{app}"), &ImageBuilder::from(&base).run(&format!("make {app}")).build());
    }
    world
}

/// Writes a job file for a server into a folder. `more` is the rest of
/// `[registry]`, and what comes after.
fn job(folder: &Path, name: &str, schedule: &str, host: &str, more: &str) -> PathBuf {
    let schedule = if schedule.is_empty() { String::new() } else { format!("schedule = \"{schedule}\"\n") };
    let text = format!("name = \"{name}\"\n{schedule}[registry]\nhost = \"{host}\"\nname_as = \"docker.io\"\n{more}\n");
    std::fs::create_dir_all(folder).expect("a folder for jobs");
    let file = folder.join(format!("{name}.toml"));
    std::fs::write(&file, text).expect("a job file");
    file
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

/// A process in the background, killed when dropped.
struct Running(Option<Child>);

impl Running {
    fn start(mut command: Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Self(Some(child.expect("the binary can be started")))
    }

    fn id(&self) -> u32 {
        self.0.as_ref().map(Child::id).expect("it runs")
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.id().to_string()]).status();
        assert!(status.expect("kill is there").success());
    }

    /// Waits for its end.
    fn end(mut self) -> Ran {
        let child = self.0.take().expect("it runs");
        let output = child.wait_with_output().expect("it can be waited for");
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            _ = child.kill();
            _ = child.wait();
        }
    }
}

/// Waits until something is so.
#[track_caller]
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The state of a job, as `status` tells it; null when it has none.
fn state(data: &Data, job: &str) -> Value {
    let status = data.crawl(&["status", "--format", "json"]).expect_code(0).json();
    let jobs = status["jobs"].as_array().cloned().unwrap_or_default();
    jobs.into_iter().find(|state| state["job"] == job).unwrap_or_default()
}

/// A registry, and a data folder with a folder for job files in it.
fn place(apps: usize) -> (Server, Data, PathBuf) {
    let data = Data::new();
    let jobs = data.path().join("jobs");
    (Server::start(world(apps)), data, jobs)
}
