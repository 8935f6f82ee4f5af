//! What Docker's parser refuses, or reads otherwise than it looks: the last
//! look at an instruction, at the text that will stand in the file.
//!
//! The instructions' own modules write what can be read. But a trigger and the
//! Dockerfile's own text are passed on as they are, and control characters and
//! backslashes are taken out late, so whether the rest is still an instruction
//! can only be said here.
//!
//! Source: buildkit `frontend/dockerfile/parser/`: `split_command.go`,
//! `line_parsers.go`, `parser.go`.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

use crate::keywords;

use super::{heredoc, source};

const EMPTY: &str = "nothing would be left of it";
const FLAG: &str = "begins with --, which would be read as a flag";
const CUT: &str = "Docker reads flags byte by byte and would cut one in two";
const PAIRS: &str = "would not be read as names and values";
const STRINGS: &str = "would be read as a list, of which not all is text";
const HEREDOC: &str = "would be read as a heredoc that ends elsewhere";
const CHECK: &str = "a health check is CMD or NONE";
const TRIGGER: &str = "the trigger cannot be written on one line";

/// Why an instruction cannot be written; `None` when it can. `has_heredoc`
/// says that it spans lines on purpose.
pub(super) fn reason(text: &str, has_heredoc: bool) -> Option<&'static str> {
    let (keyword, arguments) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let keyword = keyword.to_ascii_uppercase();
    let arguments = arguments.trim_start_matches([' ', '\t']).trim_end();
    let Some(rest) = without_flags(arguments) else { return Some(CUT) };
    let keyword = keyword.as_str();
    let takes_flags = matches!(keyword, "ADD" | "COPY" | "HEALTHCHECK" | "RUN");
    match keyword {
        _ if rest.len() < arguments.len() && !takes_flags => Some(FLAG),
        _ if rest.is_empty() => Some(EMPTY),
        "ENV" | "LABEL" => (!source::is_pairs(rest)).then_some(PAIRS),
        "ADD" | "COPY" | "RUN" => files(arguments, rest, has_heredoc),
        "CMD" | "ENTRYPOINT" | "SHELL" | "VOLUME" => is_other_list(rest).then_some(STRINGS),
        "HEALTHCHECK" => health_check(rest),
        "ONBUILD" => trigger(rest),
        _ => None,
    }
}

/// Whether Docker's parser takes the text for a list. Up to BuildKit 0.12 at
/// least it ignored what stood behind one; now that makes it no list.
pub(super) fn begins_with_list(text: &str) -> bool {
    first_list::<IgnoredAny>(text)
}

/// Whether it takes the text for a list but not for one of strings, which is
/// an error.
pub(super) fn is_other_list(text: &str) -> bool {
    begins_with_list(text) && !first_list::<String>(text)
}

fn first_list<'t, T: Deserialize<'t>>(text: &'t str) -> bool {
    // What is no list is not even looked through.
    text.starts_with('[') && matches!(Deserializer::from_str(text).into_iter::<Vec<T>>().next(), Some(Ok(_)))
}

fn files(arguments: &str, rest: &str, has_heredoc: bool) -> Option<&'static str> {
    if is_other_list(rest) {
        return Some(STRINGS);
    }
    // A list has no heredocs, and what is only perhaps one must not have any.
    if serde_json::from_str::<Vec<IgnoredAny>>(rest).is_ok() {
        return None;
    }
    let fits = match has_heredoc {
        true => heredoc::is_complete(arguments) && !begins_with_list(rest),
        false => !heredoc::is_opened(arguments),
    };
    (!fits).then_some(HEREDOC)
}

fn health_check(rest: &str) -> Option<&'static str> {
    let (kind, command) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
    let is = |known: &str| known.eq_ignore_ascii_case(kind);
    if !is("CMD") && !is("NONE") {
        return Some(CHECK);
    }
    is_other_list(command.trim_start_matches([' ', '\t'])).then_some(STRINGS)
}

fn trigger(rest: &str) -> Option<&'static str> {
    let keyword = rest.split([' ', '\t']).next().unwrap_or_default();
    if !keywords::is_trigger(keyword) {
        return Some(TRIGGER);
    }
    reason(rest, false)
}

/// What follows the flags, read as Docker does; `None` when that would cut a
/// flag where it has no space. Docker looks at bytes, and takes 0x85 and 0xa0
/// for spaces, in the middle of a character too (`à` is 0xc3 0xa0).
fn without_flags(arguments: &str) -> Option<&str> {
    let mut rest = arguments;
    while rest.starts_with("--") {
        let (flag, after) = rest.split_at_checked(end_of_flag(rest)?)?;
        rest = after.trim_start_matches([' ', '\t']);
        if flag == "--" {
            break;
        }
    }
    Some(rest)
}

fn end_of_flag(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let is_cut = c.encode_utf8(&mut [0; 4]).bytes().any(|byte| matches!(byte, 0x85 | 0xa0));
        match (c, quote) {
            _ if is_cut && quote.is_none() => return None,
            _ if escaped => escaped = false,
            ('\\', _) => escaped = true,
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            (' ' | '\t' | '\n', None) => return Some(at),
            _ => {}
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_refuses() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(reason(text, text.contains('\n')), expected, "{text}");
        }
        check("USER a", None);
        check("USER", Some(EMPTY));
        check("RUN --mount=type=cache", Some(EMPTY));
        check("USER --a b", Some(FLAG));
        check("USER \\--a b", None);
        check("RUN --mount=id=é x", None);
        check("RUN --mount=id=à x", Some(CUT));
        check("RUN --mount=\"id=à\" x", None);
        check("RUN --mount=id=a à", None);
        check("RUN -- --à", None);
        check("ENV a=b c=d", None);
        check("ENV a b", None);
        check("ENV a", Some(PAIRS));
        check("ENV a=b c", Some(PAIRS));
        check("LABEL a\u{3000}b", Some(PAIRS));
        check("CMD [1]", Some(STRINGS));
        check("CMD [\"a\"]", None);
        check("CMD [ -f x ]", None);
        check("RUN [{}]", Some(STRINGS));
        check("RUN [1]x", Some(STRINGS));
        check("RUN [\"a\"] x", None);
        check("RUN [\"cat <<EOF\"]", None);
        check("RUN [\"a\"] <<EOF\nEOF", Some(HEREDOC));
        check("RUN cat <<EOF", Some(HEREDOC));
        check("RUN cat <<EOF\nEOF", None);
        check("RUN cat <<EOF\nEOF\nUSER a", Some(HEREDOC));
        check("RUN cat <<EOF it's\nEOF", Some(HEREDOC));
        check("HEALTHCHECK --retries=1 CMD x", None);
        check("HEALTHCHECK CMD\u{a0}x", Some(CHECK));
        check("HEALTHCHECK CMD [1]", Some(STRINGS));
        check("ONBUILD env a=b", None);
        check("ONBUILD ENV a", Some(PAIRS));
        check("ONBUILD FROM a", Some(TRIGGER));
        check("ONBUILD RUN cat <<EOF", Some(HEREDOC));
    }
}
