//! Named files of a form, whether they lie in a folder or a tar.

use forebear_image::Digest;

use crate::DOCUMENT_CAP;
use crate::error::Problem;

/// Files by their names within the form: `index.json`, `blobs/sha256/…`.
pub(crate) trait Files {
    /// Reads a whole file of at most `cap` bytes; `None` when there is none.
    fn small(&self, name: &str, cap: u64) -> Result<Option<Vec<u8>>, Problem>;
}

/// A document that must be there.
pub(crate) fn required(files: &impl Files, name: &str) -> Result<Vec<u8>, Problem> {
    files.small(name, DOCUMENT_CAP)?.ok_or_else(|| Problem::Missing(name.to_owned()))
}

/// A document that must be there and match its digest. Nothing is parsed
/// before that.
pub(crate) fn by_digest(files: &impl Files, name: &str, what: &str, digest: Digest) -> Result<Vec<u8>, Problem> {
    let bytes = required(files, name)?;
    if digest.matches(&bytes) {
        return Ok(bytes);
    }
    let actual = Digest::sha256(&bytes);
    Err(Problem::DigestMismatch { what: what.to_owned(), expected: Box::new(digest), actual: Box::new(actual) })
}
