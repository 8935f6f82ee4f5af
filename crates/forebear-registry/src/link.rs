//! The `Link` header (RFC 8288): where the next page is.

use http::HeaderMap;
use http::header::LINK;

use crate::quoted::quoted;

/// The target of the `rel="next"` link, as written.
///
/// `Ok(None)`: there is none. An error says that there is a header that can't
/// be read: taking that for the last page would silently lose all others.
pub(crate) fn next(headers: &HeaderMap) -> Result<Option<String>, String> {
    for value in headers.get_all(LINK) {
        let text = value.to_str().map_err(|_| "its Link header is not text".to_owned())?;
        if let Some(target) = next_in(text)? {
            return Ok(Some(target.to_owned()));
        }
    }
    Ok(None)
}

fn next_in(text: &str) -> Result<Option<&str>, String> {
    let unreadable = || format!("its Link header can't be read: {}", quoted(text));
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (target, after) = rest.strip_prefix('<').and_then(|r| r.split_once('>')).ok_or_else(unreadable)?;
        let end = end_of_parameters(after);
        let (parameters, after) = after.split_at_checked(end).unwrap_or((after, ""));
        if parameters.split(';').any(is_next) {
            return Ok(Some(target.trim()));
        }
        rest = after.trim_start_matches([',', ' ', '\t']);
    }
    Ok(None)
}

/// The comma that ends this link, quoted commas not counted.
fn end_of_parameters(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.trim().eq_ignore_ascii_case("rel")
        && value.trim().trim_matches('"').split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_links_are_read() {
        #[track_caller]
        fn check(text: &str, expected: Result<Option<&str>, &str>) {
            match (next_in(text), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
        check("</v2/_catalog?last=b&n=2>; rel=\"next\"", Ok(Some("/v2/_catalog?last=b&n=2")));
        check("</v2/_catalog?last=b&n=2>;rel=next", Ok(Some("/v2/_catalog?last=b&n=2")));
        check("<https://r.example/v2/x>; title=\"a, b\"; REL=\"prev next\"", Ok(Some("https://r.example/v2/x")));
        check("</a,b;c>; rel=\"next\"", Ok(Some("/a,b;c")));
        check("</first>; rel=first, </next>; rel=next", Ok(Some("/next")));
        check("</first>; rel=first", Ok(None));
        check("</unmarked>", Ok(None));
        check("", Ok(None));
        check("/v2/_catalog; rel=next", Err("can't be read"));
        check("</v2/_catalog; rel=next", Err("can't be read"));
    }

    #[test]
    fn every_header_is_looked_at() {
        let mut headers = HeaderMap::new();
        assert_eq!(next(&headers), Ok(None));
        headers.append(LINK, "</a>; rel=prev".parse().unwrap());
        headers.append(LINK, "</b>; rel=next".parse().unwrap());
        assert_eq!(next(&headers), Ok(Some("/b".to_owned())));
    }
}
