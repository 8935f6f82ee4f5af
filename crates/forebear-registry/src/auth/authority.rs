//! How one registry wants to be told who asks, as far as its answers have
//! shown it.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::HeaderValue;
use url::Url;

use crate::answer::Answer;
use crate::auth::ask::Refusal;
use crate::auth::realm::{self, same_server};
use crate::auth::scope::{is_particular, reading_only};
use crate::auth::tokens::Tokens;
use crate::auth::{Challenge, Scope};
use crate::error::ErrorKind;
use crate::failure::quoted;
use crate::host::HostState;
use crate::perform::Shared;

/// What is known of a registry's ways, and the tokens in hand.
#[derive(Debug)]
pub(crate) struct Authority {
    way: Mutex<Way>,
    tokens: Tokens,
    /// Politeness towards a token server that is not the registry itself:
    /// permits and holds of its own, and the registry's pace.
    host: HostState,
}

/// How requests are let in.
#[derive(Clone, Debug)]
enum Way {
    /// As they are, until a 401 says otherwise.
    Open,
    /// With the account.
    Basic,
    /// With a token.
    Bearer(Arc<TokenServer>),
}

/// Where a registry's tokens come from.
#[derive(Debug)]
pub(super) struct TokenServer {
    pub(super) realm: Url,
    pub(super) service: Option<String>,
    /// The scope that this registry asks for whatever is read.
    scope: Option<String>,
}

impl Authority {
    pub(crate) fn new(host: HostState) -> Self {
        Self { way: Mutex::new(Way::Open), tokens: Tokens::default(), host }
    }

    fn way(&self) -> Way {
        self.way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_way(&self, way: Way) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }
}

impl Shared {
    /// The header for a request that has not been sent. Once the registry has
    /// named its token server, the token is had before: a 401 a repository
    /// would be as many requests again.
    pub(crate) async fn authorization(&self, scope: Scope<'_>) -> Result<Option<HeaderValue>, Refusal> {
        if let Some(ready) = self.options.credentials.ready() {
            return Ok(Some(ready));
        }
        match self.authority.way() {
            Way::Open => Ok(None),
            Way::Basic => Ok(self.options.credentials.basic()),
            Way::Bearer(server) => {
                let scope = server.scope.clone().or_else(|| scope.text());
                self.token(&server, scope.as_deref(), None).await.map(Some)
            }
        }
    }

    /// The header that a 401 asks for; `None` where there is nothing to offer.
    /// `sent` is what was refused.
    pub(crate) async fn after_refusal(
        &self,
        scope: Scope<'_>,
        answer: &Answer,
        sent: Option<&HeaderValue>,
    ) -> Result<Option<HeaderValue>, Refusal> {
        // Another host's 401 is no question of the registry's.
        if self.options.credentials.ready().is_some() || !same_server(&answer.url, &self.address.base) {
            return Ok(None);
        }
        let challenges = Challenge::all(&answer.headers);
        let bearer = challenges.iter().find(|challenge| challenge.is("bearer") && challenge.realm.is_some());
        if let Some(challenge) = bearer {
            let server = self.token_server(challenge, answer)?;
            let asked = challenge.scope.as_deref().map(reading_only).filter(|scope| !scope.is_empty());
            let scope = asked.or_else(|| scope.text());
            let token = self.token(&server, scope.as_deref(), sent).await;
            return token.map(Some).map_err(|refusal| match *refusal.kind {
                ErrorKind::Unauthorized { .. } => {
                    let challenge = Some(challenge.clone());
                    Refusal { kind: Box::new(ErrorKind::Unauthorized { challenge }), ..refusal }
                }
                _ => refusal,
            });
        }
        let basic = challenges.iter().any(|challenge| challenge.is("basic"));
        let header = self.options.credentials.basic().filter(|header| basic && sent != Some(header));
        if header.is_some() {
            self.authority.set_way(Way::Basic);
        }
        Ok(header)
    }

    /// The token server of a challenge. The first one that a registry names is
    /// its only one: else it could have this client ask one host after another.
    fn token_server(&self, challenge: &Challenge, answer: &Answer) -> Result<Arc<TokenServer>, Refusal> {
        let refuse = |reason: String| Refusal { kind: Box::new(ErrorKind::Token), detail: reason };
        let realm = challenge.realm.as_deref().unwrap_or_default();
        let realm = realm::check(realm, &self.address.base, answer.peer).map_err(refuse)?;
        if let Way::Bearer(known) = self.authority.way()
            && !same_server(&known.realm, &realm)
        {
            let (before, now) = (known.realm.origin(), realm.origin());
            let (before, now) = (before.ascii_serialization(), now.ascii_serialization());
            return Err(refuse(format!("its tokens came from {before}, and now it names {}", quoted(&now))));
        }
        let scope = challenge.scope.clone().filter(|scope| !scope.is_empty() && !is_particular(scope));
        let server = Arc::new(TokenServer { realm, service: challenge.service.clone(), scope });
        self.authority.set_way(Way::Bearer(Arc::clone(&server)));
        Ok(server)
    }

    async fn token(
        &self,
        server: &TokenServer,
        scope: Option<&str>,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Refusal> {
        // One host, one object that is polite to it.
        let own = same_server(&server.realm, &self.address.base);
        let host = if own { &self.host } else { &self.authority.host };
        let fetch = self.ask_for_token(host, server, scope);
        self.authority.tokens.get(scope.unwrap_or_default(), refused, fetch).await
    }
}
