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
    /// Requests whose path contains this text are not answered before this many
    /// of them have arrived.
    pub together: Option<(&'static str, usize)>,
    /// Requests whose path contains the first text are not answered before one whose
    /// path contains the second has arrived.
    pub after: Vec<(String, String)>,
    /// Headers on every answer.
    pub headers: Vec<(String, String)>,
    /// A pull quota.
    pub quota: Option<Quota>,
    /// Tokens are asked for.
    pub bearer: Option<Bearer>,
    /// This account is asked for, by `Basic`, and its password.
    pub basic: Option<(String, String)>,
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

/// Token authentication, with tokens from `/token` on this server.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// How long a token is good for.
    pub lifetime: Duration,
    /// Seconds that are said to be left of it, where that is not the truth.
    pub announced: Option<i64>,
    /// The realm that challenges name, if that is not this server.
    pub realm: Option<String>,
    /// The scope that challenges ask for whatever is read, as ECR Public's
    /// `aws`.
    pub fixed_scope: Option<String>,
    /// The scope that challenges name though another is needed, as GHCR's `/v2/`
    /// does.
    pub named_scope: Option<String>,
    /// What tokens allow whatever is asked for.
    pub granted: Option<String>,
    /// The only account that gets tokens, and its password.
    pub account: Option<(String, String)>,
    /// The only identity token that gets tokens, by POST.
    pub identity: Option<String>,
    /// Tokens from elsewhere that are good for everything.
    pub accepted: Vec<String>,
}

impl Default for Bearer {
    /// Tokens for anybody, for 300 s, as Docker Hub's.
    fn default() -> Self {
        Self {
            lifetime: Duration::from_secs(300),
            announced: None,
            realm: None,
            fixed_scope: None,
            named_scope: None,
            granted: None,
            account: None,
            identity: None,
            accepted: Vec::new(),
        }
    }
}
