//! `forebear-crawl failures`.

use forebear_image::escape::for_terminal;
use forebear_store::Store as _;

use super::exit::Exit;
use super::{Common, Format, open_store, print};

/// Lists what could not be fetched, and has not been since.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let failures = open_store(common)?.failures()?;
    match common.format {
        Format::Json => print(&serde_json::to_string_pretty(&failures)?),
        Format::Text if failures.is_empty() => print("nothing has failed that did not succeed since"),
        Format::Text => {
            for failure in failures {
                let (kind, subject) = (failure.kind, for_terminal(&failure.subject, false).into_owned());
                let runs = forebear_image::human::plural(u64::from(failure.tries), "run");
                print(&format!("{kind:16} {subject}  ({runs}, last {})", failure.at));
                print(&format!("                 {}", for_terminal(&failure.message, false)));
                let next = match (failure.next_try, failure.parked) {
                    (Some(next), _) => format!("tried again from {next}"),
                    (None, why) => format!("parked: {}", why.unwrap_or_default()),
                };
                print(&format!("                 {next}"));
            }
        }
    }
    Ok(Exit::Done)
}
