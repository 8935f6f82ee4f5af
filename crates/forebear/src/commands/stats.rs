//! `forebear stats`.

use forebear_image::Timestamp;
use forebear_index::Index;
use forebear_index::coverage::{Coverage, of_repositories};
use forebear_index::stats::{Stats, stats};
use serde::Serialize;

use crate::common::Common;
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::text;

/// `stats --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct StatsAnswer {
    #[serde(flatten)]
    pub stats: Stats,
    /// Of each repository, with `--repositories`.
    pub repository_coverage: Option<Vec<Coverage>>,
}

/// Prints what the index holds, all of it: `--as-of` changes nothing.
pub(crate) fn run(index: &Index, common: &Common, repositories: bool, sections: bool) -> anyhow::Result<Exit> {
    let answer = StatsAnswer { stats: stats(index), repository_coverage: repositories.then(|| of_repositories(index)) };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::stats::render(&answer, index.file(), sections)),
    }
    Ok(Exit::Found)
}

/// A time for people, or that there is none.
pub(crate) fn when(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}
