//! Asking a token server: by GET, with the account as `Basic` where there is
//! one (distribution's `spec/auth/token.md`), or with an identity token by
//! POST (`oauth.md`).

use bytes::Bytes;
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use super::credentials::Credentials;
use super::refusal::Refusal;
use super::token::{self, Token};
use super::token_server::TokenServer;
use crate::attempts::Attempts;
use crate::call::Call;
use crate::error::{ErrorKind, RegistryError, Shown};
use crate::exchange::Exchange;
use crate::host::HostState;

/// The most bytes of a token server's answer.
const CAP: usize = 256 * 1024;
/// Who asks, in OAuth 2.0's terms.
const CLIENT: &str = "forebear";

/// Asks for one token, on `host`'s account.
pub(super) async fn for_token(
    exchange: &Exchange,
    host: &HostState,
    credentials: &Credentials,
    server: &TokenServer,
    scope: Option<&str>,
) -> Result<Token, Refusal> {
    let call = match credentials {
        Credentials::IdentityToken(identity) => Call::post(server.realm.clone(), form(server, scope, identity), CAP),
        Credentials::Anonymous | Credentials::Header(_) | Credentials::Password { .. } => {
            Call::token(with_query(server, scope), CAP)
        }
    };
    let answer =
        exchange.send(host, &call, credentials.basic().as_ref(), &mut Attempts::at(&call, &exchange.sent)).await;
    let answer = match answer {
        Ok(answer) if answer.status.is_success() => answer,
        Ok(answer) if matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            let shown = match (credentials.account(), answer.status) {
                (Some(account), StatusCode::UNAUTHORIZED) => Shown::Account(account),
                (Some(account), _) => Shown::TokenOf(account),
                (None, _) => Shown::Nothing,
            };
            let kind = Box::new(ErrorKind::Unauthorized { challenge: None, shown });
            return Err(Refusal { kind, detail: format!("the token server said {}", answer.status.as_u16()) });
        }
        Ok(answer) => return Err(failed(answer.success().err())),
        Err(error) => return Err(failed(Some(error))),
    };
    let token = token::read(&answer.body, &answer.headers, scope).map_err(|reason| {
        let reason = if answer.is_html() { "the answer is an HTML page".to_owned() } else { reason };
        failed(Some(answer.fail(ErrorKind::Protocol(reason))))
    })?;
    exchange.sent.note(&token.header);
    Ok(token)
}

/// A limit stays a limit, so that the work can be parked; anything else is a
/// token that was not received.
fn failed(error: Option<RegistryError>) -> Refusal {
    let kind = match error.as_ref().map(RegistryError::kind) {
        Some(limited @ (ErrorKind::RateLimited { .. } | ErrorKind::StillLimited { .. })) => limited.clone(),
        _ => ErrorKind::Token,
    };
    Refusal { kind: Box::new(kind), detail: error.map(|error| error.to_string()).unwrap_or_default() }
}

fn with_query(server: &TokenServer, scope: Option<&str>) -> url::Url {
    let mut url = server.realm.clone();
    {
        let mut pairs = url.query_pairs_mut();
        pairs.extend_pairs(server.service.iter().map(|service| ("service", service)));
        pairs.extend_pairs(scope.into_iter().flat_map(str::split_ascii_whitespace).map(|scope| ("scope", scope)));
    }
    if url.query() == Some("") {
        url.set_query(None);
    }
    url
}

fn form(server: &TokenServer, scope: Option<&str>, identity: &SecretString) -> Bytes {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "refresh_token");
    form.append_pair("client_id", CLIENT);
    form.append_pair("service", server.service.as_deref().unwrap_or_default());
    form.extend_pairs(scope.map(|scope| ("scope", scope)));
    form.append_pair("refresh_token", identity.expose_secret());
    form.finish().into()
}
