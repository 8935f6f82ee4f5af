//! The store as the keeper of a registry's holds.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use forebear_registry::{HoldKeeper, KeptHold};
use forebear_store::{Batch, Hold, Store, StoreError};

/// Keeps the holds of the registry at one address, flushed.
pub(super) struct StoreKeeper {
    store: Arc<dyn Store>,
    /// Registry as it is asked.
    registry: String,
    /// What the store refused since the last look.
    refused: Mutex<Option<StoreError>>,
}

impl StoreKeeper {
    pub(super) fn new(store: Arc<dyn Store>, registry: &str) -> Self {
        Self { store, registry: registry.to_owned(), refused: Mutex::default() }
    }

    /// Whether the store has done all it was to.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// What the store gave; what it refused is for [`StoreKeeper::check`].
    fn done<T>(&self, done: Result<T, StoreError>) -> Option<T> {
        match done {
            Ok(value) => Some(value),
            Err(error) => {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                None
            }
        }
    }
}

impl HoldKeeper for StoreKeeper {
    fn load(&self) -> Option<KeptHold> {
        let Hold { since, until, reason, .. } = self.done(self.store.hold(&self.registry)).flatten()?;
        Some(KeptHold { since, until, reason })
    }

    fn keep(&self, hold: &KeptHold) {
        let KeptHold { since, until, reason } = hold.clone();
        let hold = Hold { registry: self.registry.clone(), since, until, reason };
        let applied = self.store.apply(Batch { holds: vec![hold], ..Batch::default() });
        self.done(applied.and_then(|()| self.store.flush()));
    }
}

impl fmt::Debug for StoreKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreKeeper").field("registry", &self.registry).finish_non_exhaustive()
    }
}
