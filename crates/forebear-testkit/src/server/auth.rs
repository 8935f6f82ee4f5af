//! Anonymous bearer tokens, as Docker Hub hands them out.

use std::collections::HashMap;
use std::time::Instant;

use http::request::Parts;
use serde_json::json;

use crate::server::answer::Answer;
use crate::server::options::Bearer;
use crate::server::routes::Route;
use crate::server::shared::Shared;

/// Tokens handed out: their scopes, and until when they are good.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: HashMap<String, (Vec<String>, Instant)>,
}

/// Hands out a token for the scopes of the query.
pub(crate) fn token(shared: &Shared, query: &str) -> Answer {
    let Some(Bearer { lifetime }) = shared.options().bearer.clone() else {
        return Answer::new(404, "text/plain; charset=utf-8", "404 page not found\n");
    };
    let scope = |pair: &str| pair.strip_prefix("scope=").map(|s| s.replace("%3A", ":").replace("%2F", "/"));
    let scopes: Vec<String> = query
        .split('&')
        .filter_map(scope)
        .flat_map(|s| s.split(['+', ' ']).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut tokens = shared.tokens();
    let token = format!("token-{}", tokens.issued.len());
    tokens.issued.insert(token.clone(), (scopes, Instant::now() + lifetime));
    Answer::json(200, &json!({"token": token, "access_token": token, "expires_in": lifetime.as_secs()}))
}

/// The 401 that a request earns, if it needs a token and has no good one.
pub(crate) fn check(shared: &Shared, request: &Parts, route: &Route<'_>) -> Option<Answer> {
    shared.options().bearer.as_ref()?;
    let scope = match (route, route.repository()) {
        (Route::Catalog, _) => Some("registry:catalog:*".to_owned()),
        (_, name) => name.map(|name| format!("repository:{name}:pull")),
    };
    let given = request.headers.get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let tokens = shared.tokens();
    let known = given.and_then(|given| given.strip_prefix("Bearer ")).and_then(|token| tokens.issued.get(token));
    let good = known.is_some_and(|(scopes, until)| {
        Instant::now() < *until && scope.as_ref().is_none_or(|wanted| scopes.contains(wanted))
    });
    if good {
        return None;
    }
    let host = shared.addr;
    let mut challenge = format!("Bearer realm=\"http://{host}/token\",service=\"{host}\"");
    if let Some(scope) = &scope {
        challenge.push_str(&format!(",scope=\"{scope}\""));
    }
    if given.is_some() {
        challenge.push_str(",error=\"invalid_token\"");
    }
    Some(Answer::error(401, "UNAUTHORIZED", "authentication required").with("www-authenticate", &challenge))
}
