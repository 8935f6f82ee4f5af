//! What is exported and is no tables: pages, and graphs.

use std::path::Path;

use anyhow::bail;
use forebear_export::{ExportError, GraphFormat, Graphed};
use forebear_image::human::{bytes, plural};
use forebear_print::print;

use super::progress::ExportProgress;
use super::signals;
use super::wanted::{Wanted, asker, filter};
use crate::exit::Exit;
use crate::output;
use crate::session::Session;

/// Options that tables have.
fn ensure_no_tables(wanted: &Wanted<'_>, what: &str) -> anyhow::Result<()> {
    if !wanted.tables.is_empty() || wanted.by_registry || !wanted.reports.is_empty() {
        bail!("{what} no tables: leave --table, --partition-by and --report out");
    }
    if wanted.csv_safe {
        bail!("--csv-safe is for --format csv: no other format has formulas");
    }
    Ok(())
}

pub(super) fn graph(session: &Session, file: &Path, format: GraphFormat, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    ensure_no_tables(wanted, "a graph has")?;
    let asker = asker(session)?;
    let filter = filter(session, wanted)?;
    let Graphed { nodes, edges } = forebear_export::export_graph(asker.view()?, file, format, filter)?;
    if !session.is_quiet() {
        let (images, bases) = (plural(nodes, "image"), plural(edges, "parent"));
        output::progress(&format!("{}: {images}, {bases}", file.display()));
    }
    Ok(Exit::Found)
}

pub(super) fn pages(session: &Session, folder: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    ensure_no_tables(wanted, "pages have")?;
    let asker = asker(session)?;
    // A page is no row: only the bar tells how far they are.
    let progress = ExportProgress::new(session.is_quiet(), signals::listen()?);
    let written = forebear_export::export_site(&asker, folder, filter(session, wanted)?, &progress);
    progress.end();
    let written = match written {
        Ok(written) => written,
        Err(error @ ExportError::Cancelled) => {
            output::error(&error.into());
            return Ok(Exit::Interrupted);
        }
        Err(error) => return Err(error.into()),
    };
    let place = written.folder.join("index.html");
    let (images, repositories) =
        (plural(written.images as u64, "image"), plural(written.repositories as u64, "repository"));
    print(&format!("{images} in {repositories}, {}; open {}\n", bytes(written.bytes), place.display()))?;
    Ok(Exit::Found)
}
