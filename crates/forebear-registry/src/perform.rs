//! Sending: who asks, pass, redirects, body, retries. Every operation ends here.

use std::sync::Arc;

use forebear_image::RegistryName;
use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, RANGE};
use tokio::time::Instant;
use url::Url;

use crate::address::{Address, Reach};
use crate::answer::{Answer, ERROR_CAP, Offered, OpenBody, Question};
use crate::auth::{Authority, Refusal};
use crate::body;
use crate::call::Call;
use crate::error::{ErrorKind, RegistryError};
use crate::failure::Failure;
use crate::host::HostState;
use crate::limits::end_of;
use crate::options::RegistryOptions;
use crate::redirect::{self, follow, may_have_credentials, same_host};
use crate::resolver::Floor;
use crate::retry::{backoff, jitter};
use crate::stats::add;

/// The longest one try at a streamed body may take, in all; without a byte it
/// ends as soon as any other.
const STREAM_TOTAL: std::time::Duration = std::time::Duration::from_secs(12 * 3600);

/// What the clones of a [`crate::Registry`] share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) address: Address,
    pub(crate) name: RegistryName,
    pub(crate) host: HostState,
    pub(crate) http: reqwest::Client,
    pub(crate) floor: Arc<Floor>,
    pub(crate) authority: Authority,
    /// Where namespaces are listed, and politeness towards it.
    pub(crate) namespace_api: Option<Url>,
    pub(crate) namespace_host: HostState,
    pub(crate) options: RegistryOptions,
}

impl Shared {
    /// A URL on this registry from its path and query.
    pub(crate) fn url(&self, target: &str) -> Result<Url, RegistryError> {
        self.address.base.join(target).map_err(|error| {
            let message = format!("'{target}' is no path on a registry: {error}");
            RegistryError::before_sending(&self.address.base, ErrorKind::Configuration(message))
        })
    }

    /// Sends `call` until it is answered or given up. Answers of all statuses
    /// but the passing ones (429, 5xx) come back as answers.
    ///
    /// A 401 that says how to be let in is followed once: with a token that
    /// has just been had, a second 401 is the answer.
    pub(crate) async fn perform(&self, call: &Call) -> Result<Answer, RegistryError> {
        let mut question =
            Question { method: call.method_name(), url: call.url.clone(), tries: 0, started: Instant::now() };
        let scope = call.scope();
        let refused = |question: &Question, refusal: Refusal| {
            question.error(Failure { detail: Some(refusal.detail), ..Failure::lasting(*refusal.kind) })
        };
        let sent = self.authorization(scope).await.map_err(|refusal| refused(&question, refusal))?;
        let answer = self.exchange(&self.host, call, sent.as_ref(), &mut question).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let offer = self.after_refusal(scope, &answer, sent.as_ref()).await;
        let Some(offer) = offer.map_err(|refusal| refused(&question, refusal))? else { return Ok(answer) };
        let mut answer = self.exchange(&self.host, call, Some(&offer), &mut question).await?;
        answer.offered = if offer.as_bytes().starts_with(b"Bearer") { Offered::Token } else { Offered::Account };
        Ok(answer)
    }

    /// Sends `call` until it is answered or given up, on `host`'s account.
    /// `authorization` goes to the call's own origin and nowhere else.
    pub(crate) async fn exchange(
        &self,
        host: &HostState,
        call: &Call,
        authorization: Option<&HeaderValue>,
        question: &mut Question,
    ) -> Result<Answer, RegistryError> {
        let mut tries = 0;
        loop {
            let before = question.tries;
            let failure = match self.attempt(host, call, authorization, question).await {
                Ok(answer) => match answer.failure().filter(|failure| failure.passing) {
                    None => return Ok(answer),
                    Some(failure) => failure,
                },
                Err(failure) => failure,
            };
            tries += question.tries - before;
            let pause = backoff(self.options.first_backoff, tries);
            if !failure.passing || tries > self.options.retries {
                return Err(question.error(failure.with_hold(host)));
            }
            if let Some(held) = host.held_too_long() {
                // Only a limit's own words explain a hold.
                let limited = failure.wait.is_some() || matches!(failure.kind, ErrorKind::RateLimited { .. });
                let detail = failure.detail.filter(|_| limited);
                return Err(question.error(Failure { detail, registry_code: failure.registry_code, ..held.into() }));
            }
            tracing::debug!(url = %question.url.path(), tries, kind = failure.kind.code(), "sending again");
            add(&host.counters.retries, 1);
            let now = Instant::now();
            let resume = match host.held_until() {
                // The server's own time, and a little more at random.
                Some(until) => until + jitter(pause / 2),
                None => now + pause / 2 + jitter(pause / 2),
            };
            tokio::time::sleep_until(resume).await;
        }
    }

    /// One try: one pass, one request and the redirects it leads to. Those to
    /// the same host wait for its hold and pace like any request.
    async fn attempt(
        &self,
        host: &HostState,
        call: &Call,
        authorization: Option<&HeaderValue>,
        question: &mut Question,
    ) -> Result<Answer, Failure> {
        let mut pass = host.admit(call.kind).await.map_err(Failure::from)?;
        question.tries += 1;
        host.counters.sent(call.kind);
        let own = call.url.origin() == self.address.base.origin();
        let mut url = call.url.clone();
        let mut peer = Reach::Public;
        for hop in 0..=redirect::MOST {
            let to_host = hop == 0 || same_host(&call.url, &url);
            if hop > 0 && to_host {
                host.admit_again(&mut pass).await.map_err(Failure::from)?;
                host.counters.sent(call.kind);
            }
            let authorization = authorization.filter(|_| may_have_credentials(&call.url, &url));
            let mut response = self.send(call, &url, authorization).await?;
            if hop == 0 {
                peer = response.remote_addr().map_or(Reach::Public, |address| Reach::of(address.ip()));
                if own {
                    self.floor.set(peer);
                }
            }
            let status = response.status();
            if !status.is_redirection() || status.as_u16() == 304 {
                if to_host {
                    pass.answered(status, response.headers());
                }
                let asked = question.clone();
                if status != StatusCode::TOO_MANY_REQUESTS {
                    host.passed(pass.sent());
                }
                if call.stream_from.is_some() && status.is_success() {
                    let headers = response.headers().clone();
                    let rest = Some(OpenBody { response, _pass: pass });
                    return Ok(Answer {
                        asked,
                        url,
                        status,
                        headers,
                        body: bytes::Bytes::new(),
                        rest,
                        peer,
                        offered: Offered::Nothing,
                    });
                }
                let body = read(host, call, &mut response).await?;
                let headers = std::mem::take(response.headers_mut());
                let answer = Answer { asked, url, status, headers, body, rest: None, peer, offered: Offered::Nothing };
                // Before the permit is free: the next must see the hold.
                self.note_limit(host, &answer, pass.sent());
                return Ok(answer);
            }
            // Small, and reading it keeps the connection.
            read(host, call, &mut response).await?;
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            url = follow(&url, location, call.redirects, peer)
                .map_err(|reason| Failure::lasting(ErrorKind::Redirect(reason)))?;
            // To the host itself the question is still under way.
            if to_host && !same_host(&call.url, &url) {
                pass.answered(status, response.headers());
            }
            add(&host.counters.redirects, 1);
        }
        let message = format!("more than {} redirects", redirect::MOST);
        Err(Failure::lasting(ErrorKind::Redirect(message)))
    }

    /// Holds the host where an answer says so.
    fn note_limit(&self, host: &HostState, answer: &Answer, sent: Instant) {
        let Some(failure) = answer.failure() else { return };
        match (failure.kind, failure.wait) {
            (ErrorKind::RateLimited { limit, .. }, asked) => {
                host.limited(sent, asked, limit, self.options.first_backoff);
            }
            (_, Some(wait)) => {
                host.hold_until(end_of(wait));
            }
            (_, None) => {}
        }
    }

    async fn send(
        &self,
        call: &Call,
        url: &Url,
        authorization: Option<&HeaderValue>,
    ) -> Result<reqwest::Response, Failure> {
        let mut request = reqwest::Request::new(call.method.clone(), url.clone());
        if let Some(accept) = &call.accept {
            request.headers_mut().insert(ACCEPT, accept.clone());
        }
        if let Some(form) = &call.form {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            *request.body_mut() = Some(form.clone().into());
        }
        if let Some(from) = call.stream_from {
            *request.timeout_mut() = Some(STREAM_TOTAL);
            if from > 0 {
                request.headers_mut().insert(
                    RANGE,
                    HeaderValue::try_from(format!("bytes={from}-"))
                        .map_err(|_| Failure::lasting(ErrorKind::Configuration(format!("no range from {from}"))))?,
                );
            }
        }
        if let Some(authorization) = authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        self.http.execute(request).await.map_err(|error| Failure::from_client(&error))
    }
}

async fn read(host: &HostState, call: &Call, response: &mut reqwest::Response) -> Result<bytes::Bytes, Failure> {
    if call.method == http::Method::HEAD {
        return Ok(bytes::Bytes::new());
    }
    if response.status().is_success() {
        return match body::unasked_encoding(response.headers()) {
            Some(failure) => Err(failure),
            None => body::read(response, call.cap, &host.counters).await,
        };
    }
    // The status is the answer; an error page that is too long or breaks
    // off does not change it.
    Ok(body::read(response, ERROR_CAP, &host.counters).await.unwrap_or_default())
}
