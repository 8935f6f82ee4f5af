//! The steps added on top of the parent, as a Dockerfile.

use forebear_image::dockerfile::{From, Line, render};
use forebear_image::{Step, Timestamp};
use forebear_index::resolve::Reason;
use serde::Serialize;

use crate::answers::{AncestorAnswer, ImageAnswer, StepAnswer, added_lines, steps};
use crate::knowledge::Knowledge;
use crate::located::Located;
use crate::parent::{self, NoParentCode, ParentAnswer};

/// The steps added on top of the parent, as a Dockerfile.
#[derive(Clone, Debug, Serialize)]
pub struct DockerfileAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// The parent's name; null where none is known.
    pub from: Option<String>,
    /// The text, which Docker's parser accepts.
    pub dockerfile: String,
    /// Its steps.
    pub steps: Vec<StepAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// Puts the Dockerfile together. `note` may add to what is said of the lines.
pub(crate) fn find(
    knowledge: &Knowledge,
    located: &Located,
    note: impl FnOnce(&mut [(Option<Step>, Line)]),
) -> DockerfileAnswer {
    let found = parent::find(knowledge, located);
    let from = from(&found.answer);
    let mut lines = added_lines(located, found.parent.as_ref());
    note(&mut lines);
    let steps = steps(located, &lines);
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    DockerfileAnswer {
        observed_until: found.answer.observed_until,
        from: found.answer.parent.map(|parent| parent.image.reference),
        image: found.answer.image,
        dockerfile: render(&from, &lines),
        steps,
    }
}

fn from(answer: &ParentAnswer) -> From {
    match (&answer.parent, &answer.no_parent_because) {
        (Some(parent), _) => From::Image {
            name: parent.image.reference.clone(),
            digest: parent.image.manifest_digest.map(|digest| digest.to_string()),
            moved: moved(parent),
        },
        (None, Some(why)) => match why.code {
            NoParentCode::Index(Reason::Scratch | Reason::ScratchInferred) => From::Scratch,
            NoParentCode::Index(_) | NoParentCode::NoIndex => From::Unknown { reason: why.message.clone() },
        },
        (None, None) => From::Unknown { reason: String::new() },
    }
}

/// What became of the name that the parent is called by, where it leads there no more: who
/// builds on that name gets another image.
fn moved(parent: &AncestorAnswer) -> Option<String> {
    let name = parent.names_over_time.iter().find(|name| name.name == parent.image.reference)?;
    let until = name.until?.date();
    let since = name.superseded_at.filter(|_| name.moved).map(Timestamp::date);
    Some(match since {
        Some(since) => {
            format!("{} has led to another build since {since}; the digest is the build that was used", name.name)
        }
        None => format!("{} led there until {until}; the digest is the build that was used", name.name),
    })
}
