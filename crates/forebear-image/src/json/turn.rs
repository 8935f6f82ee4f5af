//! Large documents are read one at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::limits::LARGE;

/// Held while a large document is read.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for the turn of a document of this many bytes; a small one has none to
/// wait for. Reading it takes a fraction of a second and waits for nothing else.
pub(super) fn turn(bytes: usize) -> Option<MutexGuard<'static, ()>> {
    // A reader that panicked left nothing behind.
    (bytes > LARGE).then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner))
}
