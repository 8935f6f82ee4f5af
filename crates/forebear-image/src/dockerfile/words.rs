//! Writing words so that Docker reads them back unchanged.
//!
//! Docker's parser knows no escapes but its own: a backslash, the two quotes
//! and `$` are special where variables are replaced (ENV, LABEL, ARG, COPY,
//! ADD, EXPOSE, USER, VOLUME, WORKDIR, STOPSIGNAL), and nothing at all can
//! write a line break or a control character except a JSON array.
//! Source: buildkit `frontend/dockerfile/shell/lex.go`.

use crate::escape::is_unseen;

/// `["a", "b"]`, with JSON escapes for everything that must not stand raw.
pub(super) fn json_array<I>(items: I) -> String
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    let items: Vec<String> = items.into_iter().map(|item| json_string(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_control(c) => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A word for a place where Docker replaces variables and removes quotes.
pub(super) fn literal(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if matches!(c, '\\' | '"' | '\'' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The one argument of an instruction, as [`literal`]; it must not look like a
/// flag.
pub(super) fn argument(word: &str) -> String {
    let escape = if word.starts_with("--") { "\\" } else { "" };
    format!("{escape}{}", literal(word))
}

/// The value of `name=value`, quoted where it has to be.
pub(super) fn value(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=-?&#~^*!;()[]{}<>|".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

/// A word in double quotes, in which Docker knows three escapes.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '\\' | '"' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// The name of `name=value`: a label's may hold anything, but must not look
/// like a flag.
pub(super) fn name(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_./:-".contains(c);
    if !text.is_empty() && !text.starts_with("--") && text.chars().all(plain) { text.to_owned() } else { quoted(text) }
}

/// A character that must not stand raw in a Dockerfile. A tab may; a line
/// break is judged where it stands.
pub(super) fn is_control(c: char) -> bool {
    c != '\t' && is_unseen(c)
}

/// Whether text fits on one line as it stands.
pub(super) fn is_one_line(text: &str) -> bool {
    !text.chars().any(is_control)
}

/// Text with every control character and line break as a visible escape.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_control(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether JSON decoding replaced bytes that were no UTF-8: what stood there
/// is gone.
pub(super) fn has_lost_bytes(text: &str) -> bool {
    text.contains('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_json() {
        #[track_caller]
        fn check(items: &[&str], expected: &str) {
            let text = json_array(items);
            assert_eq!(text, expected);
            let back: Vec<String> = serde_json::from_str(&text).unwrap();
            assert_eq!(back, items);
        }
        check(&[], "[]");
        check(&["nginx", "-g", "daemon off;"], r#"["nginx", "-g", "daemon off;"]"#);
        check(&["a\"b\\c"], r#"["a\"b\\c"]"#);
        check(&["\u{1b}[31m\n"], "[\"\\u001b[31m\\n\"]");
    }

    #[test]
    fn values() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(value(text), expected);
        }
        check("", "");
        check("b", "b");
        check("http://h/p?a=b&c=d#e", "http://h/p?a=b&c=d#e");
        check("d e", "\"d e\"");
        check("$A", "\"\\$A\"");
        check("C:\\x", "\"C:\\\\x\"");
        check("it's \"so\"", "\"it's \\\"so\\\"\"");
    }
}
