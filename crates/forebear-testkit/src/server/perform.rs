//! Turns an answer, and the fault it meets, into what goes over the wire.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use forebear_image::Digest;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LINK, LOCATION};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response};

use crate::server::answer::Answer;
use crate::server::api;
use crate::server::body::{Plan, ScriptedBody};
use crate::server::fault::Fault;
use crate::server::recorded::Ticket;
use crate::server::shared::Shared;
use crate::sure::Sure as _;

/// Answers one request. An error makes hyper drop the connection; `reset` says
/// that it should go with a reset rather than an orderly end.
pub(crate) async fn perform(
    shared: &Shared,
    request: &Parts,
    body: &[u8],
    ticket: Ticket,
    reset: &Arc<AtomicBool>,
) -> io::Result<Response<ScriptedBody>> {
    let (delay, together, after, extra) = {
        let options = shared.options();
        (options.delay, options.together, options.after.clone(), options.headers.clone())
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    if let Some((part, count)) = together
        && request.uri.path().contains(part)
    {
        while shared.log.arrived(part) < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    for (_, other) in after.iter().filter(|(part, _)| request.uri.path().contains(part.as_str())) {
        while shared.log.arrived(other) == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let fault = shared.faults().take(request);
    match &fault {
        Some(Fault::Delay(time)) => tokio::time::sleep(*time).await,
        Some(Fault::StallBeforeHeaders) => std::future::pending().await,
        Some(Fault::Reset) => {
            reset.store(true, Ordering::SeqCst);
            return Err(io::Error::other("scripted reset"));
        }
        Some(Fault::ResetAfter(_)) => reset.store(true, Ordering::SeqCst),
        _ => {}
    }
    let answer = match &fault {
        Some(Fault::Answer { status, headers, body }) => {
            let answer = Answer::new(*status, "application/json", body.clone());
            headers.iter().fold(answer, |answer, (name, value)| answer.with(name, value))
        }
        Some(Fault::Echo(status)) => echo(*status, request, body),
        _ => api::answer(shared, request, body),
    };
    let answer = extra.iter().fold(answer, |answer, (name, value)| answer.with(name, value));
    let (answer, plan) = bend(answer, fault, shared, request);
    ticket.answered(answer.status.as_u16());
    // A HEAD gets the headers of its GET, the length included; hyper sends no
    // body for it.
    let plan = if request.method == Method::HEAD { Plan::Whole(Bytes::new()) } else { plan };
    let mut response = Response::new(ScriptedBody::new(plan, ticket));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

/// Repeats what a request was let in with: as it came, decoded, and in the body
/// of a POST.
fn echo(status: u16, request: &Parts, body: &[u8]) -> Answer {
    let given = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let decoded = given.split_once(' ').and_then(|(_, text)| STANDARD.decode(text).ok()).unwrap_or_default();
    let (decoded, form) = (String::from_utf8_lossy(&decoded), String::from_utf8_lossy(body));
    let message = format!("you sent {given} ({decoded}) {form}");
    let challenge = format!("Bearer realm=\"https://127.0.0.1:1/{given}\",scope=\"{given}\"");
    let answer = Answer::error(status, "DENIED", &message);
    if status == 401 { answer.with("www-authenticate", &challenge) } else { answer }
}

/// Applies a fault to an answer.
fn bend(mut answer: Answer, fault: Option<Fault>, shared: &Shared, request: &Parts) -> (Answer, Plan) {
    let path = request.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let fill = |text: &str| text.replace("{path}", &path).replace("{host}", &shared.addr.to_string());
    match &fault {
        Some(Fault::Header(name, value)) if value.is_empty() => {
            answer.headers.remove(HeaderName::try_from(name.as_str()).sure("reading a header's name"));
        }
        Some(Fault::Header(name, value)) => answer = answer.with(name, value),
        Some(Fault::WrongBytes) => answer.body = answer.body.iter().map(|byte| byte ^ 1).collect::<Vec<_>>().into(),
        Some(Fault::Html) => {
            let page = "<!DOCTYPE html>\n<html><body><h1>Please log in to the network</h1></body></html>\n";
            answer = Answer::new(200, "text/html; charset=utf-8", page);
        }
        Some(Fault::InvalidJson) => {
            answer.body = answer.body.slice(..answer.body.len() / 2);
        }
        Some(Fault::NullTags) => answer = Answer::new(200, "application/json", r#"{"tags": null}"#),
        Some(Fault::ContentType(media_type)) => {
            answer.headers.insert(CONTENT_TYPE, HeaderValue::try_from(media_type).sure("reading a content type"));
        }
        Some(Fault::WrongDigestHeader) => {
            answer = answer.with("docker-content-digest", &Digest::sha256(b"something else").to_string());
        }
        Some(Fault::Redirect { status, to }) => {
            answer = Answer::new(*status, "text/html; charset=utf-8", "");
            answer.headers.insert(LOCATION, HeaderValue::try_from(fill(to)).sure("reading a location"));
        }
        Some(Fault::Link(link)) => {
            answer.headers.insert(LINK, HeaderValue::try_from(fill(link)).sure("reading a link"));
        }
        _ => {}
    }
    let length = answer.body.len();
    let plan = match fault {
        Some(Fault::ResetAfter(count) | Fault::Truncate(count)) => Plan::Break(answer.body.slice(..count.min(length))),
        Some(Fault::Drip(interval)) => Plan::Drip(answer.body.clone(), interval),
        Some(Fault::Stall) => Plan::Stall,
        Some(Fault::Endless) => Plan::Endless,
        _ => Plan::Whole(answer.body.clone()),
    };
    if matches!(plan, Plan::Endless) {
        answer.headers.remove(CONTENT_LENGTH);
    } else {
        answer.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    (answer, plan)
}
