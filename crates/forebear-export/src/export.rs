//! One export, from a view to a folder of tables.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use forebear_index::View;
use rayon::prelude::*;

use crate::card::Card;
use crate::column::Column;
use crate::croissant::croissant;
use crate::error::ExportError;
use crate::folder::NewFolder;
use crate::hashed::HashedFile;
use crate::manifest::{self, FileOfExport, Manifest};
use crate::observer::ExportObserver;
use crate::request::ExportRequest;
use crate::rows::{Rows, schema};
use crate::scope::Scope;
use crate::sink::Sink;
use crate::sinks::Layout;
use crate::table::Table;
use crate::tables::TABLES;

/// About this many rows are made at a time by one thread.
const CHUNK: usize = 8_192;

/// What was exported.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Where it is.
    pub folder: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
}

/// Writes tables into `folder`, which is missing, empty, or an earlier export that is
/// replaced as a whole.
///
/// # Errors
/// [`ExportError`]; there is then nothing new under the folder's name.
pub fn export(
    view: &View,
    folder: &Path,
    request: &ExportRequest,
    observer: &dyn ExportObserver,
) -> Result<Exported, ExportError> {
    let tables = chosen(&request.tables)?;
    let new = NewFolder::beside(folder)?;
    let scope = Scope::new(view, request.filter.clone(), request.by_registry)?;
    let mut manifest = Manifest::new(view, request);
    let about = manifest.about();
    observer.planned(tables.iter().map(|table| table.things(&scope) as u64).sum());
    let write = |table: &&'static dyn Table| {
        let mut writer =
            TableWriter { table: *table, folder: new.path(), request, about: &about, observer, files: BTreeMap::new() };
        writer.write_all(&scope)?;
        let files = writer.finish()?;
        let (rows, bytes) = files.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes));
        observer.finished(table.name(), rows, bytes);
        Ok(files)
    };
    let files: Vec<Vec<FileOfExport>> = tables.par_iter().map(write).collect::<Result<_, ExportError>>()?;
    manifest.files = files.into_iter().flatten().collect();
    let text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    put(new.path(), manifest::FILE, &format!("{text}\n"))?;
    put(new.path(), "DICTIONARY.md", &crate::dictionary())?;
    let card = Card::new(&scope, &manifest, request.format, &request.reports);
    put(new.path(), "README.md", &card.text())?;
    put(new.path(), "croissant.json", &croissant(&manifest, request.format, &tables, &card.sentence()))?;
    ensure_wanted(observer)?;
    Ok(Exported { folder: new.put()?, manifest })
}

/// Fails where nobody wants it any more.
fn ensure_wanted(observer: &dyn ExportObserver) -> Result<(), ExportError> {
    if observer.is_cancelled() { Err(ExportError::Cancelled) } else { Ok(()) }
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), ExportError> {
    let path = folder.join(name);
    let mut file = HashedFile::create(&path)?;
    file.write_all(text.as_bytes()).map_err(ExportError::write(&path))?;
    file.finish().map(drop)
}

fn chosen(names: &[String]) -> Result<Vec<&'static dyn Table>, ExportError> {
    let known = |name: &String| TABLES.iter().any(|table| table.name() == name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = TABLES.iter().map(|table| table.name()).collect();
        return Err(ExportError::NoSuchTable(unknown.clone(), all.join(", ")));
    }
    let wanted = |table: &&&dyn Table| names.is_empty() || names.iter().any(|name| name == table.name());
    Ok(TABLES.iter().filter(wanted).copied().collect())
}

/// The files of one table: one, or one for each registry.
struct TableWriter<'a> {
    table: &'static dyn Table,
    folder: &'a Path,
    request: &'a ExportRequest,
    about: &'a [(String, String)],
    observer: &'a dyn ExportObserver,
    files: BTreeMap<String, (String, Box<dyn Sink>, u64)>,
}

/// Rows by the registry that they belong to; by nothing, where there is one file.
type Made = BTreeMap<String, Rows>;

impl TableWriter<'_> {
    /// While some rows are written, the next are made.
    fn write_all(&mut self, scope: &Scope) -> Result<(), ExportError> {
        if !self.request.by_registry {
            self.file("")?;
        }
        let (table, by_registry) = (self.table, self.request.by_registry);
        let mut chunks = Chunks { table, scope, at: 0, end: table.things(scope) };
        let at_once = rayon::current_num_threads() * 2;
        let mut next = || -> Vec<Range<usize>> { chunks.by_ref().take(at_once).collect() };
        let make = |window: Vec<Range<usize>>| -> Vec<Made> {
            window.into_par_iter().map(|chunk| made(table, scope, by_registry, chunk)).collect()
        };
        let things = |window: &[Range<usize>]| window.iter().map(|chunk| chunk.len() as u64).sum();
        let first = next();
        let mut under_way: u64 = things(&first);
        let mut ready = make(first);
        while !ready.is_empty() {
            ensure_wanted(self.observer)?;
            let window = next();
            let done = std::mem::replace(&mut under_way, things(&window));
            let (written, made) = rayon::join(|| self.write(ready), || make(window));
            written?;
            self.observer.advanced(done);
            ready = made;
        }
        Ok(())
    }

    fn write(&mut self, made: Vec<Made>) -> Result<(), ExportError> {
        for (registry, rows) in made.into_iter().flatten() {
            let count = rows.len() as u64;
            let table = self.table.name();
            let batch = rows.finish().map_err(|source| ExportError::Rows { table, source })?;
            let (_, sink, rows) = self.file(&registry)?;
            sink.write(&batch)?;
            *rows += count;
        }
        Ok(())
    }

    fn file(&mut self, registry: &str) -> Result<&mut (String, Box<dyn Sink>, u64), ExportError> {
        if !self.files.contains_key(registry) {
            let extension = self.request.format.extension();
            let name = self.table.name();
            let path = match self.request.by_registry {
                true => format!("{name}/registry={}/part-0.{extension}", encoded(registry)),
                false => format!("{name}.{extension}"),
            };
            let file = self.folder.join(&path);
            let parent = file.parent().unwrap_or(self.folder);
            std::fs::create_dir_all(parent).map_err(ExportError::write(parent))?;
            let columns = columns(self.table, self.request.by_registry);
            let sorted_by = self.table.columns().iter().take(self.table.sorted_by());
            let kept = |column: &&Column| columns.iter().any(|own| own.name == column.name);
            let layout = Layout { columns: &columns, sorted_by: sorted_by.filter(kept).count(), about: self.about };
            let sink = self.request.format.create(&file, &layout)?;
            self.files.insert(registry.to_owned(), (path, sink, 0));
        }
        let missing = || ExportError::NoFolder(self.folder.to_owned());
        self.files.get_mut(registry).ok_or_else(missing)
    }

    fn finish(self) -> Result<Vec<FileOfExport>, ExportError> {
        let table = self.table.name().to_owned();
        let end = |(path, sink, rows): (String, Box<dyn Sink>, u64)| {
            let written = sink.finish()?;
            Ok(FileOfExport { path, table: table.clone(), rows, bytes: written.bytes, sha256: written.sha256 })
        };
        self.files.into_values().map(end).collect()
    }
}

/// A table's columns: without the one that the folder's name tells.
fn columns(table: &dyn Table, by_registry: bool) -> Vec<Column> {
    let all = table.columns().iter().copied();
    all.filter(|column| !by_registry || column.name != "registry").collect()
}

fn made(table: &dyn Table, scope: &Scope, by_registry: bool, chunk: Range<usize>) -> Made {
    let columns = columns(table, by_registry);
    let left_out = table.columns().iter().position(|column| by_registry && column.name == "registry");
    let schema = schema(&columns);
    let mut made = Made::new();
    for thing in chunk {
        table.rows(scope, thing, &mut |registry, cells| {
            let place = if by_registry { registry } else { "" };
            if !made.contains_key(place) {
                made.insert(place.to_owned(), Rows::new(schema.clone(), &columns));
            }
            let kept = cells.into_iter().enumerate().filter(|(at, _)| Some(*at) != left_out).map(|(_, cell)| cell);
            if let Some(rows) = made.get_mut(place) {
                rows.push(kept);
            }
        });
    }
    made
}

/// As folders of partitions are named: what is no letter, digit, `.`, `_` or `-` in percent;
/// what has no registry, as Hive has it.
fn encoded(registry: &str) -> String {
    if registry.is_empty() {
        return "__HIVE_DEFAULT_PARTITION__".to_owned();
    }
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    registry.bytes().map(one).collect()
}

/// Ranges of things that make about as many rows.
struct Chunks<'a> {
    table: &'static dyn Table,
    scope: &'a Scope,
    at: usize,
    end: usize,
}

impl Iterator for Chunks<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut rows = 0;
        while self.at < self.end && rows < CHUNK {
            rows += self.table.weight(self.scope, self.at).max(1);
            self.at += 1;
        }
        (start < self.at).then_some(start..self.at)
    }
}
