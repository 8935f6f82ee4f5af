//! Options that every command takes, and the index they lead to.

#![cfg_attr(doc, allow(rustdoc::broken_intra_doc_links, reason = "help texts hold brackets"))]

use std::path::PathBuf;

use forebear_image::{Platform, Timestamp};
use forebear_index::location::DataFolder;
use forebear_index::{Index, View};

use crate::output::Format;

/// Options of every command.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Folder that forebear-crawl published in [default: the XDG data folder's forebear/]
    #[arg(long, global = true, env = "FOREBEAR_DATA", value_name = "DIR")]
    data: Option<PathBuf>,

    /// One index file instead of a data folder
    #[arg(long, global = true, value_name = "FILE")]
    index: Option<PathBuf>,

    /// How to print the answer
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,

    /// Platform os/arch[/variant][:os.version], where an index offers several
    /// [default: linux/amd64]
    #[arg(long, global = true, value_name = "PLATFORM")]
    pub(crate) platform: Option<Platform>,

    /// Answer from what had been observed by then: a date (2026-03-01, to its
    /// end, UTC) or a time (RFC 3339)
    #[arg(long, global = true, value_name = "DATE", value_parser = as_of)]
    as_of: Option<Timestamp>,

    /// Speak plain HTTP to registries that are not on loopback
    #[arg(long, global = true)]
    pub(crate) plain_http: bool,
}

/// A time, or a day to its end.
fn as_of(text: &str) -> Result<Timestamp, String> {
    let day = format!("{text}T23:59:59Z");
    let time = if text.contains('T') { text } else { day.as_str() };
    Timestamp::parse(time).map_err(|error| error.to_string())
}

/// Opens the index that the options lead to.
///
/// # Errors
/// When there is none, saying how to get one.
pub(crate) fn open_index(common: &Common) -> anyhow::Result<View> {
    let index = open_newest(common)?;
    Ok(match common.as_of {
        Some(time) => index.view_as_of(time),
        None => index.view(),
    })
}

fn open_newest(common: &Common) -> anyhow::Result<Index> {
    if let Some(file) = &common.index {
        return Ok(Index::open(file)?);
    }
    let data = DataFolder::locate(common.data.as_deref());
    let data = data.ok_or_else(|| {
        anyhow::anyhow!("there is no home folder to look for an index in; say where with --data DIR or --index FILE")
    })?;
    Ok(forebear_index::publish::open_current(&data.index())?)
}
