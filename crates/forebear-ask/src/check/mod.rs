//! Is an image on an approved base, and on a current one?

mod age;
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

pub use age::{MaxAge, MaxAgeError};
pub use answer::{BaseAnswer, Because, BecauseCode, CheckAnswer, CheckVerdict, JudgedAnswer, Proof};
pub use approved::{Approved, ApprovedError};
pub use request::{CheckRequest, Limits};

use case::Case;

/// Judges images one after the other, where the index is young enough to judge by.
pub(crate) async fn check(
    knowledge: &Knowledge,
    options: &AskOptions,
    images: &[String],
    request: &CheckRequest,
) -> (CheckAnswer, Vec<Note>) {
    let index = knowledge.view();
    let observed_until = index.observed_until();
    // Who asks as of a time judges as of that time.
    let now = index.as_of().unwrap_or_else(age::now);
    let too_old = request.limits.max_index_age.and_then(|most| most.refuses(observed_until, now));
    let (mut judged, mut notes) = (Vec::with_capacity(images.len()), Vec::new());
    for image in images {
        judged.push(match &too_old {
            Some(because) => JudgedAnswer::unjudged(image, CheckVerdict::Unknown, because.clone()),
            None => self::judged(knowledge, options, request, image, &mut notes).await,
        });
    }
    (CheckAnswer { images: judged, observed_until }, notes)
}

/// Judges one image. What cannot be judged is an answer too.
async fn judged(
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
