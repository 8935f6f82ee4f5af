//! Bearer tokens, as Docker Hub hands them out, and `Basic`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use serde_json::json;

use crate::server::answer::Answer;
use crate::server::options::{Bearer, Catalog, Options};
use crate::server::paging::unescape;
use crate::server::route::Route;
use crate::server::shared::Shared;

/// Hands out a token for the scopes of the query.
pub(crate) fn token(shared: &Shared, request: &Parts, query: &str) -> Answer {
    let Options { bearer, catalog, .. } = shared.options().clone();
    // A catalog that is refused sends its clients here in vain.
    let bearer = bearer.or_else(|| (catalog == Catalog::Refused401).then(Bearer::default));
    let Some(bearer) = bearer else { return no_token_server() };
    if let Some(account) = &bearer.account
        && authorization(request) != Some(&basic(account))
    {
        return Answer::error(401, "UNAUTHORIZED", "incorrect username or password");
    }
    if bearer.identity.is_some() {
        return Answer::error(401, "UNAUTHORIZED", "a refresh token is needed");
    }
    issue(shared, &bearer, query)
}

/// Hands out a token for an identity token (OAuth 2.0, as distribution's
/// `oauth.md` has it).
pub(crate) fn exchange(shared: &Shared, body: &[u8]) -> Answer {
    let Some(bearer) = shared.options().bearer.clone() else { return no_token_server() };
    let form = String::from_utf8_lossy(body).replace('+', " ");
    let given = form.split('&').find_map(|pair| pair.strip_prefix("refresh_token=")).map(unescape);
    match &bearer.identity {
        None => Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n"),
        Some(identity) if given.as_ref() == Some(identity) => issue(shared, &bearer, &form),
        Some(_) => Answer::error(401, "UNAUTHORIZED", "invalid refresh token"),
    }
}

fn no_token_server() -> Answer {
    Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n")
}

fn issue(shared: &Shared, bearer: &Bearer, pairs: &str) -> Answer {
    let asked = pairs.split('&').filter_map(|pair| pair.strip_prefix("scope=")).map(unescape);
    let asked = asked.flat_map(|s| s.split(['+', ' ']).map(str::to_owned).collect::<Vec<_>>()).collect();
    let scopes = bearer.granted.clone().map_or(asked, |granted| vec![granted]);
    let token = shared.tokens().issue(scopes, bearer.lifetime);
    let seconds = bearer.announced.unwrap_or(i64::try_from(bearer.lifetime.as_secs()).unwrap_or(i64::MAX));
    Answer::json(200, &json!({"token": token, "access_token": token, "expires_in": seconds}))
}

/// The 401 that a request earns, if it needs to be let in and is not.
pub(crate) fn check(shared: &Shared, request: &Parts, route: &Route<'_>) -> Option<Answer> {
    let Options { bearer, basic: account, .. } = shared.options().clone();
    let given = authorization(request);
    if let Some(account) = &account
        && given != Some(&basic(account))
    {
        let refusal = Answer::error(401, "UNAUTHORIZED", "authentication required");
        return Some(refusal.with("www-authenticate", "Basic realm=\"Registry Realm\""));
    }
    let bearer = bearer?;
    let scope = bearer.fixed_scope.clone().or_else(|| match (route, route.repository()) {
        (Route::Catalog, _) => Some("registry:catalog:*".to_owned()),
        (_, name) => name.map(|name| format!("repository:{name}:pull")),
    });
    let token = given.and_then(|given| given.strip_prefix("Bearer "));
    if token.is_some_and(|token| bearer.accepted.iter().any(|accepted| accepted == token)) {
        return None;
    }
    let tokens = shared.tokens();
    let scopes = token.and_then(|token| tokens.scopes(token));
    let error = match (scopes, &scope) {
        (Some(_), None) => return None,
        (Some(scopes), Some(wanted)) if scopes.contains(wanted) => return None,
        (Some(_), Some(_)) => ",error=\"insufficient_scope\"",
        (None, _) if given.is_some() => ",error=\"invalid_token\"",
        (None, _) => "",
    };
    let host = shared.addr;
    let realm = bearer.realm.unwrap_or_else(|| format!("http://{host}/token"));
    let scope = bearer.named_scope.or(scope);
    let scope = scope.map(|scope| format!(",scope=\"{scope}\"")).unwrap_or_default();
    let challenge = format!("Bearer realm=\"{realm}\",service=\"{host}\"{scope}{error}");
    Some(Answer::error(401, "UNAUTHORIZED", "authentication required").with("www-authenticate", &challenge))
}

fn authorization(request: &Parts) -> Option<&str> {
    request.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok())
}

fn basic((name, password): &(String, String)) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}
