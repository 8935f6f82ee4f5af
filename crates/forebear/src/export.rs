//! `forebear export`.

use std::path::Path;

use anyhow::bail;
use forebear_ask::ReferenceGlobs;
use forebear_export::{ExportFormat, ExportRequest, Filter};
use forebear_print::print;

use crate::exit::Exit;
use crate::format::Format;
use crate::output;
use crate::session::Session;

/// What was asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) tables: &'a [String],
    pub(crate) repositories: &'a [String],
    pub(crate) by_registry: bool,
    pub(crate) csv_safe: bool,
}

pub(crate) fn export(session: &Session, folder: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    let format = match session.chosen_format() {
        None | Some(Format::Parquet) => ExportFormat::Parquet,
        Some(Format::Csv) => ExportFormat::Csv { safe: wanted.csv_safe },
        Some(Format::Jsonl) => ExportFormat::JsonLines,
        Some(other) => bail!("tables cannot be written as {}; --format takes parquet, csv, jsonl here", other.name()),
    };
    if wanted.csv_safe && !matches!(format, ExportFormat::Csv { .. }) {
        bail!("--csv-safe is for --format csv: no other format has formulas");
    }
    let asker = session.asker()?;
    let filter = Filter {
        globs: ReferenceGlobs::new(wanted.repositories)?,
        platforms: session.platform().cloned().into_iter().collect(),
        by_name: !wanted.repositories.is_empty(),
    };
    let request = ExportRequest { format, tables: wanted.tables.to_vec(), filter, by_registry: wanted.by_registry };
    let quiet = session.is_quiet();
    let finished = |table: &str, rows: u64| {
        if !quiet {
            output::progress(&format!("{table}: {rows} rows"));
        }
    };
    let exported = forebear_export::export(asker.view()?, folder, &request, &finished)?;
    let files = exported.manifest.files.len();
    let rows: u64 = exported.manifest.files.iter().map(|file| file.rows).sum();
    print(&format!("{}: {rows} rows in {files} files\n", exported.folder.display()))?;
    Ok(Exit::Found)
}
