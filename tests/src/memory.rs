//! The most memory that a process has had.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Ran;

/// How often a process is looked at. The number only grows, so that what is
/// missed is what comes in the last of these.
const EVERY: Duration = Duration::from_millis(2);

/// The most memory that a process has had so far (`VmHWM`), in MiB; `None` once
/// it has ended, and as long as it is not yet the program that it shall be:
/// `posix_spawn` goes on a moment before the memory of the new process is its own,
/// and until then it is told to have that of this one.
#[must_use]
pub fn peak(process: u32) -> Option<u64> {
    // In this order: what is another program now, stays one.
    let (its, ours) = (program(process)?, program(std::process::id()));
    if Some(its) == ours {
        return None;
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
}

/// The file of the program that a process runs.
fn program(process: u32) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{process}/exe")).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(process: u32, told: bool) {
        assert_eq!(peak(process).is_some(), told);
    }

    #[test]
    fn memory_of_another_program_only() {
        let mut other = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // It has answered, so that it runs.
        std::io::Write::write_all(other.stdin.as_mut().unwrap(), b"x").unwrap();
        std::io::Read::read_exact(other.stdout.as_mut().unwrap(), &mut [0]).unwrap();
        check(other.id(), true);
        drop(other.stdin.take());
        other.wait().unwrap();
        check(other.id(), false);
        check(std::process::id(), false);
    }
}
