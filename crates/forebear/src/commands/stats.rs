//! `forebear stats`.

use forebear_image::Timestamp;
use forebear_index::Index;
use forebear_index::stats::{Stats, stats};

use crate::common::Common;
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::text;

/// Prints what the index holds.
pub(crate) fn run(index: &Index, common: &Common) -> anyhow::Result<Exit> {
    let stats: Stats = stats(index);
    match common.format {
        Format::Json => output::json(&stats)?,
        Format::Text => output::text(&text::stats::render(&stats, index.file())),
    }
    Ok(Exit::Found)
}

/// A time for people, or that there is none.
pub(crate) fn when(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}
