//! Asking a registry as whom it wants to be asked. Every operation ends here.

use std::time::Duration;

use http::StatusCode;

use crate::answer::{Answer, CredentialKind};
use crate::attempts::Attempts;
use crate::auth::{Offer, Refusal};
use crate::call::Call;
use crate::error::{ErrorKind, RegistryError, Shown};
use crate::failure::Failure;
use crate::shared::Shared;

/// How long the other scheme is given to answer where it is a guess.
const GUESS: Duration = Duration::from_secs(5);

impl Shared {
    /// Sends `call` until it is answered or given up. Answers of all statuses
    /// but the passing ones (429, 5xx) come back as answers.
    ///
    /// A 401 that says how to be let in is followed once: with a token that
    /// was just received, a second 401 is the answer. A registry whose scheme is a
    /// guess is asked by the other where it turns out to speak that.
    pub(crate) async fn perform(&self, call: &Call) -> Result<Answer, RegistryError> {
        let first = self.authorized(call).await;
        let base = &self.address.base;
        let failure = match &first {
            Err(error) => Some(error.kind().clone()),
            Ok(answer) => answer.failure().map(|failure| failure.kind),
        };
        let done = match failure {
            Some(kind) if base.moves(&kind) => self.by_the_other_scheme(call, first, &kind).await,
            Some(_) | None => first,
        };
        if done.is_ok() {
            base.settle();
        }
        done.inspect_err(|error| self.keep_wait(error))
    }

    /// The same call by TLS, or without; `first` is what it came to before, for the reason `why`.
    async fn by_the_other_scheme(
        &self,
        call: &Call,
        first: Result<Answer, RegistryError>,
        why: &ErrorKind,
    ) -> Result<Answer, RegistryError> {
        let mut call = call.clone();
        if call.url.set_scheme(self.address.base.url().scheme()).is_err() {
            return first;
        }
        // One that said so is given time; else whatever listens there may never answer.
        let is_told = matches!(why, ErrorKind::WrongScheme { .. });
        let second = match is_told {
            true => Ok(self.authorized(&call).await),
            false => tokio::time::timeout(GUESS, self.authorized(&call)).await,
        };
        match second {
            // It is spoken to so, and something else is wrong.
            Ok(Err(error)) if is_told && matches!(error.kind(), ErrorKind::Tls) => Err(error),
            Ok(Err(error)) if !error.is_before_an_answer() || error.is_about_a_certificate() => Err(error),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) | Err(_) => {
                self.address.base.moves_back();
                first
            }
        }
    }

    /// Keeps the wait that an error is about, if the registry asked for it.
    pub(crate) fn keep_wait(&self, error: &RegistryError) {
        if let Some(wait) = error.retry_after() {
            self.host.keep(wait, || error.to_string());
        }
    }

    async fn authorized(&self, call: &Call) -> Result<Answer, RegistryError> {
        let mut attempts = Attempts::at(call, &self.exchange.sent);
        let scope = call.scope();
        let refused = |attempts: &Attempts, refusal: Refusal| {
            attempts.error(Failure { detail: Some(refusal.detail), ..Failure::lasting(*refusal.kind) })
        };
        let sent = self.authority.authorization(scope).await.map_err(|refusal| refused(&attempts, refusal))?;
        let header = sent.as_ref().map(|sent| &sent.header);
        let mut answer = self.exchange.send(&self.host, call, header, &mut attempts).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            if let Some(sent) = sent.as_ref().filter(|_| is_let_in(answer.status)) {
                self.authority.was_let_in(scope, sent);
            }
            return Ok(answer);
        }
        answer.shown = self.shown(sent.as_ref());
        let better = self.authority.after_refusal(scope, &answer, sent.as_ref()).await;
        let Some(better) = better.map_err(|refusal| refused(&attempts, refusal))? else { return Ok(answer) };
        let mut answer = self.exchange.send(&self.host, call, Some(&better.header), &mut attempts).await?;
        match answer.status {
            StatusCode::UNAUTHORIZED => self.authority.was_refused(scope, &better),
            status if is_let_in(status) => self.authority.was_let_in(scope, &better),
            _ => {}
        }
        answer.retried_with = if better.is_token() { CredentialKind::Token } else { CredentialKind::Account };
        answer.shown = self.shown(Some(&better));
        Ok(answer)
    }

    /// What an offer shows of whoever asks: an anonymous token is nobody's.
    fn shown(&self, offer: Option<&Offer>) -> Shown {
        match (offer, self.authority.account()) {
            (Some(offer), Some(account)) if offer.is_for_a_scope() => Shown::TokenOf(account),
            (Some(_), Some(account)) => Shown::Account(account),
            (_, None) | (None, _) => Shown::Nothing,
        }
    }
}

/// Whether an answer shows that a request was let in. A 403 may be about what was
/// shown (`insufficient_scope`; RFC 6750, section 3.1), and a limit about nothing.
fn is_let_in(status: StatusCode) -> bool {
    status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN
}
