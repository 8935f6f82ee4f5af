//! The most memory that a process has had.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Ran;

/// How often a process is looked at. The number only grows, so that what is
/// missed is what comes in the last of these.
const EVERY: Duration = Duration::from_millis(2);

/// The most memory that a process has had so far (`VmHWM`), in MiB; `None` once
/// it has ended.
#[must_use]
pub fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// Runs a command, and says how much memory it has had at most, in MiB. It is what
/// the program holds: glibc is told to give back what was freed (mallopt(3),
/// `M_MMAP_THRESHOLD`), of which it else keeps some for each thread.
///
/// # Panics
/// When it cannot be run.
#[must_use]
pub fn measured(command: &mut Command) -> (Ran, u64) {
    let child = command
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child: Child = child.unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let process = child.id();
    let waiting = std::thread::spawn(move || child.wait_with_output());
    let mut most = 0;
    while !waiting.is_finished() {
        most = most.max(peak(process).unwrap_or_default());
        std::thread::sleep(EVERY);
    }
    let output = waiting.join().expect("waiting does not panic").expect("the process can be waited for");
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    (ran, most)
}
