//! `forebear-crawl store`: what the store itself is asked to do.

use clap::Subcommand;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::state::StateFolder;
use forebear_image::human::{bytes, plural};
use forebear_print::json;
use forebear_store::{FactStore, LocalStore, Lost, OpenOptions};
use serde::Serialize;

use super::common::{Common, Format, Lines, data_with_store, open_store, print};
use super::exit::Exit;

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum StoreCommand {
    /// Read every record of the log, and say what is lost
    Check,
    /// Make everything that is derived from the log anew
    Rebuild,
    /// Write the log anew without what later records have made void; free room as large as the log is needed
    Compact,
    /// Give up what is lost, so that an index of the rest may be published
    AcceptLoss,
}

/// What was given up, for programs.
#[derive(Debug, Serialize)]
struct GivenUp<'a> {
    /// The records.
    given_up: &'a [Lost],
}

/// Does it, while nobody crawls.
pub(super) fn run(command: StoreCommand, common: &Common) -> anyhow::Result<Exit> {
    let data = data_with_store(common)?;
    let _lock = StateFolder::of(data.path()).lock("store", wall_clock())?;
    match command {
        StoreCommand::Check => check(common),
        StoreCommand::Rebuild => {
            let options = OpenOptions { cache: common.cache << 20, ..OpenOptions::default() };
            let (store, rebuilt) = LocalStore::rebuild(&data.store(), &options)?;
            match common.format {
                Format::Json => print(&json::line(&rebuilt)?)?,
                Format::Text if common.quiet => {}
                Format::Text => {
                    print(&format!("index and rows were made again from {}", plural(rebuilt.records, "record")))?;
                }
            }
            Ok(exit_of(&store))
        }
        StoreCommand::Compact => {
            let compacted = open_store(common)?.compact()?;
            match common.format {
                Format::Json => print(&json::line(&compacted)?)?,
                Format::Text if common.quiet => {}
                Format::Text => print(&format!(
                    "{} in {} became {} in {}; {}, as before",
                    bytes(compacted.bytes_before),
                    plural(compacted.records_before, "record"),
                    bytes(compacted.bytes_after),
                    plural(compacted.records_after, "record"),
                    plural(compacted.documents, "document"),
                ))?,
            }
            Ok(Exit::Done)
        }
        StoreCommand::AcceptLoss => {
            let lost = open_store(common)?.accept_loss()?;
            match common.format {
                Format::Json => print(&json::line(&GivenUp { given_up: &lost })?)?,
                Format::Text if common.quiet => {}
                Format::Text if lost.is_empty() => print("nothing is lost")?,
                Format::Text => {
                    let mut lines = Lines::default();
                    lost.iter().for_each(|lost| lines.add(&format!("given up: {}", told(lost))));
                    lines.print()?;
                }
            }
            Ok(Exit::Done)
        }
    }
}

fn check(common: &Common) -> anyhow::Result<Exit> {
    let store = open_store(common)?;
    let checked = store.check()?;
    match common.format {
        Format::Json => print(&json::line(&checked)?)?,
        Format::Text if common.quiet => {}
        Format::Text => {
            let (documents, entries) = (plural(checked.documents, "document"), plural(checked.entries, "other fact"));
            let records = plural(checked.records, "record");
            let mut lines = Lines::default();
            lines.add(&format!("{records} with {documents} and {entries} ({})", bytes(checked.bytes)));
            checked.lost.iter().for_each(|lost| lines.add(&format!("lost: {}", told(lost))));
            checked.given_up.iter().for_each(|lost| lines.add(&format!("given up earlier: {}", told(lost))));
            if checked.rows_made_again {
                lines.add("rows that were derived from it were damaged; they were made again");
            }
            if checked.lost.is_empty() {
                lines.add("nothing is lost");
            }
            lines.print()?;
        }
    }
    Ok(exit_of(&store))
}

fn exit_of(store: &LocalStore) -> Exit {
    if store.lost().is_empty() { Exit::Done } else { Exit::Error }
}

/// What is lost, and about where.
fn told(lost: &Lost) -> String {
    let Lost { segment, offset, .. } = lost;
    format!("{} (segment {segment}, offset {offset})", plural(lost.records(), "record"))
}
