//! URLs in errors and logs, without their secrets.

use url::Url;

/// More characters than any URL of the distribution spec has, whose names and
/// digests are bounded; a registry chooses those of its redirects and realms.
const LONGEST: usize = 600;

/// A URL that may be shown: no user name or password, and of the query only
/// what this client puts there itself. Signed URLs carry their secret in it.
/// One that is too long is cut.
pub(crate) fn shown_url(url: &Url) -> String {
    let shown = without_secrets(url);
    // A URL is ASCII.
    match shown.get(..LONGEST) {
        Some(cut) if cut.len() < shown.len() => format!("{cut}…"),
        _ => shown,
    }
}

fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    // Both fail only for URLs that can't have them.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    let ours = |name: &str| matches!(name, "n" | "last" | "page" | "page_size" | "service" | "scope");
    if url.query().is_some() && !url.query_pairs().all(|(name, _)| ours(&name)) {
        shown.set_query(None);
        return format!("{shown}?…");
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        #[track_caller]
        fn check(url: &str, expected: &str) {
            assert_eq!(shown_url(&Url::parse(url).unwrap()), expected);
        }
        check("https://user:hunter2@r.example/v2/", "https://r.example/v2/");
        check("https://s3.example/b?X-Amz-Signature=abc&n=1", "https://s3.example/b?…");
        check("https://r.example/v2/_catalog?n=5&last=a", "https://r.example/v2/_catalog?n=5&last=a");
        check("https://a.example/token?service=r&scope=x", "https://a.example/token?service=r&scope=x");
        check("https://a.example/token?service=r&key=x", "https://a.example/token?…");
        check("https://r.example/v2/#token", "https://r.example/v2/");
        let long = format!("https://a.example/{}", "a".repeat(9_000));
        check(&long, &format!("{}…", &long[..LONGEST]));
    }
}
