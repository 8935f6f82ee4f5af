//! Files that people write, no larger than anyone would.

use std::path::Path;

/// The longest job file, in bytes, and the longest list of names beside one.
const CAP: u64 = 64 << 20;

/// A file's text, if it is not larger than anyone would write.
pub(super) fn read_capped(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > CAP {
        return Err(format!("{size} bytes are more than are read of a job or a list"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}
