//! Why there is no token.

use crate::error::ErrorKind;

/// Why there is no token; one for all who waited for it.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) kind: Box<ErrorKind>,
    pub(crate) detail: String,
}
