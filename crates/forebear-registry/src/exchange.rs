//! Sending one call on a host's account: its pass, redirects, body, retries.
//!
//! What is below authentication: the token server is asked through it, and so
//! is the registry by those who have the header that it wants.

use std::sync::Arc;
use std::time::Duration;

use forebear_image::limits::LARGE;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, LOCATION, RANGE};
use tokio::time::Instant;
use url::Url;

use crate::address::Reach;
use crate::answer::{Answer, CredentialKind, ERROR_CAP, OpenBody};
use crate::attempts::Attempts;
use crate::base::Base;
use crate::body;
use crate::call::Call;
use crate::encoding::Encoding;
use crate::error::{ErrorKind, RegistryError, Shown};
use crate::failure::Failure;
use crate::host::{HostState, Pass};
use crate::limits::may_be_limit;
use crate::proxy::Proxies;
use crate::redirect::{self, follow, may_have_credentials, same_host};
use crate::resolver::Floor;
use crate::retry::{MOST_WAITS, Retries, jitter};
use crate::room::{Room, room};
use crate::sent::Sent;
use crate::stats::add;
use crate::transport::Clients;

/// The longest one try at a streamed body may take, in all; without a byte it
/// ends as soon as any other.
const STREAM_TOTAL: Duration = Duration::from_secs(12 * 3600);

/// The way out to one registry and the hosts that belong to it.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Where the registry is.
    pub(crate) base: Arc<Base>,
    pub(crate) http: Clients,
    pub(crate) proxies: Proxies,
    pub(crate) floor: Arc<Floor>,
    pub(crate) retries: Retries,
    /// What was sent and must not come back in words.
    pub(crate) sent: Arc<Sent>,
}

impl Exchange {
    /// Sends `call` until it is answered or given up, on `host`'s account.
    /// `authorization` goes to the call's own origin and nowhere else.
    pub(crate) async fn send(
        &self,
        host: &HostState,
        call: &Call,
        authorization: Option<&HeaderValue>,
        attempts: &mut Attempts,
    ) -> Result<Answer, RegistryError> {
        let (mut tries, mut waits) = (0, 0);
        loop {
            let before = attempts.tries;
            let pass = host.admit(call.kind).await.map_err(Failure::from);
            let answer = match pass {
                Ok(pass) => self.attempt(host, pass, call, authorization, attempts).await,
                Err(held) => Err(held),
            };
            let failure = match answer {
                Ok(answer) => match answer.failure().filter(|failure| failure.passing) {
                    None => return Ok(answer),
                    Some(failure) => failure,
                },
                Err(failure) => failure,
            };
            let sent = attempts.tries - before;
            // A limit says when to come back, so its wait is no try that failed.
            let is_limit = matches!(failure.kind, ErrorKind::RateLimited { .. });
            *(if is_limit { &mut waits } else { &mut tries }) += sent;
            let pause = self.retries.pause(tries);
            // Who does not answer at all is not asked again and again.
            if !failure.passing || tries > self.retries.most || (failure.unreached && host.is_silent()) {
                return Err(attempts.error(failure.with_hold(host.held())));
            }
            if let Some(hold) = host.held_too_long() {
                // Only a limit's own words explain a hold.
                let limited = failure.wait.is_some() || matches!(failure.kind, ErrorKind::RateLimited { .. });
                let detail = failure.detail.filter(|_| limited);
                return Err(attempts.error(Failure { detail, registry_code: failure.registry_code, ..hold.into() }));
            }
            if waits >= MOST_WAITS {
                return Err(attempts.error(Failure { kind: ErrorKind::StillLimited { waits }, ..failure }));
            }
            let url = attempts.sent.without(attempts.url.path());
            tracing::debug!(%url, tries, waits, kind = failure.kind.code(), "sending again");
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
    pub(crate) async fn attempt(
        &self,
        host: &HostState,
        mut pass: Pass,
        call: &Call,
        authorization: Option<&HeaderValue>,
        attempts: &mut Attempts,
    ) -> Result<Answer, Failure> {
        attempts.tries += 1;
        host.counters.sent(call.kind);
        let own = call.url.origin() == self.base.url().origin();
        let mut url = call.url.clone();
        let mut peer = Reach::Public;
        for hop in 0..=redirect::MOST {
            let to_host = hop == 0 || same_host(&call.url, &url);
            if hop > 0 && to_host {
                host.admit_again(&mut pass).await.map_err(Failure::from)?;
                host.counters.sent(call.kind);
            }
            let authorization = authorization.filter(|_| may_have_credentials(&call.url, &url));
            let response = self.execute(call, &url, authorization).await;
            if hop == 0 {
                match &response {
                    Ok(_) => host.answered(),
                    Err(failure) if failure.unreached => host.unreached(url.path()),
                    // It was reached, and said nothing of use.
                    Err(_) => {}
                }
            }
            let mut response = response?;
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
                let attempts = attempts.clone();
                if !may_be_limit(status) {
                    host.passed(pass.sent());
                }
                if call.stream_from.is_some() && status.is_success() {
                    let headers = response.headers().clone();
                    let rest = Some(OpenBody { response, _pass: pass });
                    return Ok(Answer {
                        attempts,
                        url,
                        status,
                        headers,
                        body: bytes::Bytes::new(),
                        encoding: None,
                        rest,
                        peer,
                        retried_with: CredentialKind::None,
                        shown: Shown::Nothing,
                    });
                }
                let (body, encoding) = read(host, call, &mut response).await?;
                let headers = std::mem::take(response.headers_mut());
                let answer = Answer {
                    attempts,
                    url,
                    status,
                    headers,
                    body,
                    encoding,
                    rest: None,
                    peer,
                    retried_with: CredentialKind::None,
                    shown: Shown::Nothing,
                };
                // Before the permit is free: the next must see the hold.
                self.note_limit(host, &answer, pass.sent());
                return Ok(answer);
            }
            // Small, and reading it keeps the connection.
            read(host, call, &mut response).await?;
            url = follow(&url, response.headers().get(LOCATION), call.redirects, peer)
                .map_err(|reason| Failure::lasting(ErrorKind::Redirect(reason)))?;
            // To the host itself the request is still under way.
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
        if let ErrorKind::RateLimited { limit, .. } = failure.kind {
            host.limited(sent, failure.wait, limit, self.retries.first_pause);
            return;
        }
        if may_be_limit(answer.status) {
            host.passed(sent);
        }
    }

    async fn execute(
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
        let own = same_host(self.base.url(), url);
        let sent = self.http.of(own).execute(request).await;
        sent.map_err(|error| Failure::from_client(&error).through(self.proxies.of(url)))
    }
}

/// A body that came packed, unpacked in its own room or that which it may need.
async fn unpacked(packed: bytes::Bytes, cap: usize) -> Result<bytes::Bytes, Failure> {
    let packed = if packed.len() > LARGE { bytes::Bytes::from(packed.to_vec()) } else { packed };
    let held = room(cap).await;
    let bytes = Encoding::Gzip.unpack(&packed, cap).map_err(|failure| *failure)?;
    Ok(Room::keep(held.filter(|_| bytes.len() > LARGE), bytes))
}

/// Reads a body, unpacked, and says how it was packed.
async fn read(
    host: &HostState,
    call: &Call,
    response: &mut reqwest::Response,
) -> Result<(bytes::Bytes, Option<Encoding>), Failure> {
    if call.method == http::Method::HEAD {
        return Ok((bytes::Bytes::new(), None));
    }
    let encoding = Encoding::of(response.headers());
    if response.status().is_success() {
        let body = match &encoding {
            None => body::read(response, call.cap, &host.counters).await?,
            Some(Encoding::Gzip) => {
                let packed = body::read(response, call.cap, &host.counters).await?;
                unpacked(packed, call.cap).await?
            }
            Some(other) => return Err(other.refusal("")),
        };
        return Ok((body, encoding));
    }
    // The status is the answer; an error page that is too long or breaks
    // off does not change it.
    let body = body::read(response, ERROR_CAP, &host.counters).await.unwrap_or_default();
    let unpacked = encoding.as_ref().and_then(|encoding| encoding.unpack(&body, ERROR_CAP).ok());
    Ok((unpacked.unwrap_or(body), encoding))
}
