//! Lists in pages: `?n=` and `?last=`, and the `Link` to the next.

use serde_json::json;

use crate::server::answer::Answer;
use crate::server::options::Options;

/// What a list request's query asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) n: Option<usize>,
    pub(crate) last: Option<String>,
}

impl Query {
    /// `None` when `n` is no number.
    pub(crate) fn parse(query: &str) -> Option<Self> {
        let mut parsed = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("n", n)) => parsed.n = Some(n.parse().ok()?),
                Some(("last", last)) => parsed.last = Some(unescape(last)),
                _ => {}
            }
        }
        Some(parsed)
    }
}

/// One page of `all` (sorted), with a `Link` if more follows. `fields` makes
/// the document around the page.
pub(crate) fn page(
    path: &str,
    query: &str,
    all: &[String],
    options: &Options,
    host: &str,
    fields: impl FnOnce(&[&str]) -> serde_json::Value,
) -> Answer {
    let refused = |n: &usize| options.page_refused_above.is_some_and(|most| *n > most);
    let query = match Query::parse(query) {
        Some(query) if !query.n.as_ref().is_some_and(refused) => query,
        _ => return Answer::error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested"),
    };
    let wanted = query.n.or(options.page_default).unwrap_or(usize::MAX);
    let size = wanted.min(options.page_cap.unwrap_or(usize::MAX));
    let after = |item: &&String| query.last.as_ref().is_none_or(|last| *item > last);
    let mut rest = all.iter().filter(after).map(String::as_str);
    let shown: Vec<&str> = rest.by_ref().take(size).collect();
    let answer = Answer::json(200, &fields(&shown));
    match (shown.last(), rest.next()) {
        (Some(last), Some(_)) => {
            let prefix = if options.absolute_links { format!("http://{host}") } else { String::new() };
            let link = format!("<{prefix}{path}?last={}&n={size}>; rel=\"next\"", escape(last));
            answer.with("link", &link)
        }
        _ => answer,
    }
}

/// The document of `/v2/_catalog`.
pub(crate) fn catalog(names: &[&str]) -> serde_json::Value {
    json!({"repositories": names})
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Percent-encoded text as it was before.
pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
        let hex = String::from_utf8_lossy(&pair).into_owned();
        bytes.push(u8::from_str_radix(&hex, 16).unwrap_or(b'?'));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_their_links() {
        let all: Vec<String> = ["a/b", "c", "d"].map(String::from).into();
        #[track_caller]
        fn check(all: &[String], query: &str, options: &Options, body: &str, link: Option<&str>) {
            let answer = page("/v2/_catalog", query, all, options, "h:1", catalog);
            assert_eq!(answer.body, body);
            assert_eq!(answer.headers.get("link").map(|l| l.to_str().unwrap()), link);
        }
        let plain = Options::default();
        check(&all, "", &plain, r#"{"repositories":["a/b","c","d"]}"#, None);
        check(&all, "n=1", &plain, r#"{"repositories":["a/b"]}"#, Some("</v2/_catalog?last=a%2Fb&n=1>; rel=\"next\""));
        check(&all, "last=a%2Fb&n=2", &plain, r#"{"repositories":["c","d"]}"#, None);
        check(&all, "n=3", &plain, r#"{"repositories":["a/b","c","d"]}"#, None);
        let capped = Options { page_cap: Some(2), absolute_links: true, ..Options::default() };
        let link = "<http://h:1/v2/_catalog?last=c&n=2>; rel=\"next\"";
        check(&all, "n=100", &capped, r#"{"repositories":["a/b","c"]}"#, Some(link));
        let refused = Options { page_refused_above: Some(10), ..Options::default() };
        assert_eq!(page("/", "n=11", &all, &refused, "h", catalog).status, 400);
        assert_eq!(page("/", "n=x", &all, &refused, "h", catalog).status, 400);
    }
}
