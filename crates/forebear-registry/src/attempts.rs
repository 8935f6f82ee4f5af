//! The attempts at one request, for the error that may come of them.

use std::sync::Arc;

use tokio::time::Instant;
use url::Url;

use crate::call::Call;
use crate::error::{RegistryError, SentRequest};
use crate::failure::Failure;
use crate::sent::Sent;
use crate::shown_url::shown_url;

/// What is asked, and how often and since when it was tried.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    pub(crate) method: &'static str,
    pub(crate) url: Url,
    pub(crate) tries: u32,
    pub(crate) started: Instant,
    /// What must not come back in an answer's words.
    pub(crate) sent: Arc<Sent>,
}

impl Attempts {
    /// None yet.
    pub(crate) fn at(call: &Call, sent: &Arc<Sent>) -> Self {
        let sent = Arc::clone(sent);
        Self { method: call.method_name(), url: call.url.clone(), tries: 0, started: Instant::now(), sent }
    }

    /// What came of them in the end. Every error about an answer is made here,
    /// and nothing that was sent leaves in its words.
    pub(crate) fn error(&self, failure: Failure) -> RegistryError {
        let told = |text: String| self.sent.without(&text).into_owned();
        let request = SentRequest {
            method: self.method,
            // A registry chooses where its tokens are asked for.
            url: told(shown_url(&self.url)),
            tries: self.tries,
            elapsed: self.started.elapsed(),
        };
        RegistryError::new(
            request,
            failure.kind.retold(&told),
            failure.detail.map(told),
            failure.registry_code.map(told),
        )
    }
}
