//! Several questions in one call: one after the other on the command line, or
//! references from standard input, a line each.

use std::io::{Read, StdinLock};

use anyhow::{Context as _, anyhow, bail};
use forebear_ask::{Asker, Target};
use forebear_image::chain::chain;
use forebear_print::{Line, Lines, Printed, print, wait_for_input};
use rayon::prelude::*;
use serde_json::json;

use crate::exit::{Exit, Outcome};
use crate::format::Format;
use crate::output;
use crate::render::{Render, ensure, json_line};
use crate::session::Session;
use crate::view::View;

/// What stands for standard input.
pub(crate) const STDIN: &str = "-";
/// Questions that are answered side by side.
const BATCH: usize = 1_024;
/// The most bytes of a line: twice the longest path of a file.
const LONGEST: usize = 8 * 1_024;
/// The most references that are read before the first is answered.
const MOST: usize = 1_000_000;

/// Whether several questions may be answered at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// All but those to registries, which are asked one question after the other.
    SideBySide,
    /// They read layers, which takes a core and a disk each.
    OneByOne,
}

/// Answers each of `texts` and prints the answers in their order. One is
/// answered by itself. Of several, JSON is a line each; one that cannot be
/// answered is a line with an `error`, and in text a line on stderr. `-` alone
/// stands for the lines of standard input, and for JSON unless another format was
/// chosen; it ends with the input, or when nobody reads the answers any more.
///
/// # Errors
/// Those of `asker`, and of `ask` where there is one question.
pub(crate) fn each<A: Render + Outcome>(
    session: &Session,
    texts: &[String],
    pace: Pace,
    asker: impl FnOnce() -> anyhow::Result<Asker>,
    ask: impl Fn(&Asker, &str) -> anyhow::Result<A> + Sync,
) -> anyhow::Result<Exit> {
    let from_stdin = is_stdin(texts)?;
    if let ([only], false) = (texts, from_stdin) {
        return session.print(|| ask(&asker()?, only));
    }
    let format = session.chosen_format().unwrap_or(if from_stdin { Format::Json } else { Format::Text });
    ensure::<A>(format)?;
    let view = View { format, ..session.view() };
    let asker = asker()?;
    let mut questions = match from_stdin {
        true => Questions::Stdin(Lines::new(std::io::stdin().lock(), LONGEST)),
        false => Questions::Arguments(texts),
    };
    if !from_stdin && texts.iter().filter(|text| reads_stdin(text)).count() > 1 {
        bail!("standard input holds one image: '-' can stand in one place only");
    }
    let answer = |line: Line| {
        answered(line, view, |text| {
            if from_stdin && reads_stdin(text) {
                bail!("standard input holds the list of images, so that none of them can be read from it");
            }
            ask(&asker, text)
        })
    };
    let (mut exit, mut is_first) = (Exit::Found, true);
    loop {
        let batch = questions.batch().context("standard input cannot be read")?;
        if batch.is_empty() {
            return Ok(exit);
        }
        let is_waited_for = |(_, line): &(usize, Line)| pace == Pace::OneByOne || is_live(line);
        let (slow, known): (Vec<_>, Vec<_>) = batch.into_iter().enumerate().partition(is_waited_for);
        let mut answers: Vec<_> = known.into_par_iter().map(|(at, line)| (at, answer(line))).collect();
        answers.extend(slow.into_iter().map(|(at, line)| (at, answer(line))));
        answers.sort_unstable_by_key(|(at, _)| *at);
        for (_, Answered { text, code }) in answers {
            exit = worst(exit, code);
            let text = match text {
                Ok(text) => text,
                Err(error) => {
                    output::error(&error);
                    continue;
                }
            };
            let is_apart = format == Format::Text && !std::mem::take(&mut is_first) && text.lines().count() > 1;
            let text = if is_apart { format!("\n{text}") } else { text };
            if print(&text)? == Printed::NobodyReads {
                return Ok(exit);
            }
        }
    }
}

/// One answer as it is printed, and what it means for the exit code. An error
/// in text goes to stderr.
struct Answered {
    text: anyhow::Result<String>,
    code: Exit,
}

fn answered<A: Render + Outcome>(line: Line, view: View, ask: impl FnOnce(&str) -> anyhow::Result<A>) -> Answered {
    let (text, answer) = match line {
        Line::Text(text) => {
            let answer = ask(&text);
            (text, answer)
        }
        Line::TooLong(begins) => {
            (begins, Err(anyhow!("the line is longer than the {LONGEST} bytes that any reference has")))
        }
        Line::NotText(begins) => (begins, Err(anyhow!("the line is not UTF-8 text"))),
    };
    let is_json = view.format == Format::Json;
    let shown = answer.and_then(|answer| {
        let shown = if is_json { json_line(&answer)? } else { answer.render(view)? };
        Ok((shown, answer.exit()))
    });
    match shown {
        Ok((text, code)) => Answered { text: Ok(text), code },
        Err(error) if is_json => Answered { text: error_line(&text, &error), code: Exit::Error },
        Err(error) => Answered { text: Err(error), code: Exit::Error },
    }
}

/// The line of JSON for an image that there is no answer about.
pub(crate) fn error_line(image: &str, error: &anyhow::Error) -> anyhow::Result<String> {
    json_line(&json!({"image": {"reference": image}, "error": chain(error.as_ref())}))
}

/// An error counts most, then what was not found.
pub(crate) fn worst(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
        (Exit::Found, other) => other,
        (one, _) => one,
    }
}

/// Whether the one thing that was written is `-`.
///
/// # Errors
/// When it stands beside others.
fn is_stdin(texts: &[String]) -> anyhow::Result<bool> {
    match texts {
        [only] => Ok(only == STDIN),
        several if several.iter().any(|text| text == STDIN) => {
            bail!("'-' reads all references from standard input: leave the others out, or write them there")
        }
        _ => Ok(false),
    }
}

/// What was written, or in place of `-` the references of standard input, all of
/// them.
///
/// # Errors
/// When they cannot be read, or are no text.
pub(crate) fn all(texts: &[String]) -> anyhow::Result<Vec<String>> {
    if !is_stdin(texts)? {
        return Ok(texts.to_vec());
    }
    let mut lines = Lines::new(std::io::stdin().lock(), LONGEST);
    let mut all = Vec::new();
    while let Some(line) = lines.next_line().context("standard input cannot be read")? {
        match question(line) {
            None => {}
            Some(Line::Text(text)) if all.len() < MOST => all.push(text),
            Some(Line::Text(_)) => bail!("standard input holds more than {MOST} references"),
            Some(Line::TooLong(begins) | Line::NotText(begins)) => {
                bail!("'{begins}' on standard input is no reference")
            }
        }
    }
    Ok(all)
}

/// Where questions come from.
enum Questions<'a> {
    Arguments(&'a [String]),
    Stdin(Lines<StdinLock<'static>>),
}

impl Questions<'_> {
    /// The next ones; none at the end.
    fn batch(&mut self) -> std::io::Result<Vec<Line>> {
        match self {
            Self::Arguments(texts) => {
                let (now, later) = texts.split_at(texts.len().min(BATCH));
                *texts = later;
                Ok(now.iter().cloned().map(Line::Text).collect())
            }
            Self::Stdin(lines) => next_lines(lines),
        }
    }
}

/// The next lines, as many as have come: whoever writes one and waits for its
/// answer gets it. None at the end.
fn next_lines(input: &mut Lines<impl Read>) -> std::io::Result<Vec<Line>> {
    let mut batch = Vec::new();
    while batch.len() < BATCH && (batch.is_empty() || input.has_line()) {
        if !input.has_some() && !wait_for_input() {
            break;
        }
        match input.next_line()? {
            Some(line) => batch.extend(question(line)),
            None => break,
        }
    }
    Ok(batch)
}

/// A line without what is around its reference: blanks, and a comment, which
/// begins with `#` at the line's start or behind a blank. `None` where nothing is
/// left.
fn question(line: Line) -> Option<Line> {
    let Line::Text(text) = line else { return Some(line) };
    let is_comment =
        |at: &usize| text.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']));
    let ends = text.match_indices('#').map(|(at, _)| at).find(is_comment).unwrap_or(text.len());
    let reference = text.get(..ends).unwrap_or_default().trim();
    (!reference.is_empty()).then(|| Line::Text(reference.to_owned()))
}

fn is_live(line: &Line) -> bool {
    matches!(line, Line::Text(text) if text.starts_with("docker://"))
}

fn reads_stdin(text: &str) -> bool {
    Target::parse(text).is_ok_and(|target| target.is_stdin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_list() {
        #[track_caller]
        fn check(line: &str, expected: Option<&str>) {
            let expected = expected.map(|text| Line::Text(text.to_owned()));
            assert_eq!(question(Line::Text(line.to_owned())), expected, "{line}");
        }
        check("alpine", Some("alpine"));
        check("  alpine:3.20\t# ours", Some("alpine:3.20"));
        check("# alpine", None);
        check("   ", None);
        check("docker-archive:./a#b.tar", Some("docker-archive:./a#b.tar"));
    }

    #[test]
    fn the_exit_code_of_several() {
        assert_eq!(worst(Exit::Found, Exit::Found), Exit::Found);
        assert_eq!(worst(Exit::Found, Exit::NotFound), Exit::NotFound);
        assert_eq!(worst(Exit::NotFound, Exit::Found), Exit::NotFound);
        assert_eq!(worst(Exit::Error, Exit::NotFound), Exit::Error);
    }

    #[test]
    fn standard_input_stands_alone() {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(is_stdin(&texts(&["-"])).unwrap());
        assert!(!is_stdin(&texts(&["a", "b"])).unwrap());
        assert!(is_stdin(&texts(&["a", "-"])).is_err());
    }
}
