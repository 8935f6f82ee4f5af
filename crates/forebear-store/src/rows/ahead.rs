//! Rows that are merged ahead of whoever reads them: unpacking and merging waits for
//! nothing that a publish does with them.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use forebear_facts::rows::Key;

use crate::error::StoreError;

/// Bytes of rows that are handed over at once.
const BATCH: usize = 256 << 10;
/// Batches that may wait; one more is being made, and one read.
const WAITING: usize = 2;

/// What takes rows.
pub(super) type Out<'a> = &'a mut dyn FnMut(&Key, &[u8]) -> Result<(), StoreError>;

/// Rows on their way.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Key of each, and where it ends.
    rows: Vec<(Key, usize)>,
}

/// Makes rows on a thread of its own and gives them to `each`, in order.
///
/// # Errors
/// Those of both; [`StoreError::Io`] where there is no thread to be had.
pub(super) fn ahead(
    make: impl FnOnce(Out<'_>) -> Result<(), StoreError> + Send,
    mut each: impl FnMut(&Key, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (to, from) = sync_channel::<Batch>(WAITING);
    thread::scope(|scope| {
        let made = thread::Builder::new().name("rows".to_owned()).spawn_scoped(scope, move || send(make, &to))?;
        // Gone when this returns, so that nobody waits for it to take more.
        for batch in from {
            let mut start = 0;
            for (key, end) in &batch.rows {
                each(key, batch.bytes.get(start..*end).unwrap_or_default())?;
                start = *end;
            }
        }
        made.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn send(make: impl FnOnce(Out<'_>) -> Result<(), StoreError>, to: &SyncSender<Batch>) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    make(&mut |key, row| {
        batch.bytes.extend_from_slice(row);
        batch.rows.push((*key, batch.bytes.len()));
        if batch.bytes.len() < BATCH {
            return Ok(());
        }
        to.send(std::mem::take(&mut batch)).map_err(|_| gone())
    })?;
    to.send(batch).map_err(|_| gone())
}

/// Nobody asks for this: whoever read has failed, and says why.
fn gone() -> StoreError {
    StoreError::Io(std::io::ErrorKind::BrokenPipe.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of so many rows, where making or reading one of them fails.
    fn check(rows: u32, bad: Option<u32>, unread: Option<u32>) -> (u32, Result<(), String>) {
        let fails = |at, row| match at == Some(row) {
            true => Err(StoreError::Io(std::io::Error::other(format!("row {row}")))),
            false => Ok(()),
        };
        let mut read = 0;
        let done = ahead(
            |out| {
                (0..rows).try_for_each(|row| {
                    fails(bad, row)?;
                    out(&[row as u8; 32], &row.to_le_bytes().repeat(1_000))
                })
            },
            |key, row| {
                fails(unread, read)?;
                assert_eq!((key, row), (&[read as u8; 32], &read.to_le_bytes().repeat(1_000)[..]));
                read += 1;
                Ok(())
            },
        );
        (read, done.map_err(|error: StoreError| error.to_string()))
    }

    #[test]
    fn rows_come_in_order_and_errors_after_what_came_before() {
        assert_eq!(check(0, None, None), (0, Ok(())));
        assert_eq!(check(1, None, None), (1, Ok(())));
        assert_eq!(check(1_000, None, None), (1_000, Ok(())));
        let (read, done) = check(1_000, Some(700), None);
        assert!(read <= 700 && done == Err("row 700".to_owned()), "{read}: {done:?}");
        // What is made goes on until nobody takes it.
        assert_eq!(check(1_000, None, Some(3)), (3, Err("row 3".to_owned())));
        assert_eq!(check(1_000, None, Some(999)), (999, Err("row 999".to_owned())));
    }
}
