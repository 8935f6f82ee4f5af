//! `forebear-crawl failures`.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::job_runner::{FAILURES, RecordedFailures};
use forebear_crawl::operate::state::{StateError, StateFolder};
use forebear_image::Timestamp;
use forebear_image::escape::for_terminal;
use forebear_image::human::plural;
use forebear_print::json;
use forebear_store::{FactStore, Failure, FailureKind};

use super::common::{Common, Format, Lines, data_with_store, open_store, print, say};
use super::exit::Exit;

/// Lists what could not be fetched, and has not been since.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let seen = read(common)?;
    match common.format {
        Format::Json => print(&json::document(&seen.failures)?)?,
        Format::Text if seen.failures.is_empty() => print("no failures")?,
        Format::Text => {
            let mut kinds: BTreeMap<&FailureKind, Vec<&Failure>> = BTreeMap::new();
            seen.failures.iter().for_each(|failure| kinds.entry(&failure.kind).or_default().push(failure));
            let mut lines = Lines::default();
            for (kind, failures) in kinds {
                lines.add(&format!("{kind}: {}", plural(failures.len() as u64, "item")));
                for failure in failures {
                    lines.add(&format!(
                        "  {}  ({})",
                        for_terminal(&failure.subject.to_string(), false),
                        tries(failure)
                    ));
                    lines.add(&format!("    {}", for_terminal(&failure.message, false)));
                    lines.add(&format!("    {}", next(failure, wall_clock())));
                }
            }
            lines.print()?;
        }
    }
    Ok(Exit::Done)
}

fn tries(failure: &Failure) -> String {
    format!("{}, last {}", plural(u64::from(failure.tries), "run"), failure.at)
}

/// When it is tried again.
fn next(failure: &Failure, now: Timestamp) -> String {
    match (failure.tried_at(now), &failure.parked) {
        (next @ Some(_), _) if next != failure.next_try => {
            "tried again by the next run: the clock was ahead when it failed".to_owned()
        }
        (Some(next), _) => format!("tried again from {next}"),
        (None, Some(why)) => format!("parked: {}", for_terminal(why, false)),
        (None, None) => "parked".to_owned(),
    }
}

/// From the store; or as they were left last, while a crawler has that, or where
/// it may only be read.
fn read(common: &Common) -> anyhow::Result<RecordedFailures> {
    let data = data_with_store(common)?;
    let states = StateFolder::of(data.path());
    if states.owner().is_some() {
        return recalled(&states, "a crawler works here", common);
    }
    match states.lock("failures", wall_clock()) {
        Err(StateError::Busy { .. }) => recalled(&states, "a crawler works here", common),
        Err(StateError::File { source, .. }) if is_read_only(&source) => {
            recalled(&states, "the data folder may only be read", common)
        }
        Err(error) => Err(error.into()),
        Ok(_lock) => Ok(RecordedFailures { as_of: wall_clock(), failures: open_store(common)?.failures()? }),
    }
}

fn is_read_only(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied)
}

fn recalled(states: &StateFolder, why: &str, common: &Common) -> anyhow::Result<RecordedFailures> {
    let seen: Option<RecordedFailures> = states.recalled(FAILURES)?;
    let seen = seen.unwrap_or_else(|| RecordedFailures { as_of: wall_clock(), failures: Vec::new() });
    if !common.quiet {
        say(&format!("{why}; these are as of {}", seen.as_of));
    }
    Ok(seen)
}
