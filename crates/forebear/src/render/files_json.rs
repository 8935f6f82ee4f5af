//! The layers' JSON with files, written while they are read.

use std::cell::RefCell;
use std::io::{self, Write};

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use forebear_ask::answers::{ImageAnswer, LayerAnswer};
use forebear_ask::files::{ContentsAnswer, LayerFiles};
use forebear_ask::{LayerStep, OwnedLayer};
use forebear_image::Timestamp;

/// Writes the answer, on one line or indented; each layer is read when its turn comes.
pub(super) fn write(out: &mut impl Write, files: &LayerFiles, is_line: bool) -> io::Result<()> {
    let layers = Layers { layers: &files.answer.layers, lister: files };
    let observed_until = files.answer.observed_until;
    let whole = Whole { image: &files.answer.image, layers, observed_until };
    match is_line {
        true => whole.serialize(&mut forebear_print::json::compact(&mut *out))?,
        false => whole.serialize(&mut forebear_print::json::indented(&mut *out))?,
    }
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Whole<'a> {
    image: &'a ImageAnswer,
    layers: Layers<'a>,
    observed_until: Option<Timestamp>,
}

struct Layers<'a> {
    layers: &'a [OwnedLayer],
    lister: &'a LayerFiles,
}

impl Serialize for Layers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let layer = |(at, layer)| {
            let contents = RefCell::default();
            Filled { layer, lister: self.lister, at, contents }
        };
        serializer.collect_seq(self.layers.iter().enumerate().map(layer))
    }
}

/// A layer whose files are read when they are written; what they come to is
/// known after that.
struct Filled<'a> {
    layer: &'a OwnedLayer,
    lister: &'a LayerFiles,
    at: usize,
    contents: RefCell<ContentsAnswer>,
}

#[derive(Serialize)]
struct Shape<'a, 'b> {
    #[serde(flatten)]
    layer: &'a LayerAnswer,
    media_type: &'a Option<String>,
    step: &'a Option<LayerStep>,
    from: &'a Option<String>,
    files: FilesOf<'a, 'b>,
    contents: ContentsOf<'a, 'b>,
}

struct FilesOf<'a, 'b>(&'b Filled<'a>);
struct ContentsOf<'a, 'b>(&'b Filled<'a>);

impl Serialize for Filled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let OwnedLayer { layer, media_type, step, from, files: (), contents: () } = self.layer;
        let (files, contents) = (FilesOf(self), ContentsOf(self));
        Shape { layer, media_type, step, from, files, contents }.serialize(serializer)
    }
}

impl Serialize for FilesOf<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(None)?;
        let contents = self.0.lister.list(self.0.at, |file| sequence.serialize_element(file))?;
        self.0.contents.try_borrow_mut().map_err(S::Error::custom)?.clone_from(&contents);
        sequence.end()
    }
}

impl Serialize for ContentsOf<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.contents.borrow().serialize(serializer)
    }
}
