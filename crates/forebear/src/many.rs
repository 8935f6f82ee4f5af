//! `forebear parent -`: many references, answered side by side.

use std::io::{BufRead as _, BufReader, Read};

use anyhow::bail;
use forebear_ask::{Asker, Target};
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::exit::{Exit, Outcome as _};
use crate::output;
use crate::render::json_line;
use crate::session::Session;

/// References that are answered side by side.
const BATCH: usize = 1_024;
/// Bytes of input that are read at a time.
const BUFFER: usize = 64 * 1024;

/// Images from stdin, one reference a line; JSON Lines out, in the same order.
/// A reference that cannot be answered is a line with an `error`.
pub(crate) fn parents(session: &Session) -> anyhow::Result<Exit> {
    let asker = session.asker()?;
    let mut exit = Exit::Found;
    let mut input = BufReader::with_capacity(BUFFER, std::io::stdin().lock());
    loop {
        let batch = lines(&mut input)?;
        if batch.is_empty() {
            return Ok(exit);
        }
        let references: Vec<&str> = batch.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        let (live, known): (Vec<_>, Vec<_>) =
            references.iter().copied().enumerate().partition(|(_, reference)| reference.starts_with("docker://"));
        let answered = |(at, reference): (usize, &str)| (at, answered(session, &asker, reference));
        let mut answers: Vec<_> = known.into_par_iter().map(answered).collect();
        // A registry is asked one question after the other.
        answers.extend(live.into_iter().map(answered));
        answers.sort_unstable_by_key(|(at, _)| *at);
        for (_, (answer, code)) in answers {
            output::text(&json_line(&answer)?);
            exit = match (exit, code) {
                (Exit::Error, _) | (_, Exit::Error) => Exit::Error,
                (Exit::Found, code) => code,
                (exit, _) => exit,
            };
        }
    }
}

/// The next lines, as many as have come: whoever writes one and waits for its
/// answer gets it. None at the end.
fn lines(input: &mut BufReader<impl Read>) -> std::io::Result<Vec<String>> {
    let mut batch = Vec::new();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(batch);
        }
        batch.push(line);
        if batch.len() == BATCH || !input.buffer().contains(&b'\n') {
            return Ok(batch);
        }
    }
}

/// One line of the answer, and what it means for the exit code.
fn answered(session: &Session, asker: &Asker, reference: &str) -> (Value, Exit) {
    let answer = parent(session, asker, reference);
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
