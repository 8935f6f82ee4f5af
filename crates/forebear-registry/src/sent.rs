//! What was sent to a registry and is nobody else's business.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use crate::auth::Credentials;

/// What stands in the place of a secret.
const GONE: &str = "…";
/// Shorter texts are found in any sentence, and are no secret.
const SHORTEST: usize = 4;
/// The newest tokens that are remembered: more than are under way at once.
const TOKENS: usize = 256;

/// The secrets that a registry and its token server were sent: the account in
/// every form that it was written in, and tokens. A server may repeat them in
/// what it says, by mistake (some echo the request) or in order to have them
/// written into logs and reports that others read. So all foreign text of an
/// error is read here once more before it leaves ([`crate::attempts`]).
#[derive(Default)]
pub(crate) struct Sent {
    account: Vec<SecretString>,
    tokens: Mutex<VecDeque<SecretString>>,
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sent(…)")
    }
}

impl Sent {
    /// What these credentials are sent as.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let mut account = Vec::new();
        for secret in credentials.secrets() {
            let text = secret.expose_secret();
            let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            account.extend([encoded, text.to_owned()].map(SecretString::from));
        }
        account.retain(|secret| secret.expose_secret().len() >= SHORTEST);
        // A password is part of the pair: the longest first.
        account.sort_by_key(|secret| std::cmp::Reverse(secret.expose_secret().len()));
        Self { account, tokens: Mutex::default() }
    }

    /// Notes a token that is about to be sent.
    pub(crate) fn note(&self, header: &HeaderValue) {
        let Some(token) = header.to_str().ok().and_then(|text| text.split_once(' ')).map(|(_, token)| token) else {
            return;
        };
        if token.len() < SHORTEST {
            return;
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if !tokens.iter().any(|known| known.expose_secret() == token) {
            tokens.push_back(token.into());
        }
        if tokens.len() > TOKENS {
            tokens.pop_front();
        }
    }

    /// The same text without what was sent.
    pub(crate) fn without<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        for secret in self.account.iter().chain(&*tokens) {
            take_out(&mut text, secret.expose_secret());
        }
        text
    }
}

/// Takes one secret out; and its beginning, where the text was cut in it.
fn take_out(text: &mut Cow<'_, str>, secret: &str) {
    if text.contains(secret) {
        *text = text.replace(secret, GONE).into();
    }
    let mut ends: Vec<usize> = text.match_indices(GONE).map(|(at, _)| at).collect();
    while let Some(end) = ends.pop() {
        let before = text.get(..end).unwrap_or_default();
        let cut = (SHORTEST..secret.len()).rev().filter_map(|length| secret.get(..length));
        if let Some(begins) = cut.into_iter().find(|cut| before.ends_with(cut)).map(|cut| end - cut.len()) {
            text.to_mut().replace_range(begins..end, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_does_not_come_back() {
        #[track_caller]
        fn check(credentials: &Credentials, said: &str, expected: &str) {
            let sent = Sent::of(credentials);
            sent.note(&HeaderValue::from_static("Bearer eyJhbGciOi.payload.signature"));
            assert_eq!(sent.without(said), expected);
        }
        let amy = Credentials::Password { username: "amy".to_owned(), password: "hunter/2&more".into() };
        check(&amy, "no such user", "no such user");
        check(&amy, "bad: hunter/2&more, I say hunter/2&more", "bad: …, I say …");
        check(&amy, "Authorization: Basic YW15Omh1bnRlci8yJm1vcmU=", "Authorization: Basic …");
        check(&amy, "YW15Omh1bnRlci8yJm1vcmU and amy:hunter/2&more", "… and …");
        check(&amy, "?password=hunter%2F2%26more&x", "?password=…&x");
        check(&amy, "Bearer eyJhbGciOi.payload.signature (401)", "Bearer … (401)");
        // The text was cut in the middle of it.
        check(&amy, "you sent Basic YW15Omh1bnRl… (401)", "you sent Basic … (401)");
        check(&amy, "you sent eyJhbGciOi.pay…", "you sent …");
        // Base64 is written in two alphabets.
        let odd = Credentials::Password { username: "a".to_owned(), password: "\u{3ff}\u{3ff}\u{3ff}?>".into() };
        let basic = odd.basic().unwrap().to_str().unwrap().to_owned();
        check(&odd, &basic.replace('+', "-").replace('/', "_"), "Basic …");
        let ready = Credentials::Header(HeaderValue::from_static("Basic YW15Omh1bnRlcjI="));
        check(&ready, "amy:hunter2, hunter2, YW15Omh1bnRlcjI=", "…, …, …");
        let ready = Credentials::Header(HeaderValue::from_static("Bearer ready-made"));
        check(&ready, "not ready-made", "not …");
        let identity = Credentials::IdentityToken("refresh/token".into());
        check(&identity, "refresh_token=refresh%2Ftoken is refresh/token", "refresh_token=… is …");
        // What is in every sentence stays.
        let short = Credentials::Password { username: "a".to_owned(), password: "not".into() };
        check(&short, "that was not it", "that was not it");
        check(&Credentials::Anonymous, "nobody", "nobody");
    }

    #[test]
    fn a_million_tokens_do_not_pile_up() {
        let sent = Sent::default();
        for number in 0..10 * TOKENS {
            sent.note(&HeaderValue::try_from(format!("Bearer token-{number}")).unwrap());
        }
        assert_eq!(sent.tokens.lock().unwrap().len(), TOKENS);
    }
}
