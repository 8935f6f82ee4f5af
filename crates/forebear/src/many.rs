//! `forebear parent -`: many references, answered side by side.

use std::io::Read;

use anyhow::{Context as _, anyhow, bail};
use forebear_ask::{Asker, Target};
use forebear_print::{Line, Lines, Printed, print, wait_for_input};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::exit::{Exit, Outcome as _};
use crate::render::json_line;
use crate::session::Session;

/// References that are answered side by side.
const BATCH: usize = 1_024;
/// The most bytes of a line: twice the longest path of a file.
const LONGEST: usize = 8 * 1_024;

/// Images from stdin, one reference a line; JSON Lines out, in the same order.
/// A line that cannot be answered is one with an `error`. Ends with the input, or
/// when nobody reads the answers any more.
pub(crate) fn parents(session: &Session) -> anyhow::Result<Exit> {
    let asker = session.asker()?;
    let mut exit = Exit::Found;
    let mut input = Lines::new(std::io::stdin().lock(), LONGEST);
    loop {
        let batch = batch(&mut input).context("standard input cannot be read")?;
        if batch.is_empty() {
            return Ok(exit);
        }
        let (live, known): (Vec<_>, Vec<_>) = batch.into_iter().filter(is_question).enumerate().partition(is_live);
        let answered = |(at, line)| (at, answered(session, &asker, line));
        let mut answers: Vec<_> = known.into_par_iter().map(answered).collect();
        // A registry is asked one question after the other.
        answers.extend(live.into_iter().map(answered));
        answers.sort_unstable_by_key(|(at, _)| *at);
        for (_, (answer, code)) in answers {
            exit = match (exit, code) {
                (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
                (Exit::Found, code) => code,
                (exit, _) => exit,
            };
            if print(&json_line(&answer)?)? == Printed::NobodyReads {
                return Ok(exit);
            }
        }
    }
}

fn is_question(line: &Line) -> bool {
    !matches!(line, Line::Text(text) if text.trim().is_empty())
}

fn is_live((_, line): &(usize, Line)) -> bool {
    matches!(line, Line::Text(text) if text.trim_start().starts_with("docker://"))
}

/// The next lines, as many as have come: whoever writes one and waits for its
/// answer gets it. None at the end.
fn batch(input: &mut Lines<impl Read>) -> std::io::Result<Vec<Line>> {
    let mut batch = Vec::new();
    while batch.len() < BATCH && (batch.is_empty() || input.has_line()) {
        if !input.has_some() && !wait_for_input() {
            break;
        }
        match input.next_line()? {
            Some(line) => batch.push(line),
            None => break,
        }
    }
    Ok(batch)
}

/// One line of the answer, and what it means for the exit code.
fn answered(session: &Session, asker: &Asker, line: Line) -> (Value, Exit) {
    let (reference, answer) = match line {
        Line::Text(text) => {
            let reference = text.trim().to_owned();
            let answer = parent(session, asker, &reference);
            (reference, answer)
        }
        Line::TooLong(begins) => {
            (begins, Err(anyhow!("the line is longer than the {LONGEST} bytes that any reference has")))
        }
        Line::NotText(begins) => (begins, Err(anyhow!("the line is not UTF-8 text"))),
    };
    answer.unwrap_or_else(|error| {
        (json!({"image": {"reference": reference}, "error": format!("{error:#}")}), Exit::Error)
    })
}

fn parent(session: &Session, asker: &Asker, reference: &str) -> anyhow::Result<(Value, Exit)> {
    let target = Target::parse(reference)?;
    if target.is_stdin() {
        bail!("standard input holds the list of images, so that none of them can be read from it");
    }
    let located = session.locate(asker, &target)?;
    let answer = asker.parent(&located);
    Ok((serde_json::to_value(&answer)?, answer.exit()))
}
