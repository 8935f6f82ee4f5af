//! Long lines. Docker's parser reads lines of at most 65,535 bytes; a longer
//! instruction has to be continued. Source: buildkit
//! `frontend/dockerfile/parser/parser.go` ("dockerfile line greater than
//! maximum allowed size").

const LIMIT: usize = 60_000;

/// Whether a line is short enough as it stands.
pub(super) fn fits(line: &str) -> bool {
    line.len() <= LIMIT
}

/// Continues a long line with backslashes at places where that changes
/// nothing; `None` where there is no such place.
pub(super) fn fold(line: &str) -> Option<String> {
    if fits(line) {
        return Some(line.to_owned());
    }
    let mut out = String::with_capacity(line.len() + line.len() / LIMIT * 2 + 2);
    let mut rest = line;
    while !fits(rest) {
        let (head, tail) = rest.split_at_checked(break_point(rest)?)?;
        out.push_str(head);
        out.push_str("\\\n");
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

/// The last place within the limit where the line can be broken: not behind a
/// backslash or a space, and not before what would be read as a comment, or
/// trimmed.
fn break_point(line: &str) -> Option<usize> {
    let mut previous = ' ';
    let mut best = None;
    for (at, c) in line.char_indices() {
        if at > LIMIT {
            break;
        }
        if at > 0 && previous != '\\' && !previous.is_whitespace() && !c.is_whitespace() && c != '#' {
            best = Some(at);
        }
        previous = c;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_again_it_is_the_same() {
        let line = format!("RUN {}", "echo '# a\\\\b'; ".repeat(20_000));
        let folded = fold(&line).unwrap();
        assert!(folded.lines().all(|l| l.len() <= 65_535 && !l.trim_start().starts_with('#')));
        assert_eq!(folded.replace("\\\n", ""), line);
        assert_eq!(fold(&format!("RUN {}", "#".repeat(200_000))), None);
        assert_eq!(fold("RUN x").unwrap(), "RUN x");
    }
}
