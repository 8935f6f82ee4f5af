//! What a 401 says about how to be let in: `WWW-Authenticate` (RFC 9110,
//! section 11.6.1). Registries write it more loosely than the RFC allows
//! (unquoted URLs, quotes that do not close), so it is read that way.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// More challenges than this in one answer are no choice but noise.
const MOST: usize = 8;

/// One challenge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// `Bearer`, `Basic`, as written.
    pub scheme: String,
    /// Where tokens are given out, or the name of the realm.
    pub realm: Option<String>,
    /// The service a token is for.
    pub service: Option<String>,
    /// What the token must allow: `repository:library/alpine:pull`.
    pub scope: Option<String>,
    /// What was wrong with the token that was sent: `invalid_token`,
    /// `insufficient_scope` (RFC 6750, section 3.1).
    pub error: Option<String>,
}

impl Challenge {
    /// The challenge of an answer: of several, the one for tokens, else the
    /// first.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let mut all = Self::all(headers);
        let bearer = all.iter().position(|challenge| challenge.is("bearer"));
        (!all.is_empty()).then(|| all.swap_remove(bearer.unwrap_or(0)))
    }

    /// Every challenge of an answer, in order.
    pub(super) fn all(headers: &HeaderMap) -> Vec<Self> {
        let texts = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        texts.flat_map(Self::parse).take(MOST).collect()
    }

    /// Whether this is of a scheme, given in lower case.
    pub(super) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The same, its text as `told` gives it.
    pub(crate) fn retold(self, told: &impl Fn(String) -> String) -> Self {
        let Self { scheme, realm, service, scope, error } = self;
        Self {
            scheme: told(scheme),
            realm: realm.map(told),
            service: service.map(told),
            scope: scope.map(told),
            error: error.map(told),
        }
    }

    fn parse(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        let mut rest = text.trim_start_matches([' ', '\t', ',']);
        while !rest.is_empty() && found.len() <= MOST {
            let end = rest.find([' ', '\t', '=', ',']).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            rest = match after.trim_start_matches([' ', '\t']).strip_prefix('=') {
                Some(after) => {
                    let (value, after) = value(after.trim_start_matches([' ', '\t']));
                    if let Some(challenge) = found.last_mut() {
                        challenge.set(word, value);
                    }
                    after
                }
                None => {
                    found.push(Self { scheme: word.to_owned(), ..Self::default() });
                    after
                }
            };
            rest = rest.trim_start_matches([' ', '\t', ',']);
        }
        found
    }

    fn set(&mut self, name: &str, value: String) {
        let field = match name.to_ascii_lowercase().as_str() {
            "realm" => &mut self.realm,
            "service" => &mut self.service,
            "scope" => &mut self.scope,
            "error" => &mut self.error,
            _ => return,
        };
        field.get_or_insert(value);
    }
}

/// A quoted string or a bare word, and what comes after it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_once(',').unwrap_or((text, ""));
        return (value.trim().to_owned(), after);
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => value.extend(chars.next()),
            c => value.push(c),
        }
    }
    (value.trim().to_owned(), chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        #[track_caller]
        fn check(text: &str, scheme: &str, realm: Option<&str>, service: Option<&str>, scope: Option<&str>) {
            let challenge = Challenge::parse(text).remove(0);
            assert_eq!(challenge.scheme, scheme);
            let got = (challenge.realm.as_deref(), challenge.service.as_deref(), challenge.scope.as_deref());
            assert_eq!(got, (realm, service, scope));
        }
        check(
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            "Bearer",
            Some("https://auth.docker.io/token"),
            Some("registry.docker.io"),
            Some("repository:a/b:pull,push"),
        );
        check("Basic realm=\"Registry Realm\"", "Basic", Some("Registry Realm"), None, None);
        check("Bearer realm=https://x/token, service=y", "Bearer", Some("https://x/token"), Some("y"), None);
        check("bearer REALM = \"a\\\"b\" ,service=\"y\"", "bearer", Some("a\"b"), Some("y"), None);
        check("Negotiate", "Negotiate", None, None, None);
        check("Bearer realm=\"open", "Bearer", Some("open"), None, None);
        check("Bearer realm=\"first\",realm=\"second\"", "Bearer", Some("first"), None, None);
        assert_eq!(Challenge::parse("  "), []);
        assert_eq!(Challenge::parse("realm=\"of nobody\""), []);
        assert!(Challenge::parse(&"a ".repeat(10_000)).len() <= MOST + 1);
    }

    #[test]
    fn of_several_the_one_for_tokens() {
        #[track_caller]
        fn check(lines: &[&'static str], expected: Option<(&str, &str)>) {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(WWW_AUTHENTICATE, line.parse().unwrap());
            }
            let got = Challenge::from_headers(&headers);
            let got = got.as_ref().map(|c| (c.scheme.as_str(), c.realm.as_deref().unwrap_or_default()));
            assert_eq!(got, expected);
        }
        check(&["Basic realm=\"x\", Bearer realm=\"y\",error=\"invalid_token\""], Some(("Bearer", "y")));
        check(&["Basic realm=\"x\"", "BEARER realm=\"y\""], Some(("BEARER", "y")));
        check(&["Basic realm=\"x\"", "Digest realm=\"y\""], Some(("Basic", "x")));
        check(&[], None);
    }
}
