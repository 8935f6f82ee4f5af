//! What is shown to a registry with a request.

use http::header::HeaderValue;

/// What is shown to a registry with a request.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) header: HeaderValue,
    /// The scope that it was asked for with, if it is a token that was asked
    /// for; empty where that was none.
    pub(super) token_for: Option<String>,
}

impl Offer {
    /// A header that stands for whoever asks, whatever is asked for.
    pub(super) fn of_account(header: HeaderValue) -> Self {
        Self { header, token_for: None }
    }

    /// A token.
    pub(super) fn of_token(header: HeaderValue, scope: String) -> Self {
        Self { header, token_for: Some(scope) }
    }

    /// Whether it was given out for whoever asks, by a token server.
    pub(crate) fn is_for_a_scope(&self) -> bool {
        self.token_for.is_some()
    }

    pub(crate) fn is_token(&self) -> bool {
        self.header.as_bytes().starts_with(b"Bearer")
    }
}
