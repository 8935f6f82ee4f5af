//! How a registry behaves when it behaves.

use std::time::Duration;

/// Settings of a [`Server`](crate::Server).
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port; 0 for any free one.
    pub port: u16,
    /// Page size when the client asks for none; without it, everything.
    pub page_default: Option<usize>,
    /// Page size is silently cut to this, as Red Hat's and Quay's are.
    pub page_cap: Option<usize>,
    /// A larger `n` is refused with 400, as ECR does.
    pub page_refused_above: Option<usize>,
    /// Whether the catalog is offered.
    pub catalog: Catalog,
    /// `Link` headers name the whole URL, not only the path.
    pub absolute_links: bool,
    /// Time before each answer.
    pub delay: Duration,
    /// Headers on every answer.
    pub headers: Vec<(String, String)>,
    /// A pull quota.
    pub quota: Option<Quota>,
    /// Tokens are asked for.
    pub bearer: Option<Bearer>,
}

/// What `/v2/_catalog` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Catalog {
    /// The list.
    #[default]
    Offered,
    /// 401, with or without a token, as Docker Hub does.
    Refused401,
    /// 404.
    Missing404,
}

/// A pull quota as Docker Hub counts it: a GET of a manifest costs one, a HEAD
/// nothing; beyond the limit both are 429.
#[derive(Clone, Debug)]
pub struct Quota {
    /// Pulls in a window.
    pub limit: u32,
    /// How long a window lasts; it begins with the first pull.
    pub window: Duration,
    /// Whether the 429 says `Retry-After`.
    pub retry_after: bool,
}

/// Token authentication with anonymous tokens, from `/token` on this server.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// How long a token is good for.
    pub lifetime: Duration,
}
