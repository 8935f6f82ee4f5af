//! The bytes behind an image: documents and layers, from a registry or a file.

mod live;

use std::io::Read;

use anyhow::bail;
use forebear_archive::{Archive, Form};
use forebear_content::{Expected, StatedLayer, Tree};
use forebear_image::{Image, Layer};

use crate::common::Common;

pub(crate) use live::Live;

/// Where an image's bytes are.
#[derive(Debug)]
pub(crate) enum Contents {
    /// In a local form.
    Local(Archive),
    /// In a registry.
    Live(Box<Live>),
}

/// A layer being read.
pub(crate) struct LayerStream<'a> {
    pub(crate) stream: Box<dyn Read + 'a>,
    /// Bytes of it, where known.
    pub(crate) size: Option<u64>,
}

impl Contents {
    /// Opens what `text` means; sends nothing yet.
    ///
    /// # Errors
    /// When it means an image of the index, which holds no bytes; when a file
    /// cannot be read.
    pub(crate) fn open(common: &Common, text: &str) -> anyhow::Result<Self> {
        if let Some(reference) = text.strip_prefix("docker://") {
            return Ok(Self::Live(Box::new(Live::open(common, reference)?)));
        }
        match Form::parse(text) {
            Some(form) => Ok(Self::Local(Archive::open(&form)?)),
            None => bail!(
                "an index holds digests and history, not the layers themselves; \
                 say where they are: docker://{text}, or a local form such as docker-archive:FILE"
            ),
        }
    }

    /// Reads the documents, each compared with what names it.
    pub(crate) fn tree(&self, common: &Common) -> anyhow::Result<Tree> {
        match self {
            Self::Local(archive) => Ok(archive.tree(common.platform.as_ref())?),
            Self::Live(live) => live.tree(common),
        }
    }

    /// The layers of an image that was located in these contents. A registry is
    /// not asked again for what the image was made from: a manifest is a pull.
    pub(crate) fn layers_of(&self, common: &Common, image: &Image) -> anyhow::Result<Tree> {
        if let Self::Local(archive) = self {
            return Ok(archive.tree(common.platform.as_ref())?);
        }
        let stated = |layer: &Layer| StatedLayer {
            expected: Expected { blob: layer.blob, size: layer.size, diff_id: layer.diff_id },
            media_type: layer.media_type.clone(),
            file: None,
        };
        Ok(Tree { layers: image.layers.iter().map(stated).collect(), ..Tree::default() })
    }

    /// Opens a layer; `None` when it is not there.
    pub(crate) fn layer(&self, layer: &StatedLayer) -> anyhow::Result<Option<LayerStream<'_>>> {
        match self {
            Self::Local(archive) => {
                Ok(archive.layer(layer)?.map(|opened| LayerStream { stream: opened.stream, size: Some(opened.size) }))
            }
            Self::Live(live) => live.layer(layer),
        }
    }
}
