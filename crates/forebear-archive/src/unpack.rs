//! Compressed archives, unpacked to a temporary file, but not without end.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};

use forebear_content::{LayerError, unpack};

use crate::error::Problem;

/// What any archive may unpack to.
const ALWAYS: u64 = 1024 * 1024 * 1024;
/// How many times its own size it may unpack to beyond that. Images compress
/// three to ten times; gzip can be made to unpack a thousand times its size
/// and zstd far more, which would fill the disk.
const TIMES: u64 = 100;

/// The archive without its compression.
pub(crate) fn unpacked(file: File) -> Result<File, Problem> {
    let limit = file.metadata()?.len().saturating_mul(TIMES).max(ALWAYS);
    within(file, limit)
}

fn within(file: File, limit: u64) -> Result<File, Problem> {
    let mut plain = tempfile::tempfile()?;
    let written = unpack(file, &mut plain, limit).map_err(|error| match error {
        LayerError::NotRead(why) => Problem::NotRead(why),
        LayerError::Source(error) => Problem::Io(error),
        error @ (LayerError::Compression { .. } | LayerError::Tar { .. } | LayerError::TooLarge { .. }) => {
            Problem::document("content", error)
        }
    })?;
    if written > limit {
        return Err(Problem::UnpacksTooLarge { limit });
    }
    plain.seek(SeekFrom::Start(0))?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn not_a_byte_more_than_the_limit() {
        let compressed = zstd::encode_all(vec![0; 10_000].as_slice(), 1).unwrap();
        for (limit, fits) in [(10_000, true), (9_999, false), (0, false), (u64::MAX, true)] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&compressed).unwrap();
            file.seek(SeekFrom::Start(0)).unwrap();
            let plain = within(file, limit);
            assert_eq!(plain.is_ok(), fits, "{limit}");
            assert!(plain.is_ok_and(|plain| plain.metadata().unwrap().len() == 10_000) || !fits);
        }
    }
}
