//! Whether what was committed survives a power cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The word for one commit that it will be on the disk, and whether it is by now.
#[derive(Clone, Debug)]
pub struct Receipt {
    number: u64,
    honoured: Arc<AtomicU64>,
}

impl Receipt {
    /// Whether all of the commit survives a power cut.
    #[must_use]
    pub fn is_honoured(&self) -> bool {
        self.honoured.load(Ordering::SeqCst) >= self.number
    }
}

/// Gives receipts and honours them.
///
/// [`FrontierStore::commit`](crate::FrontierStore::commit) issues one after it has
/// written; [`FrontierStore::sync`](crate::FrontierStore::sync) notes what was issued
/// before it syncs, and honours that after.
#[derive(Debug, Default)]
pub struct Receipts {
    issued: AtomicU64,
    honoured: Arc<AtomicU64>,
}

impl Receipts {
    /// A receipt for what has just been written.
    #[must_use]
    pub fn issue(&self) -> Receipt {
        let number = self.issued.fetch_add(1, Ordering::SeqCst) + 1;
        Receipt { number, honoured: Arc::clone(&self.honoured) }
    }

    /// How many were issued by now.
    #[must_use]
    pub fn issued(&self) -> u64 {
        self.issued.load(Ordering::SeqCst)
    }

    /// Honours the first so many.
    pub fn honour(&self, issued: u64) {
        self.honoured.fetch_max(issued, Ordering::SeqCst);
    }
}
