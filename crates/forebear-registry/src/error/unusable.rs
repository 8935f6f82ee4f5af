//! What can't be used is said before anything is sent.

use std::error::Error;

/// Why options, credentials or arguments can't be used: a sentence without its
/// cause's, and the cause.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Unusable {
    pub(crate) message: String,
    #[source]
    pub(crate) source: Option<Box<dyn Error + Send + Sync>>,
}

impl Unusable {
    /// With what caused it. A cause must carry no secret.
    pub(crate) fn because(message: impl Into<String>, source: impl Error + Send + Sync + 'static) -> Self {
        Self { message: message.into(), source: Some(Box::new(source)) }
    }
}

impl From<String> for Unusable {
    fn from(message: String) -> Self {
        Self { message, source: None }
    }
}
