//! What strangers get: the image, the Debian package, the action, the hooks, and
//! releases whose versions agree.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod action;
mod debian;
mod hooks;
mod image;
mod releases;

use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_testkit::real;
use forebear_tests::{Data, binary, run};

/// A path in the project.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The published index: the file that `CURRENT` names.
fn published(data: &Data) -> PathBuf {
    let folder = data.path().join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index was published");
    let name = current.split_whitespace().find(|word| folder.join(word).is_file()).expect("a file is named");
    folder.join(name)
}

/// Both programs without symbols, as they are shipped, in `FOLDER/debug`.
fn stripped(folder: &Path) -> PathBuf {
    let programs = folder.join("debug");
    std::fs::create_dir_all(&programs).expect("the folder can be written to");
    for name in ["forebear", "forebear-crawl"] {
        let mut strip = Command::new("strip");
        _ = run(strip.arg("-o").arg(programs.join(name)).arg(binary(name)), "").expect_code(0);
    }
    programs
}

/// Whether what needs mounts can run here; else it is skipped, and that is said.
fn may_mount() -> bool {
    let mut command = Command::new("unshare");
    let may = run(command.args(["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]), "").code == 0;
    if !may {
        real::skipped("mounting needs root");
    }
    may
}
