//! The token server of a registry, as its challenges name it.

use url::Url;

/// Where a registry's tokens come from.
#[derive(Clone, Debug)]
pub(super) struct TokenServer {
    pub(super) realm: Url,
    pub(super) service: Option<String>,
    /// The scope that this registry asks for whatever is read, as far as was seen.
    pub(super) scope: Option<String>,
}
