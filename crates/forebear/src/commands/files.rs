//! `forebear layers --files`: what each layer adds, modifies and removes.
//!
//! Layers are read as they come and files printed as they are read, so that
//! neither a layer's size nor its number of files matters.

use std::cell::RefCell;
use std::io::{BufWriter, Write as _};

use forebear_content::{Change, Compression, Entry, Files, Kind, Lower, StatedLayer, Sums, Tree};
use forebear_index::View;
use serde::Serialize;

use crate::common::Common;
use crate::contents::Contents;
use crate::exit::Exit;
use crate::locate::locate_opened;
use crate::output::Format;
use crate::progress::Bars;
use crate::{output, text};

use super::layers;

mod json;

/// One file of a layer.
#[derive(Debug, Serialize)]
pub(crate) struct FileAnswer<'a> {
    pub path: &'a str,
    pub change: Change,
    pub kind: Kind,
    /// Bytes; of a sparse file, holes included.
    pub size: u64,
    /// Permission bits in octal.
    pub mode: String,
    pub uid: u64,
    pub gid: u64,
    pub link: Option<&'a str>,
}

/// What a layer's files come to.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct ContentsAnswer {
    pub added: u64,
    pub modified: u64,
    pub removed: u64,
    /// Added or modified, which is not known.
    pub written: u64,
    /// Paths that lead out of the image.
    pub outside: u64,
    /// Bytes of all files.
    pub file_bytes: u64,
    pub compression: Option<Compression>,
    /// Bytes of the uncompressed tar.
    pub unpacked: Option<u64>,
    /// Whether the layer's bytes are those that its digest names.
    pub intact: Option<bool>,
    /// Why the list is not whole.
    pub error: Option<String>,
}

/// Reads layers from the bottom up.
pub(crate) struct Lister<'a> {
    contents: &'a Contents,
    tree: &'a Tree,
    bars: Bars,
    lower: RefCell<Lower>,
    failed: RefCell<bool>,
}

/// Prints an image's layers with their files.
pub(crate) fn run(index: &View, common: &Common, image: &str) -> anyhow::Result<Exit> {
    let contents = Contents::open(common, image)?;
    let located = locate_opened(index, common, &contents, image)?;
    let tree = contents.layers_of(common, &located.image)?;
    let answer = layers::answer(index, &located);
    if tree.layers.len() != answer.layers.len() {
        anyhow::bail!("{image} changed while it was read; ask again");
    }
    let lister = Lister::new(&contents, &tree);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = match common.format {
        Format::Json => json::write(&mut out, &answer, &lister),
        Format::Text => text::files::write(&mut out, &answer, &lister),
    };
    match written.and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        Err(error) => return Err(error.into()),
    }
    let failed = *lister.failed.borrow();
    if failed {
        output::remark("not every layer could be read to its end");
    }
    Ok(if failed { Exit::Error } else { Exit::Found })
}

impl<'a> Lister<'a> {
    pub(crate) fn new(contents: &'a Contents, tree: &'a Tree) -> Self {
        Self { contents, tree, bars: Bars::new(), lower: RefCell::default(), failed: RefCell::new(false) }
    }

    /// Reads a layer, giving each of its files to `each`. What is wrong with
    /// the layer stands in the result; an error is `each`'s own.
    pub(crate) fn list<E>(
        &self,
        at: usize,
        mut each: impl FnMut(&FileAnswer<'_>) -> Result<(), E>,
    ) -> Result<ContentsAnswer, E> {
        let mut found = ContentsAnswer::default();
        self.lower.borrow_mut().begin_layer();
        let Some(layer) = self.tree.layers.get(at) else { return Ok(found) };
        let read = self.read(at, layer, |entry| {
            let change = self.lower.borrow_mut().note(entry);
            found.count(change, entry.size);
            each(&FileAnswer::of(entry, change))
        })?;
        match read {
            Ok(sums) => {
                let expected = &layer.expected;
                let blob = expected.blob.map(|blob| blob.0 == sums.blob);
                let diff_id = || Some(expected.diff_id? == sums.diff_id?);
                found.intact = blob.or_else(diff_id);
                (found.compression, found.unpacked) = (Some(sums.compression), Some(sums.unpacked));
                if found.intact == Some(false) {
                    found.error = Some("its bytes are not those that its digest names".to_owned());
                }
            }
            Err(why) => found.error = Some(why),
        }
        if found.error.is_some() {
            self.lower.borrow_mut().lost();
            *self.failed.borrow_mut() = true;
        }
        Ok(found)
    }

    /// The outer error is `each`'s, the inner a sentence about the layer.
    fn read<E>(
        &self,
        at: usize,
        layer: &StatedLayer,
        mut each: impl FnMut(&Entry) -> Result<(), E>,
    ) -> Result<Result<Sums, String>, E> {
        if matches!(self.contents, Contents::Live(_)) && layer.is_foreign() {
            return Ok(Err("it may not be distributed, so a registry need not have it".to_owned()));
        }
        let opened = match self.contents.layer(layer) {
            Ok(Some(opened)) => opened,
            Ok(None) => return Ok(Err("it is not there".to_owned())),
            Err(error) => return Ok(Err(format!("{error:#}"))),
        };
        let name = format!("layer {} of {}", at + 1, self.tree.layers.len());
        let stream = self.bars.follow(opened.stream, opened.size, name);
        let mut files = match Files::new(stream, &layer.expected) {
            Ok(files) => files,
            Err(error) => return Ok(Err(error.to_string())),
        };
        for entry in files.by_ref() {
            match entry {
                Ok(entry) => each(&entry)?,
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
        Ok(files.finish().map_err(|error| error.to_string()))
    }
}

impl ContentsAnswer {
    fn count(&mut self, change: Change, size: u64) {
        let counter = match change {
            Change::Added => &mut self.added,
            Change::Modified => &mut self.modified,
            Change::Removed => &mut self.removed,
            Change::Written => &mut self.written,
            Change::Outside => &mut self.outside,
        };
        *counter += 1;
        self.file_bytes = self.file_bytes.saturating_add(size);
    }
}

impl<'a> FileAnswer<'a> {
    fn of(entry: &'a Entry, change: Change) -> Self {
        Self {
            path: &entry.path,
            change,
            kind: entry.kind,
            size: entry.size,
            mode: format!("{:04o}", entry.mode),
            uid: entry.uid,
            gid: entry.gid,
            link: entry.link.as_deref(),
        }
    }
}
