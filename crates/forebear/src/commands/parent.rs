//! `forebear parent`.

use std::io::{BufRead as _, BufReader, Read};

use forebear_index::View;
use rayon::prelude::*;
use serde_json::{Value, json};

use crate::answer;
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::locate;
use crate::output::{self, Format};
use crate::text;

/// References that are answered side by side.
const BATCH: usize = 1_024;
/// Bytes of input that are read at a time.
const BUFFER: usize = 64 * 1024;

/// One image.
pub(crate) fn one(index: &View, common: &Common, image: &str) -> anyhow::Result<Exit> {
    let located = locate(index, common, image)?;
    let found = answer::find(index, &located);
    match common.format {
        Format::Json => output::json(&found.answer)?,
        Format::Text => output::text(&text::parent::render(&found.answer)),
    }
    Ok(if found.answer.parent.is_some() { Exit::Found } else { Exit::NotFound })
}

/// Images from stdin, one reference a line; JSON Lines out, in the same order.
/// A reference that cannot be answered is a line with an `error`.
pub(crate) fn many(index: &View, common: &Common) -> anyhow::Result<Exit> {
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
        let answered = |(at, reference): (usize, &str)| (at, answered(index, common, reference));
        let mut answers: Vec<_> = known.into_par_iter().map(answered).collect();
        // A registry is asked one question after the other.
        answers.extend(live.into_iter().map(answered));
        answers.sort_unstable_by_key(|(at, _)| *at);
        for (_, (answer, code)) in answers {
            output::json_line(&answer)?;
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
fn answered(index: &View, common: &Common, reference: &str) -> (Value, Exit) {
    let answer = locate(index, common, reference).and_then(|located| {
        let answer = answer::find(index, &located).answer;
        let exit = if answer.parent.is_some() { Exit::Found } else { Exit::NotFound };
        Ok((serde_json::to_value(answer)?, exit))
    });
    answer.unwrap_or_else(|error| {
        (json!({"image": {"reference": reference}, "error": format!("{error:#}")}), Exit::Error)
    })
}
