//! `forebear verify`: the whole hash tree of an image, hashed.

use forebear_content::{Checked, Compression, Document, Flaw, StatedLayer, What, check_layer};
use forebear_image::{DiffId, Digest};
use rayon::prelude::*;
use serde::Serialize;

use crate::common::Common;
use crate::contents::Contents;
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::progress::Bars;
use crate::text;

/// `verify --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct VerifyAnswer {
    pub image: String,
    pub platform: Option<String>,
    /// Whether every part is what its digests say.
    pub intact: bool,
    /// From the root down; layers bottom first.
    pub parts: Vec<PartAnswer>,
}

/// One node of the tree.
#[derive(Debug, Serialize)]
pub(crate) struct PartAnswer {
    pub part: Part,
    /// Of a layer: its place, 0 at the bottom.
    pub position: Option<usize>,
    /// The digest it should have; null where nothing states one.
    pub digest: Option<Digest>,
    pub diff_id: Option<DiffId>,
    /// Bytes that were read.
    pub size: Option<u64>,
    /// Of a layer: how it is compressed, and its uncompressed bytes.
    pub compression: Option<Compression>,
    pub unpacked: Option<u64>,
    /// Null where it could not be read or need not be there.
    pub intact: Option<bool>,
    pub flaws: Vec<FlawAnswer>,
    /// Why nothing can be said of it.
    pub unread: Option<String>,
    /// Whether reading it failed, and not only was left out.
    #[serde(skip)]
    pub failed: bool,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Part {
    Index,
    Manifest,
    Config,
    Layer,
}

/// How it is wrong.
#[derive(Debug, Serialize)]
pub(crate) struct FlawAnswer {
    pub code: &'static str,
    pub message: String,
}

/// Hashes an image's tree and prints what is wrong with it.
pub(crate) fn run(common: &Common, image: &str) -> anyhow::Result<Exit> {
    let contents = Contents::open(common, image)?;
    let tree = contents.tree(common)?;
    let bars = Bars::new();
    let check = |(at, layer)| layer_part(&contents, &bars, layer, at, tree.layers.len());
    let layers: Vec<PartAnswer> = match &contents {
        // A registry is asked for one layer after the other.
        Contents::Live(_) => tree.layers.iter().enumerate().map(check).collect(),
        Contents::Local(_) => tree.layers.par_iter().enumerate().map(check).collect(),
    };
    let documents = tree.documents.iter().map(document_part);
    let parts: Vec<PartAnswer> = documents.chain(layers).collect();
    let flawed = parts.iter().any(|part| part.intact == Some(false));
    let failed = parts.iter().any(|part| part.failed);
    let answer = VerifyAnswer {
        image: image.to_owned(),
        platform: tree.platform.as_ref().map(ToString::to_string),
        intact: !flawed && !failed,
        parts,
    };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::verify::render(&answer)),
    }
    Ok(match (flawed, failed) {
        (true, _) => Exit::NotFound,
        (false, true) => Exit::Error,
        (false, false) => Exit::Found,
    })
}

fn document_part(document: &Document) -> PartAnswer {
    let part = match document.what {
        What::Index => Part::Index,
        What::Manifest => Part::Manifest,
        What::Config => Part::Config,
    };
    PartAnswer { digest: document.digest, size: document.size, ..PartAnswer::new(part) }.with(&document.flaws)
}

fn layer_part(contents: &Contents, bars: &Bars, layer: &StatedLayer, at: usize, count: usize) -> PartAnswer {
    let expected = &layer.expected;
    let mut part = PartAnswer {
        position: Some(at),
        digest: expected.blob.map(|blob| blob.0),
        diff_id: expected.diff_id,
        ..PartAnswer::new(Part::Layer)
    };
    let left_out = |why: &str| Some(why.to_owned());
    let opened = match contents {
        Contents::Live(_) if layer.is_foreign() => {
            part.unread = left_out("it may not be distributed, so a registry need not have it");
            return part;
        }
        _ => contents.layer(layer),
    };
    let checked = match opened {
        Ok(Some(opened)) => {
            let name = format!("layer {} of {count}", at + 1);
            check_layer(bars.follow(opened.stream, opened.size, name), expected).map_err(anyhow::Error::from)
        }
        Ok(None) if layer.is_foreign() => {
            part.unread = left_out("it may not be distributed, and was left out");
            return part;
        }
        Ok(None) => return part.with(&[Flaw::Missing]),
        Err(error) => Err(error),
    };
    match checked {
        Ok(Checked { sums, flaws }) => {
            part.size = Some(sums.size);
            (part.compression, part.unpacked) = (Some(sums.compression), Some(sums.unpacked));
            part.with(&flaws)
        }
        Err(error) => {
            (part.unread, part.failed) = (Some(format!("{error:#}")), true);
            part
        }
    }
}

impl PartAnswer {
    fn new(part: Part) -> Self {
        Self {
            part,
            position: None,
            digest: None,
            diff_id: None,
            size: None,
            compression: None,
            unpacked: None,
            intact: None,
            flaws: Vec::new(),
            unread: None,
            failed: false,
        }
    }

    fn with(mut self, flaws: &[Flaw]) -> Self {
        self.intact = Some(flaws.is_empty());
        self.flaws = flaws.iter().map(|flaw| FlawAnswer { code: flaw.code(), message: flaw.to_string() }).collect();
        self
    }
}
