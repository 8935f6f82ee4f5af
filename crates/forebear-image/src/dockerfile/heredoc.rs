//! Heredocs: `RUN <<EOF`, and what looks like one.
//!
//! Docker's parser takes any word `<<NAME` of a RUN, COPY or ADD line for the
//! start of a heredoc and then wants its body, so text must not show one by
//! accident. Source: buildkit `frontend/dockerfile/parser/parser.go`.

/// A heredoc's opening word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// The line that ends the body.
    pub(super) name: String,
    /// `<<-`: leading tabs of the end line do not count.
    pub(super) chomp: bool,
}

impl Opening {
    fn ends_at(&self, line: &str) -> bool {
        let line = if self.chomp { line.trim_start_matches('\t') } else { line };
        line == self.name
    }
}

/// Whether any word of the text might be taken for a heredoc, quoted or not.
pub(super) fn is_suspected(text: &str) -> bool {
    text.contains("<<") && (text.split_whitespace().any(|word| opening(word).is_some()) || is_opened(text))
}

/// Whether Docker's parser, which knows quotes, takes a word for a heredoc.
pub(super) fn is_opened(text: &str) -> bool {
    text.contains("<<") && split(text).0.iter().any(|word| opening(word).is_some())
}

/// Reads one word, `<<EOF`, `<<-"EOF"`, `3<<EOF`.
pub(super) fn opening(word: &str) -> Option<Opening> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (rest, chomp) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    Some(Opening { name: rest.chars().filter(|c| !matches!(c, '"' | '\'')).collect(), chomp })
}

/// Whether the text is one command line with the heredocs it opens, each
/// closed, and nothing behind the last: then it can stand in a Dockerfile as
/// it is. BuildKit writes RUN so when the line is more than `<<EOF`.
pub(super) fn is_complete(text: &str) -> bool {
    let Some((line, body)) = text.split_once('\n') else { return false };
    let Some(openings) = certain_openings(line) else { return false };
    let mut lines = body.split('\n');
    for opening in &openings {
        if !lines.any(|line| opening.ends_at(line)) {
            return false;
        }
    }
    lines.next().is_none()
}

/// The one heredoc of a first line, when the body follows and is not closed:
/// buildah drops the end line. Source: buildah `stage_executor.go`.
pub(super) fn unclosed(text: &str) -> Option<Opening> {
    let (line, body) = text.split_once('\n')?;
    let opening = match certain_openings(line)?.as_slice() {
        [one] => one.clone(),
        _ => return None,
    };
    (!body.split('\n').any(|line| opening.ends_at(line))).then_some(opening)
}

/// The heredocs that a line opens, if quoting leaves no doubt about them.
fn certain_openings(line: &str) -> Option<Vec<Opening>> {
    let (words, is_closed) = split(line);
    let careful: Vec<Opening> = words.iter().filter_map(|word| opening(word)).collect();
    let naive: Vec<Opening> = line.split_whitespace().filter_map(opening).collect();
    let plain = |o: &Opening| o.name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    // A line that Docker's lexer cannot read to its end has no heredocs for its
    // parser, and what was meant for the body would be instructions.
    let is_read = is_closed && variables_are_plain(line);
    (is_read && !careful.is_empty() && careful == naive && careful.iter().all(plain) && !line.ends_with('\\'))
        .then_some(careful)
}

/// Puts a script into `RUN <<EOF`. `None` when the body would be read as
/// something else: a script with an interpreter line is run by that
/// interpreter, not by the shell.
pub(super) fn run(script: &str) -> Option<String> {
    if script.starts_with("#!") || script.ends_with('\\') {
        return None;
    }
    let taken = |name: &str| script.split('\n').any(|line| line == name);
    let name = std::iter::once("EOF".to_owned()).chain((1..100).map(|n| format!("EOF{n}"))).find(|n| !taken(n))?;
    let end = if script.ends_with('\n') { "" } else { "\n" };
    Some(format!("RUN <<{name}\n{script}{end}{name}"))
}

/// Whether every `${` is one of the forms that all of Docker's lexers read:
/// `${NAME}` and `${NAME:-word}`, also with `+` and `?`. Some other form may be
/// fine too, but is an error to one or another. Source: buildkit
/// `frontend/dockerfile/shell/lex.go`, `processDollar`.
fn variables_are_plain(line: &str) -> bool {
    let mut rest = line;
    while let Some((_, after)) = rest.split_once("${") {
        let Some((inner, behind)) = after.split_once('}') else { return false };
        let (name, modifier) = inner.split_once(':').unwrap_or((inner, "-"));
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_.,:/@%+=-".contains(c);
        if !is_name || !modifier.strip_prefix(['-', '+', '?']).is_some_and(|word| word.chars().all(is_word)) {
            return false;
        }
        rest = behind;
    }
    true
}

/// Splits as a shell does, quotes kept, and says whether each quote is closed.
fn split(text: &str) -> (Vec<String>, bool) {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, None) if c.is_whitespace() => words.push(std::mem::take(&mut word)),
            ('\\', None | Some('"')) => {
                word.push(c);
                word.extend(chars.next());
            }
            ('"' | '\'', None) => {
                quote = Some(c);
                word.push(c);
            }
            (c, open) => {
                if open == Some(c) {
                    quote = None;
                }
                word.push(c);
            }
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    (words, quote.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_would_take_for_a_heredoc() {
        for (text, expected) in [
            ("cat <<EOF > /f", true),
            ("cat <<-'EOF' > /f", true),
            ("echo $(( 1 <<2 ))", true),
            ("echo $(( 1 << 2 ))", false),
            ("echo $((1<<2))", false),
            ("cat <<<word", false),
            ("echo 'a <<b'", true),
        ] {
            assert_eq!(is_suspected(text), expected, "{text}");
        }
    }

    #[test]
    fn complete_ones_stand_as_they_are() {
        for (text, expected) in [
            ("cat <<EOF > /f\nbody\nEOF", true),
            ("cat <<A <<B\na\nA\nb\nB", true),
            ("cat <<-A\na\n\tA", true),
            ("cat <<EOF > /f\nbody\nEOF\nnext", false),
            ("cat <<EOF > /f\nbody\nEOF\n", false),
            ("cat <<EOF > /f\nbody", false),
            ("echo 'x <<EOF'\nEOF", false),
            // Docker's lexer gives up on these lines.
            ("cat <<EOF it's\nbody\nEOF", false),
            ("cat <<EOF \"x\nbody\nEOF", false),
            ("cat <<EOF ${A\nbody\nEOF", false),
            ("cat <<EOF ${A%}\nbody\nEOF", false),
            ("cat <<EOF ${}\nbody\nEOF", false),
            ("cat <<EOF ${1a}\nbody\nEOF", false),
            ("cat <<EOF > ${A}/${B:-x}\nbody\nEOF", true),
        ] {
            assert_eq!(is_complete(text), expected, "{text}");
        }
    }

    #[test]
    fn a_delimiter_is_never_in_the_body() {
        assert_eq!(run("a\nEOF\nb").unwrap(), "RUN <<EOF1\na\nEOF\nb\nEOF1");
        assert_eq!(run("a\nb\n").unwrap(), "RUN <<EOF\na\nb\nEOF");
        assert_eq!(run("#!/bin/sh\na"), None);
    }
}
