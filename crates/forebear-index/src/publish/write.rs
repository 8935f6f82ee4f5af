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

/// How the name of a file begins while it is written.
const TEMPORARY: &str = ".new-";
/// A file that nobody has written to for this long was left by a publisher that
/// was killed.
const ABANDONED: Duration = Duration::from_secs(3_600);

/// Builds the index of everything `source` knows, publishes it in `folder` and
/// returns the file. Publishing the same facts again changes nothing.
///
/// # Errors
/// As [`build_to`]; [`IndexError::Io`] names the file that could not be
/// written. The index in force stays.
pub fn publish_from(folder: &Path, source: &(impl FactSource + ?Sized)) -> Result<PathBuf, IndexError> {
    fs::create_dir_all(folder)?;
    let temporary = build_to(&source, Growing::new(temporary(folder)?)?)?.finish()?;
    let name = format!("{:016x}.forebear", Index::open(temporary.path())?.checksum());
    let file = folder.join(&name);
    let previous = current_name(folder).ok();
    if !Index::open(&file).is_ok_and(|old| old.verify().is_ok()) {
        settle(folder, &file, temporary)?;
    } else if previous.as_ref() == Some(&name) {
        return Ok(file);
    }
    let mut pointer = self::temporary(folder)?;
    writeln!(pointer, "{name}")?;
    settle(folder, &folder.join(CURRENT), pointer)?;
    clean_up(folder, &name, previous.as_deref());
    Ok(file)
}

fn temporary(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    for_every_reader(&mut builder);
    builder.tempfile_in(folder)
}

/// Fsyncs a file, renames it into place and fsyncs the folder: after a crash
/// there is the old content or the new, nothing between.
fn settle(folder: &Path, file: &Path, temporary: NamedTempFile) -> Result<(), IndexError> {
    temporary.as_file().sync_all()?;
    temporary.into_temp_path().persist(file).map_err(|error| error.error)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Temporary files are private; an index is for whom the umask lets read, as any
/// new file.
#[cfg(unix)]
fn for_every_reader(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn for_every_reader(_builder: &mut tempfile::Builder<'_, '_>) {}

/// Removes index files that are neither the present nor the one before, which
/// a reader may be about to open, and what publishers that were killed left
/// behind. Failing to is no error.
fn clean_up(folder: &Path, current: &str, previous: Option<&str>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_kept = [Some(current), previous].into_iter().flatten().any(|kept| name == kept);
        let name = name.to_str().unwrap_or_default();
        let is_old = name.ends_with(".forebear") && !is_kept;
        let is_abandoned = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            name.starts_with(TEMPORARY) && modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > ABANDONED))
        };
        if is_old || is_abandoned() {
            _ = fs::remove_file(entry.path());
        }
    }
}
