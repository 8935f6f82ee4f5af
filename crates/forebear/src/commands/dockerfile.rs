//! `forebear dockerfile`.

use forebear_image::dockerfile::{From, render};
use forebear_index::View;
use forebear_index::resolve::Reason;
use serde::Serialize;

use crate::answer::{self, StepAnswer};
use crate::common::Common;
use crate::contents::Contents;
use crate::exit::Exit;
use crate::locate::{locate, locate_opened};
use crate::output::{self, Format};

use super::brought::note_files;

/// `dockerfile --format json`.
#[derive(Debug, Serialize)]
struct DockerfileAnswer {
    image: answer::ImageAnswer,
    from: Option<String>,
    dockerfile: String,
    steps: Vec<StepAnswer>,
}

/// Prints the steps added on top of the parent as a Dockerfile.
pub(crate) fn run(index: &View, common: &Common, image: &str, files: bool) -> anyhow::Result<Exit> {
    let contents = if files { Some(Contents::open(common, image)?) } else { None };
    let located = match &contents {
        Some(contents) => locate_opened(index, common, contents, image)?,
        None => locate(index, common, image)?,
    };
    let found = answer::find(index, &located);
    let from = match (&found.answer.parent, &found.answer.no_parent_because) {
        (Some(parent), _) => From::Image {
            name: parent.image.reference.clone(),
            digest: parent.image.manifest_digest.map(|digest| digest.to_string()),
        },
        (None, Some(why)) if matches!(why.code, Reason::Scratch | Reason::ScratchInferred) => From::Scratch,
        (None, why) => From::Unknown { reason: why.as_ref().map(|why| why.message.clone()).unwrap_or_default() },
    };
    let mut lines = answer::added_lines(&located, found.parent.as_ref());
    if let Some(contents) = &contents {
        note_files(contents, &contents.layers_of(common, &located.image)?, &mut lines);
    }
    let steps = answer::steps(&located, &lines);
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    let dockerfile = render(&from, &lines);
    let exit = if found.answer.parent.is_some() { Exit::Found } else { Exit::NotFound };
    match common.format {
        Format::Json => output::json(&DockerfileAnswer {
            from: found.answer.parent.map(|parent| parent.image.reference),
            image: found.answer.image,
            dockerfile,
            steps,
        })?,
        Format::Text => output::text(&dockerfile),
    }
    Ok(exit)
}
