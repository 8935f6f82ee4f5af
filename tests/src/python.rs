//! Python tools of tests, in environments of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use forebear_testkit::real::skipped;

use crate::{Ran, run};

/// A Python interpreter beside the packages of one list.
#[derive(Clone, Debug)]
pub struct Python {
    program: PathBuf,
}

impl Python {
    /// That of an environment, made by `scripts/python-env.sh` where it is not there yet:
    /// its name and the list of what it holds, from the workspace's root. `None`, after
    /// saying so, where it cannot be made.
    ///
    /// # Panics
    /// When it cannot be made and `FOREBEAR_TESTS=all`.
    #[must_use]
    pub fn with(name: &str, requirements: &str) -> Option<Self> {
        let mut script = Command::new("sh");
        script.args(["scripts/python-env.sh", name, requirements]).current_dir(workspace()).stderr(Stdio::inherit());
        let made = run(&mut script, "");
        let program = workspace().join(made.stdout.trim());
        if made.code == 0 && program.is_file() {
            return Some(Self { program });
        }
        skipped(&format!("no Python environment with {requirements}"));
        None
    }

    /// A program that a package brought along.
    #[must_use]
    pub fn beside(&self, program: &str) -> PathBuf {
        self.program.with_file_name(program)
    }

    /// Runs a script of the workspace.
    #[must_use]
    pub fn run(&self, script: &str, arguments: &[&Path]) -> Ran {
        let mut command = Command::new(&self.program);
        command.arg("-B").arg(workspace().join(script)).args(arguments).current_dir(workspace());
        run(&mut command, "")
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
