//! `RateLimit` as one structured field, of the IETF's drafts
//! (draft-ietf-httpapi-ratelimit-headers): `"default";r=50;t=30` since draft
//! 08, `limit=100, remaining=50, reset=30` before. `RateLimit-Policy` has the
//! limit and its window: `"default";q=100;w=60`, before that `100;w=60`.

/// One item of a header, as far as it is known here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RateLimitHeader {
    pub(super) limit: Option<u64>,
    pub(super) remaining: Option<u64>,
    /// Seconds.
    pub(super) window: Option<u64>,
    /// Seconds from now.
    pub(super) reset: Option<u64>,
}

/// The items of a `RateLimit` field.
pub(super) fn rate_limit(text: &str) -> Vec<RateLimitHeader> {
    let old = parameters(text, ',').any(|(name, _)| name == "remaining");
    let read = |text: &str, separator| {
        let mut item = RateLimitHeader::default();
        for (name, value) in parameters(text, separator) {
            match name {
                "r" | "remaining" => item.remaining = number(value),
                "t" | "reset" => item.reset = number(value),
                "limit" => item.limit = number(value),
                _ => {}
            }
        }
        item
    };
    if old { vec![read(text, ',')] } else { text.split(',').map(|item| read(item, ';')).collect() }
}

/// The items of a `RateLimit-Policy`, or of a `RateLimit-Limit` with policies
/// behind it.
pub(super) fn policies(text: &str) -> Vec<RateLimitHeader> {
    let read = |text: &str| {
        let mut item =
            RateLimitHeader { limit: number(text.split(';').next().unwrap_or_default()), ..RateLimitHeader::default() };
        for (name, value) in parameters(text, ';') {
            match name {
                "q" => item.limit = number(value),
                "w" => item.window = number(value),
                _ => {}
            }
        }
        item
    };
    text.split(',').map(read).collect()
}

fn parameters(text: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    text.split(separator).filter_map(|part| part.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
}

/// A whole number. Below nothing is nothing; too large to read is the most
/// there is; anything else says nothing.
pub(super) fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(if negative { 0 } else { digits.parse().unwrap_or(u64::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        let item = |limit, remaining, window, reset| RateLimitHeader { limit, remaining, window, reset };
        assert_eq!(rate_limit("\"default\";r=50;t=30"), [item(None, Some(50), None, Some(30))]);
        assert_eq!(rate_limit("limit=100, remaining=50, reset=30"), [item(Some(100), Some(50), None, Some(30))]);
        assert_eq!(
            rate_limit("\"a\";r=5, \"b\";r=7;t=1"),
            [item(None, Some(5), None, None), item(None, Some(7), None, Some(1))]
        );
        assert_eq!(rate_limit("nonsense"), [RateLimitHeader::default()]);
        assert_eq!(policies("100;w=21600"), [item(Some(100), None, Some(21_600), None)]);
        assert_eq!(policies("\"default\";q=100;w=60"), [item(Some(100), None, Some(60), None)]);
        assert_eq!(
            policies("10, 10;w=1, 50;w=60"),
            [
                item(Some(10), None, None, None),
                item(Some(10), None, Some(1), None),
                item(Some(50), None, Some(60), None)
            ]
        );
    }

    #[test]
    fn numbers_are_whole() {
        #[track_caller]
        fn check(text: &str, expected: Option<u64>) {
            assert_eq!(number(text), expected, "{text}");
        }
        check(" 76 ", Some(76));
        check("-3", Some(0));
        check("99999999999999999999999", Some(u64::MAX));
        check("3.5", None);
        check("0x10", None);
        check("", None);
        check("-", None);
    }
}
