//! Go's `%q`: how Docker writes argument lists (`["a" "b"]`) and BuildKit's
//! HEALTHCHECK its retries (`'\x03'`, an integer written as a character).

/// Reads a list of quoted strings, `["a" "b"]` (Go) or `["a", "b"]` (JSON);
/// `None` when the text is anything else.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let (items, rest) = list_prefix(text.trim())?;
    rest.trim().is_empty().then_some(items)
}

/// As [`list`], and what follows it.
pub(super) fn list_prefix(text: &str) -> Option<(Vec<String>, &str)> {
    let mut rest = text.strip_prefix('[')?.trim_start();
    let mut items = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            return Some((items, after));
        }
        let (item, after) = string(rest)?;
        items.push(item);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            // A comma promises another item.
            Some(more) if more.trim_start().starts_with('"') => more.trim_start(),
            Some(_) => return None,
            None => after,
        };
    }
}

/// Reads a double-quoted string at the start, and what follows it.
pub(super) fn string(text: &str) -> Option<(String, &str)> {
    quoted(text, '"')
}

/// Reads an integer written as a character: `'\x03'` is 3, `'d'` is 100.
pub(super) fn rune(text: &str) -> Option<(u32, &str)> {
    let (inner, rest) = quoted(text, '\'')?;
    let mut chars = inner.chars();
    let number = u32::from(chars.next()?);
    chars.next().is_none().then_some((number, rest))
}

fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.strip_prefix(quote)?.chars();
    loop {
        match chars.next()? {
            c if c == quote => return Some((out, chars.as_str())),
            '\\' => {
                let c = match chars.next()? {
                    'a' => '\u{7}',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\u{b}',
                    // A byte that was no UTF-8, or a control character.
                    'x' => hex(&mut chars, 2).and_then(char::from_u32)?,
                    'u' => utf16(&mut chars)?,
                    'U' => hex(&mut chars, 8).and_then(char::from_u32)?,
                    c @ ('\\' | '"' | '\'' | '/') => c,
                    _ => return None,
                };
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

fn hex(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<u32> {
    let mut number = 0_u32;
    for _ in 0..digits {
        number = number.checked_mul(16)?.checked_add(chars.next()?.to_digit(16)?)?;
    }
    Some(number)
}

/// Four digits; JSON writes what is beyond them as a pair of surrogates.
fn utf16(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let first = hex(chars, 4)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some(char::from_u32(first).unwrap_or('\u{fffd}'));
    }
    let mut ahead = chars.clone();
    if ahead.next() == Some('\\')
        && ahead.next() == Some('u')
        && let Some(second) = hex(&mut ahead, 4)
        && (0xdc00..0xe000).contains(&second)
    {
        *chars = ahead;
        return char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    }
    Some('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        #[track_caller]
        fn check(text: &str, expected: Option<&[&str]>) {
            let expected = expected.map(|items| items.iter().map(|&s| s.to_owned()).collect::<Vec<_>>());
            assert_eq!(list(text), expected, "{text}");
        }
        check(r#"["nginx" "-g" "daemon off;"]"#, Some(&["nginx", "-g", "daemon off;"]));
        check(r#"["a", "b"]"#, Some(&["a", "b"]));
        check(r#"["a\tb" "\x1b" "\u00e9" "\U0001f600" "\ud83d\ude00"]"#, Some(&["a\tb", "\u{1b}", "é", "😀", "😀"]));
        check("[]", Some(&[]));
        check(r#"["a",]"#, None);
        check(r#"["a"#, None);
        check(r#"["a"] && b"#, None);
        check("[ -f x ]", None);
    }

    #[test]
    fn runes() {
        for (text, expected) in [
            (r"'\x03'", Some(3)),
            (r"'\a'", Some(7)),
            ("'d'", Some(100)),
            (r"'\''", Some(39)),
            ("3", None),
            ("''", None),
        ] {
            assert_eq!(rune(text).map(|(n, _)| n), expected, "{text}");
        }
    }
}
