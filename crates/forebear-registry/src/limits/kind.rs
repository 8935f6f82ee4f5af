//! Kinds of limits.

use serde::{Deserialize, Serialize};

/// Which limit was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Requests in general, as far as the registry says.
    #[default]
    #[error("the registry's limit is reached")]
    Requests,
    /// Pulls: this many manifests in a window.
    #[error("the registry's pull limit is reached")]
    PullQuota,
    /// All requests of this address, of every kind: Docker Hub's "abuse rate
    /// limit".
    #[error("the registry takes this machine's requests for too many altogether")]
    Abuse,
    /// No limit of the registry's: [`crate::RegistryOptions::quota_reserve`]
    /// is all that is left. Nothing was sent.
    #[error("no more pulls are left than the reserve")]
    Reserve,
}

impl LimitKind {
    /// What a 429 says by its body. Docker Hub's pull limit comes as an error
    /// document with a message about pulls, its abuse limit as bare text
    /// (docs.docker.com/docker-hub/usage, "Abuse rate limit").
    pub(crate) fn of(code: Option<&str>, message: Option<&str>, html: bool) -> Self {
        let message = message.unwrap_or_default().to_ascii_lowercase();
        match code {
            _ if message.contains("pull rate limit") => Self::PullQuota,
            None if !html && message.contains("too many requests") => Self::Abuse,
            _ => Self::Requests,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_two_kinds_of_429() {
        #[track_caller]
        fn check(code: Option<&str>, message: Option<&str>, html: bool, expected: LimitKind) {
            assert_eq!(LimitKind::of(code, message, html), expected);
        }
        let pulls = "You have reached your pull rate limit. You may increase the limit by authenticating";
        check(Some("TOOMANYREQUESTS"), Some(pulls), false, LimitKind::PullQuota);
        check(
            None,
            Some("toomanyrequests: You have reached your unauthenticated pull rate limit."),
            false,
            LimitKind::PullQuota,
        );
        check(None, Some("Too Many Requests"), false, LimitKind::Abuse);
        check(None, Some("429 Too Many Requests\n"), false, LimitKind::Abuse);
        // nginx's page, and everybody else's documents.
        check(None, Some("<html><h1>429 Too Many Requests</h1>"), true, LimitKind::Requests);
        check(Some("TOOMANYREQUESTS"), Some("Rate exceeded"), false, LimitKind::Requests);
        check(Some("TOOMANYREQUESTS"), Some("too many requests"), false, LimitKind::Requests);
        check(None, Some("slow down"), false, LimitKind::Requests);
        check(None, None, false, LimitKind::Requests);
    }
}
