//! Is an image on an approved base, and on a current one?

mod answer;
mod approved;
mod case;
mod finder;
mod judge;
mod matches;
mod proof;
mod request;

use crate::contents::Contents;
use crate::error::AskError;
use crate::knowledge::Knowledge;
use crate::locate;
use crate::note::Note;
use crate::options::AskOptions;
use crate::target::Target;

pub use answer::{BaseAnswer, Because, BecauseCode, CheckAnswer, CheckVerdict, JudgedAnswer, Proof};
pub use approved::{Approved, ApprovedError};
pub use request::CheckRequest;

use case::Case;

/// Judges one image. What cannot be judged is an answer too.
pub(crate) async fn judged(
    knowledge: &Knowledge,
    options: &AskOptions,
    request: &CheckRequest,
    image: &str,
    notes: &mut Vec<Note>,
) -> JudgedAnswer {
    match judge(knowledge, options, request, image).await {
        Ok((judged, its)) => {
            notes.extend(its);
            judged
        }
        Err(error) => JudgedAnswer::failed(image, error.told()),
    }
}

async fn judge(
    knowledge: &Knowledge,
    options: &AskOptions,
    request: &CheckRequest,
    image: &str,
) -> Result<(JudgedAnswer, Vec<Note>), AskError> {
    let target = Target::parse(image)?;
    knowledge.needed()?;
    // The registry is asked before the work moves to a thread that may block.
    let live = if target.is_live() {
        let contents = Contents::open(options, &target).await?;
        Some(locate::opened(knowledge, options, &contents, &target).await?)
    } else {
        None
    };
    let (knowledge, options, request) = (knowledge.clone(), options.clone(), request.clone());
    // Reading files and hashing layers blocks.
    let work = move || {
        let mut located = match live {
            Some(located) => located,
            None => locate::known(&knowledge, &options, &target)?,
        };
        let notes = std::mem::take(&mut located.notes);
        let (index, options, request) = (knowledge.needed()?, &options, &request);
        let judged = Case { index, options, request, target: &target, located: &located }.judge()?;
        Ok((judged, notes))
    };
    tokio::task::spawn_blocking(work).await?
}
