//! Folders whose names outlive a lost power.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// How many names are synced, the folder's own and those above it, whoever made
/// them: another process may have ended before it could.
const SYNCED: usize = 2;

/// Makes a folder and those above it that are missing. Their names survive a power
/// cut when this returns: a file that is synced is lost all the same with the name of
/// its folder.
///
/// # Errors
/// The file system's.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let missing = folder.ancestors().take_while(|above| !above.exists()).count();
    fs::create_dir_all(folder)?;
    for above in folder.ancestors().skip(1).take(missing.max(SYNCED)) {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        match File::open(above).and_then(|above| above.sync_all()) {
            // Whose names nobody else may see is not ours to look after; some file
            // systems sync no folders.
            Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::InvalidInput) => {}
            synced => synced?,
        }
    }
    Ok(())
}
