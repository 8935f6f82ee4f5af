//! `forebear export`.

use std::path::Path;

use anyhow::bail;
use forebear_ask::ReferenceGlobs;
use forebear_export::{ExportFormat, ExportRequest, Filter, GraphFormat, Graphed};
use forebear_image::human::{bytes, plural};
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

pub(crate) fn export(session: &Session, place: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    let graph = match session.chosen_format() {
        Some(Format::Dot) => Some(GraphFormat::Dot),
        Some(Format::Graphml) => Some(GraphFormat::GraphMl),
        _ => None,
    };
    if wanted.csv_safe && session.chosen_format() != Some(Format::Csv) {
        bail!("--csv-safe is for --format csv: no other format has formulas");
    }
    if session.chosen_format() == Some(Format::Html) {
        return pages_into(session, place, wanted);
    }
    match graph {
        Some(format) => graph_into(session, place, format, wanted),
        None => tables_into(session, place, wanted),
    }
}

/// What of the index is exported.
fn filter(session: &Session, wanted: &Wanted<'_>) -> anyhow::Result<Filter> {
    Ok(Filter {
        globs: ReferenceGlobs::new(wanted.repositories)?,
        platforms: session.platform().cloned().into_iter().collect(),
        by_name: !wanted.repositories.is_empty(),
    })
}

fn graph_into(session: &Session, file: &Path, format: GraphFormat, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    if !wanted.tables.is_empty() || wanted.by_registry {
        bail!("a graph has no tables and no partitions: leave --table and --partition-by out");
    }
    let asker = session.asker()?;
    let Graphed { nodes, edges } =
        forebear_export::export_graph(asker.view()?, file, format, filter(session, wanted)?)?;
    if !session.is_quiet() {
        let (images, bases) = (plural(nodes, "image"), plural(edges, "parent"));
        output::progress(&format!("{}: {images}, {bases}", file.display()));
    }
    Ok(Exit::Found)
}

fn pages_into(session: &Session, folder: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    if !wanted.tables.is_empty() || wanted.by_registry {
        bail!("pages have no tables and no partitions: leave --table and --partition-by out");
    }
    let asker = session.asker()?;
    let quiet = session.is_quiet();
    let finished = |what: &str, count: u64| {
        if !quiet {
            output::progress(&format!("{what}: {count}"));
        }
    };
    let written = forebear_export::export_site(&asker, folder, filter(session, wanted)?, &finished)?;
    let place = written.folder.join("index.html");
    let (images, repositories) =
        (plural(written.images as u64, "image"), plural(written.repositories as u64, "repository"));
    let size = bytes(written.bytes);
    print(&format!("{images} in {repositories}, {size}; open {}\n", place.display()))?;
    Ok(Exit::Found)
}

fn tables_into(session: &Session, folder: &Path, wanted: &Wanted<'_>) -> anyhow::Result<Exit> {
    let format = match session.chosen_format() {
        None | Some(Format::Parquet) => ExportFormat::Parquet,
        Some(Format::Csv) => ExportFormat::Csv { safe: wanted.csv_safe },
        Some(Format::Jsonl) => ExportFormat::JsonLines,
        Some(other) => {
            bail!("there is no export as {}; --format takes parquet, csv, jsonl, graphml, dot, html here", other.name())
        }
    };
    let asker = session.asker()?;
    let filter = filter(session, wanted)?;
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
