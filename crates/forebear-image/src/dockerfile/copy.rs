//! COPY and ADD. The legacy builder and buildah record a hash for the source
//! (`COPY file:8069… in /app `), BuildKit the names.

use super::draft::Draft;
use super::shape::Writer;
use super::{fold, heredoc, words};

const BY_HASH: &str = "the source is known by its hash only";
const SEVERAL: &str = "several sources, known by their hash only";
const NO_FLAGS: &str = "its flags were not recorded";
const NAMES: &str = "its flags, and --from=<stage>, may not have been recorded";

/// COPY or ADD.
pub(super) fn instruction(keyword: &str, body: &str, writer: Writer) -> Draft {
    if let Some(hashed) = Hashed::parse(body) {
        if writer == Writer::Source {
            // buildah: the destination as the Dockerfile has it.
            let line = write(keyword, &[], &[hashed.source.to_owned()], hashed.destination, str::to_owned);
            return Draft::partial(line, &format!("{}; {NO_FLAGS}", note_of(hashed.source)));
        }
        let note = note_of(hashed.source);
        let sources = [hashed.source.to_owned()];
        let flags: Vec<&str> = hashed.flags.split_whitespace().collect();
        return Draft::partial(write(keyword, &flags, &sources, hashed.destination, words::literal), note);
    }
    let body = body.trim();
    if writer == Writer::Source {
        return own_text(keyword, body);
    }
    named(keyword, body)
}

fn note_of(source: &str) -> &'static str {
    if source.starts_with("multi:") { SEVERAL } else { BY_HASH }
}

struct Hashed<'a> {
    flags: &'a str,
    source: &'a str,
    destination: &'a str,
}

impl<'a> Hashed<'a> {
    /// Only the separator ` in ` is removed: both it and spaces may stand in
    /// the destination. The builder leaves a space behind that, and some of its
    /// versions several; no path that anybody means ends in one.
    fn parse(body: &'a str) -> Option<Self> {
        let (head, destination) = body.split_once(" in ")?;
        let destination = destination.trim_end_matches(' ');
        let at = ["file:", "dir:", "multi:", "tarsum."].iter().filter_map(|kind| head.rfind(kind)).max();
        let (flags, source) = match at {
            Some(at) => head.split_at_checked(at)?,
            None => head.rsplit_once(' ').unwrap_or(("", head)),
        };
        let hash = source.rsplit(':').next()?;
        let is_hash = !hash.is_empty() && hash.chars().all(|c| c.is_ascii_hexdigit());
        let is_hash = is_hash && (at.is_some() || hash.len() == 64);
        // The separator before the source is missing behind a flag
        // (`--chown=1000:1000dir:…`).
        let only_flags = flags.split_whitespace().all(|flag| flag.starts_with("--"));
        (is_hash && only_flags && !destination.is_empty()).then_some(Self { flags, source, destination })
    }
}

/// The Dockerfile's own line.
fn own_text(keyword: &str, body: &str) -> Draft {
    if heredoc::is_complete(body) && body.split('\n').all(|line| words::is_one_line(line) && fold::fits(line)) {
        return Draft::exact(format!("{keyword} {body}")).with_heredoc();
    }
    if !words::is_one_line(body) || body.is_empty() {
        return named(keyword, body);
    }
    let heredocs: Vec<_> = body.split_whitespace().filter_map(heredoc::opening).collect();
    let line = format!("{keyword} {body}");
    if !heredocs.is_empty() {
        return with_empty_heredocs(line, &heredocs);
    }
    match body.split_whitespace().find_map(|word| word.strip_prefix("--from=")) {
        Some(from) => {
            Draft::partial(line, &format!("copied from {from}, a stage or image that is no part of this history"))
        }
        None => Draft::exact(line),
    }
}

/// BuildKit: flags, sources and destination joined with spaces.
fn named(keyword: &str, body: &str) -> Draft {
    let mut rest: Vec<&str> = body.split(' ').filter(|word| !word.is_empty()).collect();
    let flag_count = rest.iter().take_while(|word| word.starts_with("--")).count();
    let names = rest.split_off(flag_count.min(rest.len()));
    let flags = rest;
    let Some((sources, destination)) = split_names(&names) else {
        let note = Some("no source and destination in it".to_owned());
        return Draft::comment("unknown", &format!("{keyword} {body}"), note);
    };
    let heredocs: Vec<_> = sources.iter().filter_map(|word| heredoc::opening(word)).collect();
    if !heredocs.is_empty() {
        let words = [keyword].into_iter().chain(names.iter().copied());
        return with_empty_heredocs(words.collect::<Vec<_>>().join(" "), &heredocs);
    }
    let line = write(keyword, &flags, &sources, &destination, words::literal);
    let is_url = |source: &String| source.starts_with("https://") || source.starts_with("http://");
    let note = if keyword == "ADD" && sources.iter().all(is_url) {
        "its flags may not have been recorded".to_owned()
    } else if names.len() > 2 {
        format!("{NAMES}; names with spaces cannot be told from several names")
    } else if sources.iter().any(|source| source.starts_with('/')) {
        "may be --from=<stage>; other flags may not have been recorded".to_owned()
    } else {
        NAMES.to_owned()
    };
    Draft::partial(line, &note)
}

/// Tells sources from the destination. More than two words are several
/// sources, whose destination must end in a slash, or names with spaces.
fn split_names(names: &[&str]) -> Option<(Vec<String>, String)> {
    let (last, sources) = names.split_last()?;
    let (first, middle) = sources.split_first()?;
    // `ADD one.txt /a in b`, `COPY with space.txt /to space/`: a relative
    // source with an absolute one behind it is unlikely.
    let absolute = middle.iter().rposition(|word| word.starts_with('/'));
    if let Some(at) = absolute
        && !last.starts_with('/')
        && !first.starts_with('/')
    {
        let (sources, destination) = names.split_at_checked(at + 1)?;
        return Some((sources.iter().map(|&s| s.to_owned()).collect(), destination.join(" ")));
    }
    Some((sources.iter().map(|&s| s.to_owned()).collect(), (*last).to_owned()))
}

/// A heredoc's name is recorded and its body is not.
fn with_empty_heredocs(line: String, heredocs: &[heredoc::Opening]) -> Draft {
    let ends: Vec<&str> = heredocs.iter().map(|h| h.name.as_str()).collect();
    let plain = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let quotes = line.contains(['"', '\'', '\\', '$']);
    if !ends.iter().all(plain) || quotes || !words::is_one_line(&line) {
        return Draft::comment("unknown", &line, Some("heredoc body not recorded".to_owned()));
    }
    Draft::partial(format!("{line}\n{}", ends.join("\n")), "heredoc body not recorded").with_heredoc()
}

fn write(
    keyword: &str,
    flags: &[&str],
    sources: &[String],
    destination: &str,
    spelling: impl Fn(&str) -> String,
) -> String {
    let mut line = keyword.to_owned();
    for flag in flags {
        line.push(' ');
        line.push_str(flag);
    }
    let all: Vec<&str> = sources.iter().map(String::as_str).chain([destination]).collect();
    let needs_list = |word: &&str| {
        word.contains(char::is_whitespace) || word.is_empty() || word.contains("<<") || !words::is_one_line(word)
    };
    let all_words = all.iter().map(|word| spelling(word));
    let starts_like_flag = all.first().is_some_and(|word| word.starts_with("--") || word.starts_with('['));
    if all.iter().any(needs_list) || starts_like_flag {
        line.push(' ');
        line.push_str(&words::json_array(all_words));
    } else {
        for word in all_words {
            line.push(' ');
            line.push_str(&word);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::super::line::Fidelity;
    use super::*;

    #[test]
    fn only_the_separator_is_removed() {
        #[track_caller]
        fn check(body: &str, expected: &str) {
            let draft = instruction("COPY", body, Writer::Docker);
            assert_eq!((draft.text.as_str(), draft.fidelity), (expected, Fidelity::Partial), "{body}");
        }
        check("file:abc in /usr/local/bin/ ", "COPY file:abc /usr/local/bin/");
        check("file:abc in /a in b ", r#"COPY ["file:abc", "/a in b"]"#);
        // P314.
        check("dir:428b in a      ", "COPY dir:428b a");
        check("dir:428b in /a b   ", r#"COPY ["dir:428b", "/a b"]"#);
        check("--chown=1000:1000dir:428b in /dir ", "COPY --chown=1000:1000 dir:428b /dir");
        check("--chown=1 --chmod=2multi:4 in /dir/ ", "COPY --chown=1 --chmod=2 multi:4 /dir/");
        check("a in b", "COPY a in b");
        check("one.txt two.txt /many/", "COPY one.txt two.txt /many/");
        check("one.txt /a in b", r#"COPY ["one.txt", "/a in b"]"#);
        check("file:abc in C:\\app ", "COPY file:abc C:\\\\app");
        check("--chown=a:b . /x", "COPY --chown=a:b . /x");
    }
}
