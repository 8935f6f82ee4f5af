//! How one registry wants to be told who asks, as far as its answers have
//! shown it.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::HeaderValue;

use super::ask;
use super::challenge::Challenge;
use super::credentials::Credentials;
use super::realm::{self, same_server};
use super::refusal::Refusal;
use super::scope::{Scope, is_particular, reading_only};
use super::token_server::TokenServer;
use super::tokens::Tokens;
use crate::answer::Answer;
use crate::error::ErrorKind;
use crate::exchange::Exchange;
use crate::host::HostState;
use crate::quoted::quoted;

/// Tokens asked for at once, of one token server.
const TOKENS_AT_ONCE: usize = 2;

/// What is known of a registry's ways, and the tokens in hand.
#[derive(Debug)]
pub(crate) struct Authority {
    credentials: Credentials,
    way: Mutex<Way>,
    tokens: Tokens,
    exchange: Arc<Exchange>,
    /// Politeness towards the registry, and towards a token server that is
    /// another host: permits and holds of its own, and the registry's pace.
    registry: Arc<HostState>,
    token_host: HostState,
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

impl Authority {
    pub(crate) fn new(credentials: Credentials, exchange: Arc<Exchange>, registry: Arc<HostState>) -> Self {
        let token_host = registry.beside(TOKENS_AT_ONCE);
        Self { credentials, way: Mutex::new(Way::Open), tokens: Tokens::default(), exchange, registry, token_host }
    }

    fn way(&self) -> Way {
        self.way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_way(&self, way: Way) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }

    /// The header for a request that has not been sent. Once the registry has
    /// named its token server, the token is received before: a 401 a repository
    /// would be as many requests again.
    pub(crate) async fn authorization(&self, scope: Scope<'_>) -> Result<Option<HeaderValue>, Refusal> {
        if let Some(ready) = self.credentials.ready() {
            return Ok(Some(ready));
        }
        match self.way() {
            Way::Open => Ok(None),
            Way::Basic => Ok(self.credentials.basic()),
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
        if self.credentials.ready().is_some() || !same_server(&answer.url, &self.exchange.base) {
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
        let header = self.credentials.basic().filter(|header| basic && sent != Some(header));
        if header.is_some() {
            self.set_way(Way::Basic);
        }
        Ok(header)
    }

    /// The token server of a challenge. The first one that a registry names is
    /// its only one: else it could have this client ask one host after another.
    fn token_server(&self, challenge: &Challenge, answer: &Answer) -> Result<Arc<TokenServer>, Refusal> {
        let refuse = |reason: String| Refusal { kind: Box::new(ErrorKind::Token), detail: reason };
        let realm = challenge.realm.as_deref().unwrap_or_default();
        let realm = realm::check(realm, &self.exchange.base, answer.peer).map_err(refuse)?;
        if let Way::Bearer(known) = self.way()
            && !same_server(&known.realm, &realm)
        {
            let (before, now) = (known.realm.origin(), realm.origin());
            let (before, now) = (before.ascii_serialization(), now.ascii_serialization());
            return Err(refuse(format!("its tokens came from {before}, and now it names {}", quoted(&now))));
        }
        let scope = challenge.scope.clone().filter(|scope| !scope.is_empty() && !is_particular(scope));
        let server = Arc::new(TokenServer { realm, service: challenge.service.clone(), scope });
        self.set_way(Way::Bearer(Arc::clone(&server)));
        Ok(server)
    }

    async fn token(
        &self,
        server: &TokenServer,
        scope: Option<&str>,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Refusal> {
        // One host, one object that is polite to it.
        let own = same_server(&server.realm, &self.exchange.base);
        let host = if own { &*self.registry } else { &self.token_host };
        let fetch = ask::for_token(&self.exchange, host, &self.credentials, server, scope);
        self.tokens.get(scope.unwrap_or_default(), refused, fetch).await
    }
}
