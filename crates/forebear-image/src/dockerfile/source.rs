//! The Dockerfile's own syntax, which buildah and kaniko leave in history.
//! Source: buildkit `frontend/dockerfile/shell/lex.go`, `parser/line_parsers.go`.

/// Replaces variables and removes quotes, as Docker does with the words of
/// ENV. `None` for forms whose meaning would have to be guessed.
pub(super) fn expand<'v>(word: &str, lookup: &(impl Fn(&str) -> Option<&'v str> + ?Sized)) -> Option<String> {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\'', Some('\'')) | ('"', Some('"')) => quote = None,
            (c, Some('\'')) => out.push(c),
            ('"' | '\'', None) => quote = Some(c),
            ('\\', Some(_)) => {
                // In double quotes only these can be escaped.
                match chars.next_if(|c| matches!(c, '"' | '$' | '\\')) {
                    Some(escaped) => out.push(escaped),
                    None => out.push('\\'),
                }
            }
            ('\\', None) => out.extend(chars.next()),
            ('$', _) => {
                let name = variable(&mut chars)?;
                match name {
                    Some(name) => out.push_str(lookup(&name).unwrap_or_default()),
                    None => out.push('$'),
                }
            }
            (c, _) => out.push(c),
        }
    }
    quote.is_none().then_some(out)
}

/// The name behind a `$`; `Some(None)` for a lone dollar, `None` for
/// modifiers.
fn variable(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Option<String>> {
    let in_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    if chars.next_if_eq(&'{').is_some() {
        let mut name = String::new();
        while let Some(c) = chars.next_if(in_name) {
            name.push(c);
        }
        return (chars.next() == Some('}') && !name.is_empty()).then_some(Some(name));
    }
    let mut name = String::new();
    while let Some(c) = chars.next_if(in_name) {
        name.push(c);
    }
    Some((!name.is_empty()).then_some(name))
}

/// Splits at spaces outside quotes; quotes and escapes stay.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && quote.is_none() && !escaped {
            words.extend(start.take().and_then(|start: usize| text.get(start..at)));
            continue;
        }
        start.get_or_insert(at);
        match (c, quote) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    words.extend(start.and_then(|start| text.get(start..)));
    words
}

/// Whether Docker's parser takes the text for pairs at all.
pub(super) fn is_pairs(body: &str) -> bool {
    let words = words(body);
    match words.first() {
        Some(first) if first.contains('=') => words.iter().all(|word| word.contains('=')),
        // The old `name value`, which only ASCII's spaces tell apart.
        Some(_) => body.trim().contains([' ', '\t']),
        None => false,
    }
}

/// Reads the body of ENV or LABEL: `A=b C="d e"`, or the old `A b c`.
pub(super) fn pairs<'v>(
    body: &str,
    lookup: &(impl Fn(&str) -> Option<&'v str> + ?Sized),
) -> Option<Vec<(String, String)>> {
    let words = words(body);
    let first = words.first()?;
    if !first.contains('=') {
        let value = body.trim_start().strip_prefix(first)?.trim();
        let value = expand(value, lookup)?;
        return (!value.is_empty()).then(|| vec![((*first).to_owned(), value)]);
    }
    words
        .iter()
        .map(|word| {
            let (name, value) = word.split_once('=')?;
            let name = expand(name, lookup)?;
            (!name.is_empty()).then_some((name, expand(value, lookup)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_s_own_pairs() {
        #[track_caller]
        fn check(body: &str, expected: Option<&[(&str, &str)]>) {
            let lookup = |name: &str| (name == "A").then_some("1");
            let got = pairs(body, &lookup);
            let got = got.as_ref().map(|p| p.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>());
            assert_eq!(got.as_deref(), expected, "{body}");
        }
        check("C=\"d e\" F='g h' I=j\\ k", Some(&[("C", "d e"), ("F", "g h"), ("I", "j k")]));
        check("L m n o", Some(&[("L", "m n o")]));
        check("P=$A/x Q=\"${A}\" R=\\$A S='$A'", Some(&[("P", "1/x"), ("Q", "1"), ("R", "$A"), ("S", "$A")]));
        check("\"a b\"=c", Some(&[("a b", "c")]));
        check("A=${B:-x}", None);
        check("A=\"x", None);
        check("A=1 b", None);
        check("EMPTY=", Some(&[("EMPTY", "")]));
    }
}
