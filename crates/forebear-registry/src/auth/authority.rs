//! How one registry wants to be told who asks, as far as its answers have
//! shown it.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::HeaderValue;

use super::account::Account;
use super::ask;
use super::challenge::Challenge;
use super::credentials::Credentials;
use super::let_in::LetIn;
use super::offer::Offer;
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
    let_in: LetIn,
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
        Self {
            credentials,
            way: Mutex::new(Way::Open),
            tokens: Tokens::default(),
            let_in: LetIn::default(),
            exchange,
            registry,
            token_host,
        }
    }

    /// Whose credentials they are; `None` for nobody's.
    pub(crate) fn account(&self) -> Option<Account> {
        self.credentials.account()
    }

    fn way(&self) -> Way {
        self.way.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_way(&self, way: Way) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }

    /// What to show with a request that has not been sent. Once the registry has
    /// named its token server, the token is received before: a 401 a repository
    /// would be as many requests again.
    pub(crate) async fn authorization(&self, need: Scope<'_>) -> Result<Option<Offer>, Refusal> {
        if let Some(ready) = self.credentials.ready() {
            return Ok(Some(Offer::of_account(ready)));
        }
        match self.way() {
            Way::Open => Ok(None),
            Way::Basic => Ok(self.credentials.basic().map(Offer::of_account)),
            Way::Bearer(server) => {
                let need = need.text();
                let known = self.let_in.by(&need).or_else(|| server.scope.clone());
                self.token(&server, known.unwrap_or(need), None).await.map(Some)
            }
        }
    }

    /// What to show instead, as a 401 asks; `None` where there is nothing to
    /// offer. `sent` is what was refused: it is not shown again, whatever is
    /// asked for.
    pub(crate) async fn after_refusal(
        &self,
        need: Scope<'_>,
        answer: &Answer,
        sent: Option<&Offer>,
    ) -> Result<Option<Offer>, Refusal> {
        // Another host's 401 is no question of the registry's.
        if self.credentials.ready().is_some() || !same_server(&answer.url, self.exchange.base.url()) {
            return Ok(None);
        }
        let refused = sent.map(|sent| &sent.header);
        if let Some(refused) = refused {
            self.tokens.drop_refused(refused);
        }
        let challenges = Challenge::all(&answer.headers);
        let bearer = challenges.iter().find(|challenge| challenge.is("bearer") && challenge.realm.is_some());
        if let Some(challenge) = bearer {
            let server = self.token_server(challenge, answer)?;
            // One that was let in before has ended early: what was right for it
            // is right for the next, whatever the challenge says.
            let scope = self.let_in.by(&need.text());
            let scope = scope.or_else(|| asked_for(challenge, need)).unwrap_or_else(|| need.text());
            let token = self.token(&server, scope, refused).await;
            return token.map(Some).map_err(|refusal| match *refusal.kind {
                ErrorKind::Unauthorized { shown, .. } => {
                    let (challenge, shown) = (Some(challenge.clone()), shown.clone());
                    Refusal { kind: Box::new(ErrorKind::Unauthorized { challenge, shown }), ..refusal }
                }
                _ => refusal,
            });
        }
        let basic = challenges.iter().any(|challenge| challenge.is("basic"));
        let header = self.credentials.basic().filter(|header| basic && refused != Some(header));
        if header.is_some() {
            self.set_way(Way::Basic);
        }
        Ok(header.map(Offer::of_account))
    }

    /// Notes that a request was let in.
    pub(crate) fn was_let_in(&self, need: Scope<'_>, offer: &Offer) {
        let Some(scope) = &offer.token_for else { return };
        let own = need.text();
        self.let_in.note(&own, scope);
        // A registry that asks for one thing whatever is read, as ECR Public for
        // `aws`, is not asked for each repository. What looks like the scope of
        // one thing has to have let in another before.
        if own != *scope
            && (!is_particular(scope) || (need != Scope::None && self.let_in.lets_in_another(scope, &own)))
            && let Way::Bearer(server) = self.way()
            && server.scope.as_ref() != Some(scope)
        {
            self.set_way(Way::Bearer(Arc::new(TokenServer { scope: Some(scope.clone()), ..(*server).clone() })));
        }
    }

    /// Notes that a request was not let in with what it had just received.
    pub(crate) fn was_refused(&self, need: Scope<'_>, offer: &Offer) {
        if let Some(scope) = &offer.token_for {
            self.let_in.forget(&need.text(), scope);
        }
    }

    /// The token server of a challenge. The first one that a registry names is
    /// its only one: else it could have this client ask one host after another.
    fn token_server(&self, challenge: &Challenge, answer: &Answer) -> Result<Arc<TokenServer>, Refusal> {
        let refuse = |reason: String| Refusal { kind: Box::new(ErrorKind::Token), detail: reason };
        let realm = challenge.realm.as_deref().unwrap_or_default();
        let realm = realm::check(realm, self.exchange.base.url(), answer.peer).map_err(refuse)?;
        if let Way::Bearer(known) = self.way()
            && !same_server(&known.realm, &realm)
        {
            let (before, now) = (known.realm.origin(), realm.origin());
            let (before, now) = (before.ascii_serialization(), now.ascii_serialization());
            return Err(refuse(format!("its tokens came from {before}, and now it names {}", quoted(&now))));
        }
        let server = Arc::new(TokenServer { realm, service: challenge.service.clone(), scope: None });
        self.set_way(Way::Bearer(Arc::clone(&server)));
        Ok(server)
    }

    async fn token(
        &self,
        server: &TokenServer,
        scope: String,
        refused: Option<&HeaderValue>,
    ) -> Result<Offer, Refusal> {
        // One host, one object that is polite to it.
        let own = same_server(&server.realm, self.exchange.base.url());
        let host = if own { &*self.registry } else { &self.token_host };
        let asked = Some(scope.as_str()).filter(|scope| !scope.is_empty());
        let fetch = ask::for_token(&self.exchange, host, &self.credentials, server, asked);
        let header = self.tokens.get(&scope, refused, fetch).await?;
        Ok(Offer::of_token(header, scope))
    }
}

/// The scope that a challenge asks for, as far as it is about what is asked: no
/// repository's where nothing is asked for but whether there is a registry.
fn asked_for(challenge: &Challenge, need: Scope<'_>) -> Option<String> {
    let scope = challenge.scope.as_deref().map(reading_only).filter(|scope| !scope.is_empty())?;
    (need != Scope::None || !scope.starts_with("repository:")).then_some(scope)
}
