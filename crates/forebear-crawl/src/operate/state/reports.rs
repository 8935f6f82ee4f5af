//! A report for each run, the newest kept.

use std::path::{Path, PathBuf};

use forebear_image::Timestamp;
use serde::Serialize;

use super::error::StateError;
use super::write::write;

/// Reports of a job that are kept: half a year of nights.
const KEPT: usize = 200;

/// Writes a report, named by when it ended, and removes the oldest beyond
/// [`KEPT`].
pub(super) fn keep(folder: &Path, at: Timestamp, report: &impl Serialize) -> Result<PathBuf, StateError> {
    forebear_files::make_folder(folder).map_err(|error| StateError::file("create", folder, error))?;
    let time = at.to_string().replace(':', "-");
    // Two runs can end in one second.
    let names = (1..).map(|number| if number == 1 { time.clone() } else { format!("{time}.{number}") });
    let file = names.map(|name| folder.join(format!("{name}.json"))).find(|file| !file.exists());
    let file = file.unwrap_or_else(|| folder.join("last.json"));
    write(&file, report)?;
    let Ok(listed) = std::fs::read_dir(folder) else { return Ok(file) };
    let mut reports: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    reports.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    reports.sort();
    for old in reports.iter().rev().skip(KEPT) {
        // One that cannot be removed is in nobody's way.
        _ = std::fs::remove_file(old);
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept() {
        let folder = std::env::temp_dir().join(format!("forebear-reports-{}", std::process::id()));
        for second in 0..(KEPT as i64 + 3) {
            keep(&folder, Timestamp { seconds: second, nanos: 0 }, &second).unwrap();
        }
        let again = keep(&folder, Timestamp { seconds: 100, nanos: 0 }, &"again").unwrap();
        assert!(again.ends_with("1970-01-01T00-01-40Z.2.json"), "{}", again.display());
        let mut left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left.len(), KEPT);
        assert_eq!(left[0], "1970-01-01T00-00-04Z.json");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
