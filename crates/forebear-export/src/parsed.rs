//! What a Dockerfile line starts, exposes and copies, as lists that SQL can unnest.

/// Words that begin a command and are none.
const NOT_PROGRAMS: [&str; 24] = [
    "if", "then", "else", "elif", "fi", "for", "do", "done", "while", "until", "case", "esac", "in", "!", "{", "}",
    "(", ")", "[", "[[", "set", "export", ":", "exec",
];

/// The lists of one line; `None` where the instruction has no such thing.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) executables: Option<Vec<String>>,
    pub(crate) ports: Option<Vec<String>>,
    pub(crate) sources: Option<Vec<String>>,
    pub(crate) destinations: Option<Vec<String>>,
}

impl Parsed {
    pub(crate) fn read(instruction: &str, line: &str) -> Self {
        let rest = line.trim_start().strip_prefix(instruction).unwrap_or_default();
        match instruction {
            "RUN" => Self { executables: Some(executables(rest)), ..Self::default() },
            "EXPOSE" => Self { ports: Some(words(rest)), ..Self::default() },
            "COPY" | "ADD" => {
                let mut all = words(rest);
                let to = all.pop();
                Self { sources: Some(all), destinations: Some(to.into_iter().collect()), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}

/// Arguments without flags, in either form.
fn words(rest: &str) -> Vec<String> {
    let plain = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect::<Vec<_>>();
    serde_json::from_str(&plain.join(" ")).unwrap_or_else(|_| plain.into_iter().map(str::to_owned).collect())
}

/// The first word of each command, without its folder.
fn executables(rest: &str) -> Vec<String> {
    if let Ok(exec) = serde_json::from_str::<Vec<String>>(rest.trim()) {
        return exec.into_iter().take(1).map(|program| base(&program).to_owned()).collect();
    }
    let (mut found, mut word, mut quote, mut at_start) = (Vec::new(), String::new(), None, true);
    let mut end = |word: &mut String, at_start: &mut bool| {
        let text = std::mem::take(word);
        if text.is_empty() || !*at_start {
            return;
        }
        let assigns = text.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        });
        if assigns || text.starts_with("--") || NOT_PROGRAMS.contains(&text.as_str()) {
            // `set -e` takes arguments, the other words are followed by a command.
            *at_start = !matches!(text.as_str(), "set" | "export" | "for" | "case" | "[" | "[[" | ":");
            return;
        }
        *at_start = false;
        found.push(base(&text).to_owned());
    };
    let mut letters = rest.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.push(letter),
            (None, '\'' | '"') => quote = Some(letter),
            (None, '\\') => match letters.next() {
                Some('\n') | None => {}
                Some(next) => word.push(next),
            },
            (None, '&' | '|' | ';' | '\n' | '(') => {
                end(&mut word, &mut at_start);
                at_start = true;
            }
            (None, _) if letter.is_whitespace() => end(&mut word, &mut at_start),
            (None, _) => word.push(letter),
        }
    }
    end(&mut word, &mut at_start);
    found
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p602_programs_of_run() {
        for (line, expected) in [
            ("RUN apt-get update && apt-get install -y curl", vec!["apt-get", "apt-get"]),
            ("RUN set -eux; FOO=1 /usr/bin/make -j4 | tee log", vec!["make", "tee"]),
            ("RUN if true; then echo 'a && b'; fi", vec!["true", "echo"]),
            ("RUN [\"/bin/sh\", \"-c\", \"ls\"]", vec!["sh"]),
        ] {
            assert_eq!(Parsed::read("RUN", line).executables.unwrap(), expected, "{line}");
        }
        let copy = Parsed::read("COPY", "COPY --chown=1 [\"a b\", \"c\", \"/d\"]");
        assert_eq!(
            (copy.sources.unwrap(), copy.destinations.unwrap()),
            (vec!["a b".into(), "c".into()], vec!["/d".into()])
        );
    }
}
