//! Where the bytes of a form are: a file, a folder, or what is piped in.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cap::DOCUMENT_CAP;
use crate::error::Problem;
use crate::files::open_file;
use crate::stdin::STDIN;

/// The most bytes of a piped archive that are kept on disk: 64 GiB. It has no
/// size that could be asked for first.
const SPOOLED: u64 = 64 << 30;

/// What was piped in, by its path: it comes once, and may be looked at again.
static PIPED: Mutex<Option<HashMap<PathBuf, Arc<File>>>> = Mutex::new(None);

/// Opens a file that is read at any position. What a shell hands over by a pipe
/// or `<(…)` is kept in a temporary file first.
pub(crate) fn seekable(path: &Path) -> Result<File, Problem> {
    if !is_piped(path) {
        return open_file(path);
    }
    let mut piped = PIPED.lock().unwrap_or_else(PoisonError::into_inner);
    let known = piped.get_or_insert_default();
    let kept = match known.get(path) {
        Some(kept) => Arc::clone(kept),
        None => {
            let kept = Arc::new(spooled(stream(path)?, SPOOLED)?);
            known.insert(path.to_owned(), Arc::clone(&kept));
            kept
        }
    };
    let mut file = kept.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

/// A document that is a file of its own.
pub(crate) fn document(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let opened = if is_piped(path) { stream(path)? } else { Box::new(open_file(path)?) };
    opened.take(DOCUMENT_CAP + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > DOCUMENT_CAP {
        return Err(Problem::TooLarge { what: "document".to_owned(), size, limit: DOCUMENT_CAP });
    }
    Ok(bytes)
}

/// Whether what is there comes once and at no position. A FIFO that somebody
/// put into a folder does not count: it may block for ever.
fn is_piped(path: &Path) -> bool {
    path == Path::new(STDIN) || forebear_files::is_handed_over(path)
}

fn stream(path: &Path) -> Result<Box<dyn Read>, Problem> {
    match path == Path::new(STDIN) {
        true => Ok(Box::new(std::io::stdin())),
        false => Ok(Box::new(File::open(path)?)),
    }
}

fn spooled(stream: impl Read, limit: u64) -> Result<File, Problem> {
    let mut file = tempfile::tempfile()?;
    let written = std::io::copy(&mut stream.take(limit + 1), &mut file)?;
    match written > limit {
        true => Err(Problem::TooLarge { what: "stream".to_owned(), size: written, limit }),
        false => Ok(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_a_byte_more_than_the_limit() {
        assert_eq!(spooled([1; 100].as_slice(), 100).unwrap().metadata().unwrap().len(), 100);
        let error = spooled([1; 101].as_slice(), 100).unwrap_err().to_string();
        assert_eq!(error, "its stream has 101 bytes, more than the 100 that are read");
    }

    #[test]
    fn what_is_piped() {
        for (path, expected) in [("-", true), ("./-", false), ("no/such/-", false), ("/dev/null", false)] {
            assert_eq!(is_piped(Path::new(path)), expected, "{path}");
        }
    }
}
