//! sled's errors as the store's. Their type stays in here.

use crate::error::StoreError;

/// The database failed.
pub(crate) fn failed(error: sled::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}
