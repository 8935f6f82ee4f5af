//! Where stores are opened.

use std::sync::Arc;

use forebear_store::Store;

/// A place for one store, empty at first.
pub trait Place {
    /// Opens the store. Nobody else has it open: what was open before is dropped.
    fn open(&self) -> Arc<dyn Store>;
}

/// Makes places.
pub type NewPlace<'a> = &'a dyn Fn() -> Box<dyn Place>;
