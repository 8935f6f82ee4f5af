//! Reads a Dockerfile as Docker's parser does, as far as the tests need it,
//! and without the crate's own code: comments, continued lines, heredocs.
//! Source: buildkit `frontend/dockerfile/parser/parser.go`.

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// In capitals.
    pub(crate) keyword: String,
    /// What follows it, continued lines joined, without the space around.
    pub(crate) rest: String,
    /// Bodies of its heredocs.
    pub(crate) heredocs: Vec<String>,
}

/// Reads a whole file.
///
/// # Errors
/// What Docker's parser refuses: lines too long, heredocs without an end, no
/// arguments, and directives, which these files must not have.
pub(crate) fn read(text: &str) -> Result<Vec<Instruction>, String> {
    let mut instructions = Vec::new();
    let mut lines = text.lines();
    let mut first = true;
    while let Some(line) = lines.next() {
        check_length(line)?;
        let line = line.trim_start();
        if first && is_directive(line) {
            return Err(format!("a parser directive: {line}"));
        }
        first = false;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut whole = line.to_owned();
        while let Some(begun) = continued(&whole) {
            whole = begun;
            match lines.next() {
                Some(next) if next.trim_start().starts_with('#') || next.trim().is_empty() => whole.push('\\'),
                Some(next) => {
                    check_length(next)?;
                    whole.push_str(next);
                }
                None => break,
            }
        }
        let whole = whole.trim();
        let (keyword, rest) = whole.split_once([' ', '\t']).unwrap_or((whole, ""));
        let keyword = keyword.to_ascii_uppercase();
        let mut heredocs = Vec::new();
        if ["RUN", "COPY", "ADD"].contains(&keyword.as_str()) {
            for (name, chomp) in openings(rest) {
                let mut body = String::new();
                loop {
                    let line = lines.next().ok_or_else(|| format!("heredoc {name} has no end"))?;
                    check_length(line)?;
                    let end = if chomp { line.trim_start_matches('\t') } else { line };
                    if end == name {
                        break;
                    }
                    body.push_str(line);
                    body.push('\n');
                }
                heredocs.push(body);
            }
        }
        instructions.push(Instruction { keyword, rest: rest.trim().to_owned(), heredocs });
    }
    Ok(instructions)
}

fn check_length(line: &str) -> Result<(), String> {
    if line.len() > 65_535 { Err(format!("a line of {} bytes", line.len())) } else { Ok(()) }
}

fn is_directive(line: &str) -> bool {
    let Some((name, value)) = line.strip_prefix('#').and_then(|l| l.split_once('=')) else { return false };
    let name = name.trim();
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()) && !value.trim().is_empty()
}

/// The line without its final backslash, if it has one that counts.
fn continued(line: &str) -> Option<String> {
    let begun = line.trim_end_matches([' ', '\t']).strip_suffix('\\')?;
    (!begun.ends_with('\\')).then(|| begun.to_owned())
}

fn openings(rest: &str) -> Vec<(String, bool)> {
    let (words, is_closed) = words(rest);
    // Docker's lexer gives up on such a line, and finds no heredoc.
    if !is_closed {
        return Vec::new();
    }
    let read = |word: &String| {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (rest, chomp) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let name: String = rest.chars().filter(|c| !matches!(c, '"' | '\'')).collect();
        (!rest.is_empty() && !rest.contains('<')).then_some((name, chomp))
    };
    words.iter().filter_map(read).collect()
}

/// Splits at spaces outside quotes; quotes and escapes stay. Says whether each
/// quote is closed, too.
pub(crate) fn words(text: &str) -> (Vec<String>, bool) {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() && quote.is_none() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        word.push(c);
        if c == '\\' && quote != Some('\'') {
            word.extend(chars.next());
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && matches!(c, '"' | '\'') {
            quote = Some(c);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    (words, quote.is_none())
}
