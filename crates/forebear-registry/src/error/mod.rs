//! What can go wrong, in words and in codes.

mod kind;
mod registry_error;
mod shown;
mod unusable;

pub use kind::ErrorKind;
pub(crate) use kind::NOT_HTTP;
pub use registry_error::RegistryError;
pub(crate) use registry_error::SentRequest;
pub use shown::Shown;
pub(crate) use unusable::Unusable;
