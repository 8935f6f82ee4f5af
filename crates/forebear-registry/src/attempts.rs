//! The attempts at one request, for the error that may come of them.

use tokio::time::Instant;
use url::Url;

use crate::call::Call;
use crate::error::{RegistryError, SentRequest};
use crate::failure::Failure;
use crate::shown_url::shown_url;

/// What is asked, and how often and since when it was tried.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    pub(crate) method: &'static str,
    pub(crate) url: Url,
    pub(crate) tries: u32,
    pub(crate) started: Instant,
}

impl Attempts {
    /// None yet.
    pub(crate) fn at(call: &Call) -> Self {
        Self { method: call.method_name(), url: call.url.clone(), tries: 0, started: Instant::now() }
    }

    /// What came of them in the end.
    pub(crate) fn error(&self, failure: Failure) -> RegistryError {
        let request = SentRequest {
            method: self.method,
            url: shown_url(&self.url),
            tries: self.tries,
            elapsed: self.started.elapsed(),
        };
        RegistryError::new(request, failure.kind, failure.detail, failure.registry_code)
    }
}
