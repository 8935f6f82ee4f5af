//! The store as the keeper of a registry's holds.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use forebear_registry::{HoldKeeper, KeptHold};
use forebear_store::{Hold, Store, StoreError};

/// Keeps the holds of the registry at one address.
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

    /// Under what name it is kept when a hold was last asked about: a hold on
    /// further questions. No address of a registry has a fragment.
    fn questions(&self) -> String {
        format!("{}#asked", self.registry)
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
        let probed = self.done(self.store.hold(&self.questions())).flatten().map(|asked| asked.since);
        Some(KeptHold { since, until, reason, probed })
    }

    fn keep(&self, hold: &KeptHold) {
        let KeptHold { since, until, reason, probed } = hold.clone();
        let asked = probed.map(|since| Hold { registry: self.questions(), since, until, reason: String::new() });
        let hold = Hold { registry: self.registry.clone(), since, until, reason };
        let holds = [hold].into_iter().chain(asked).collect();
        self.done(self.store.keep(holds));
    }
}

impl fmt::Debug for StoreKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreKeeper").field("registry", &self.registry).finish_non_exhaustive()
    }
}
