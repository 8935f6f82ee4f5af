//! `forebear parent`.

use std::io::BufRead as _;

use forebear_index::Index;
use serde_json::json;

use crate::answer;
use crate::cli::Common;
use crate::exit::Exit;
use crate::locate::locate;
use crate::output::{self, Format};
use crate::text;

/// One image.
pub(crate) fn one(index: &Index, common: &Common, image: &str) -> anyhow::Result<Exit> {
    let located = locate(index, common, image)?;
    let found = answer::find(index, &located);
    match common.format {
        Format::Json => output::json(&found.answer)?,
        Format::Text => output::text(&text::parent::render(&found.answer)),
    }
    Ok(if found.answer.parent.is_some() { Exit::Found } else { Exit::NotFound })
}

/// Images from stdin, one reference a line; JSON Lines out. A reference that
/// cannot be answered is a line with an `error`.
pub(crate) fn many(index: &Index, common: &Common) -> anyhow::Result<Exit> {
    let mut exit = Exit::Found;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let reference = line.trim();
        if reference.is_empty() {
            continue;
        }
        match locate(index, common, reference) {
            Ok(located) => {
                let found = answer::find(index, &located);
                if found.answer.parent.is_none() && exit == Exit::Found {
                    exit = Exit::NotFound;
                }
                output::json_line(&found.answer)?;
            }
            Err(error) => {
                exit = Exit::Error;
                output::json_line(&json!({"image": {"reference": reference}, "error": format!("{error:#}")}))?;
            }
        }
    }
    Ok(exit)
}
