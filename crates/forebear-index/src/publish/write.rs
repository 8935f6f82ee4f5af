//! Publishing: a new file beside the old one, then one tiny atomic switch.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use forebear_facts::rows::FactSource;
use fs_err as fs;
use tempfile::NamedTempFile;

use super::current::{CURRENT, current_name};
use super::growing::Growing;
use crate::build::build_to;
use crate::error::IndexError;
use crate::index::Index;
use crate::replace::{begin, is_temporary, put};

/// A file that nobody has written to for this long was left by a publisher that
/// was killed. Who has the folder to himself need not wait ([`crate::replace::clear`]).
const ABANDONED: Duration = Duration::from_secs(3_600);

/// Builds the index of everything `source` knows, publishes it in `folder` and
/// returns the file. Publishing the same facts again changes nothing.
///
/// # Errors
/// As [`build_to`]; [`IndexError::Unwritten`] when the file system refuses. The
/// index in force stays.
pub fn publish_from(folder: &Path, source: &(impl FactSource + ?Sized)) -> Result<PathBuf, IndexError> {
    publish(folder, source).map_err(|error| match error {
        IndexError::Io(source) => IndexError::Unwritten { folder: folder.to_owned(), source },
        other => other,
    })
}

fn publish(folder: &Path, source: &(impl FactSource + ?Sized)) -> Result<PathBuf, IndexError> {
    forebear_files::make_folder(folder)?;
    let temporary = build_to(&source, Growing::new(begin(folder)?)?)?.finish()?;
    let name = format!("{:016x}.forebear", Index::open(temporary.path())?.checksum());
    let file = folder.join(&name);
    let previous = current_name(folder).ok();
    if !Index::open(&file).is_ok_and(|old| old.verify().is_ok()) {
        settle(folder, &file, temporary)?;
    } else if previous.as_ref() == Some(&name) {
        return Ok(file);
    }
    let mut pointer = begin(folder)?;
    writeln!(pointer, "{name}")?;
    settle(folder, &folder.join(CURRENT), pointer)?;
    clean_up(folder, &name, previous.as_deref());
    Ok(file)
}

/// Fsyncs a file, renames it into place and fsyncs the folder: after a crash
/// there is the old content or the new, nothing between.
fn settle(folder: &Path, file: &Path, temporary: NamedTempFile) -> Result<(), IndexError> {
    temporary.as_file().sync_all()?;
    put(temporary, file)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Removes index files that are neither the present nor the one before, which
/// a reader may be about to open, and what publishers that were killed left
/// behind. Failing to is no error.
fn clean_up(folder: &Path, current: &str, previous: Option<&str>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_kept = [Some(current), previous].into_iter().flatten().any(|kept| name == kept);
        let is_old = name.to_str().is_some_and(|name| name.ends_with(".forebear")) && !is_kept;
        let is_abandoned = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            is_temporary(&name) && modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED))
        };
        if is_old || is_abandoned() {
            _ = fs::remove_file(entry.path());
        }
    }
}
