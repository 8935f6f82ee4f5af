//! Skipping honestly: a test that cannot run says so, or fails where nothing
//! may be missing.

use std::ffi::OsStr;
use std::io::Write as _;

/// The variable that says what may be missing.
const VARIABLE: &str = "FOREBEAR_TESTS";

/// Says on standard error, past the test harness's capture, that this test is
/// skipped. Of a skipped test there is one such line, which begins with
/// `SKIPPED: `: a run counts them.
///
/// # Panics
/// With `FOREBEAR_TESTS=all`: then nothing may be missing.
pub fn skipped(reason: &str) {
    let setting = std::env::var_os(VARIABLE);
    assert!(!demands_all(setting.as_deref()), "{VARIABLE}=all, but a test cannot run: {reason}");
    // The harness names a thread after its test, unless there is only one.
    let thread = std::thread::current();
    let test = thread.name().filter(|name| *name != "main").map(|name| format!("{name}: ")).unwrap_or_default();
    // Written at once, so that no other line comes between. Nothing is lost if
    // standard error is closed.
    drop(std::io::stderr().write_all(format!("SKIPPED: {test}{reason}\n").as_bytes()));
}

/// Whether the variable's value says that nothing may be missing. Any other
/// than `all` is a mistake that must not go by as leniency.
fn demands_all(setting: Option<&OsStr>) -> bool {
    match setting.map(OsStr::to_string_lossy).as_deref() {
        None | Some("") => false,
        Some("all") => true,
        Some(other) => panic!("{VARIABLE}={other}: its only value is `all`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_demands_all() {
        for (setting, expected) in [(None, false), (Some(""), false), (Some("all"), true)] {
            assert_eq!(demands_all(setting.map(OsStr::new)), expected, "{setting:?}");
        }
        for mistake in ["true", "1", "ALL"] {
            assert!(std::panic::catch_unwind(|| demands_all(Some(OsStr::new(mistake)))).is_err(), "{mistake}");
        }
    }
}
