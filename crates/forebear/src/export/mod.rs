//! `forebear export`.

mod pages;
mod progress;
mod signals;
mod wanted;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use forebear_export::{CrawlReport, ExportError, ExportFormat, ExportRequest, GraphFormat};
use forebear_print::print;
use indicatif::{DecimalBytes, HumanCount};

use crate::exit::Exit;
use crate::format::Format;
use crate::session::Session;
use progress::ExportProgress;
pub(crate) use wanted::Wanted;
use wanted::{asker, filter};

/// More than any number of reports takes.
const MAX_REPORTS: u64 = 64 << 20;

pub(crate) fn export(session: &Session, place: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    match session.chosen_format() {
        Some(Format::Html) => pages::pages(session, place, wanted),
        Some(Format::Dot) => pages::graph(session, place, GraphFormat::Dot, wanted),
        Some(Format::Graphml) => pages::graph(session, place, GraphFormat::GraphMl, wanted),
        _ => tables(session, place, wanted),
    }
}

fn tables(session: &Session, folder: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    let request = ExportRequest {
        format: format(session, wanted.csv_safe)?,
        tables: wanted.tables.to_vec(),
        filter: filter(session, wanted)?,
        by_registry: wanted.by_registry,
        reports: reports(wanted.reports)?,
    };
    let asker = asker(session)?;
    let progress = ExportProgress::new(session.is_quiet(), signals::listen()?);
    let exported = forebear_export::export(asker.view()?, folder, &request, &progress);
    progress.end();
    let exported = match exported {
        Ok(exported) => exported,
        Err(error @ ExportError::Cancelled) => {
            crate::output::error(&error.into());
            return Ok(Exit::Interrupted);
        }
        Err(error) => return Err(error.into()),
    };
    let files = &exported.manifest.files;
    let (rows, bytes) = files.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes));
    print(&format!(
        "{}: {} rows in {} files, {}\n",
        exported.folder.display(),
        HumanCount(rows),
        files.len(),
        DecimalBytes(bytes)
    ))?;
    Ok(Exit::Found)
}

fn format(session: &Session, csv_safe: bool) -> anyhow::Result<ExportFormat> {
    let format = match session.chosen_format() {
        None | Some(Format::Parquet) => ExportFormat::Parquet,
        Some(Format::Csv) => ExportFormat::Csv { safe: csv_safe },
        Some(Format::Jsonl) => ExportFormat::JsonLines,
        Some(other) => {
            bail!("there is no export as {}; --format takes parquet, csv, jsonl, html, graphml, dot here", other.name())
        }
    };
    if csv_safe && !matches!(format, ExportFormat::Csv { .. }) {
        bail!("--csv-safe is for --format csv: no other format has formulas");
    }
    Ok(format)
}

fn reports(files: &[PathBuf]) -> anyhow::Result<Vec<CrawlReport>> {
    let mut all = Vec::new();
    for file in files {
        let shown = file.display();
        let text = forebear_files::read_text(file, MAX_REPORTS).with_context(|| format!("cannot read {shown}"))?;
        let read = CrawlReport::read(&text);
        all.extend(read.with_context(|| {
            format!("{shown} is no report of a crawl, as 'forebear-crawl run --format json' prints it")
        })?);
    }
    Ok(all)
}
