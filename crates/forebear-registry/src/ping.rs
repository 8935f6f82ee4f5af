//! `GET /v2/`: is there a registry at all (distribution-spec, "Determining
//! Support").

use http::StatusCode;

use crate::answer::{Answer, CredentialKind};
use crate::auth::Challenge;
use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError, Shown};
use crate::stats::RequestKind;

pub(crate) const CAP: usize = 64 * 1024;
const API_VERSION: &str = "docker-distribution-api-version";

/// What answers at a registry's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ping {
    /// A registry that answers whoever was given as [`crate::RegistryOptions::credentials`],
    /// if need be with a token that it hands out to them.
    Registry,
    /// A registry that asks for credentials first, or for others (401).
    NeedsCredentials {
        /// How to be let in, if it said.
        challenge: Option<Challenge>,
        /// Whom it was shown that asks.
        shown: Shown,
    },
}

impl Registry {
    /// Asks what answers at this address.
    ///
    /// # Errors
    /// [`ErrorKind::NotARegistry`] when something else does: a web page, a
    /// 404; all of sending.
    pub async fn ping(&self) -> Result<Ping, RegistryError> {
        self.table.ensure_open(self.called.as_str())?;
        let shared = self.own.front();
        let call = Call::get(RequestKind::Ping, shared.url("/v2/")?, CAP);
        let answer = match shared.perform(&call).await {
            Err(error) => match error.kind() {
                // The token server's word: nobody, or not this account.
                ErrorKind::Unauthorized { challenge, shown } => {
                    let (challenge, shown) = (challenge.clone(), shown.clone());
                    return Ok(Ping::NeedsCredentials { challenge, shown });
                }
                _ => return Err(error),
            },
            Ok(answer) => answer,
        };
        match answer.status {
            // A token was received, and is good for nothing in particular, as
            // nothing in particular was asked for. Lists and manifests will tell.
            StatusCode::UNAUTHORIZED if answer.retried_with == CredentialKind::Token => Ok(Ping::Registry),
            StatusCode::UNAUTHORIZED => {
                let told = |text: String| answer.attempts.sent.without(&text).into_owned();
                let challenge = Challenge::from_headers(&answer.headers).map(|challenge| challenge.retold(&told));
                Ok(Ping::NeedsCredentials { challenge, shown: answer.shown })
            }
            status if status.is_success() => match something_else(&answer) {
                None => Ok(Ping::Registry),
                Some(what) => Err(answer.fail(ErrorKind::NotARegistry(what.to_owned()))),
            },
            StatusCode::NOT_FOUND => {
                let what = if answer.is_html() { "an HTML page (404)" } else { "404" };
                Err(answer.fail(ErrorKind::NotARegistry(what.to_owned())))
            }
            _ => answer.success().map(|_| Ping::Registry),
        }
    }
}

/// What a success that is not a registry's looks like. Registries answer with
/// their version header, with `{}`, `true` or nothing at all.
pub(crate) fn something_else(answer: &Answer) -> Option<&'static str> {
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok();
    match () {
        () if answer.header(API_VERSION).is_some() => None,
        () if answer.is_html() => Some("an HTML page"),
        () if answer.body.trim_ascii().is_empty() || is_json() => None,
        () => Some("plain text"),
    }
}
