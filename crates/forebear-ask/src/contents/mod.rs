//! The bytes behind an image: documents and layers, from a registry or a file.
//!
//! Opening and asking for documents is asynchronous where a registry is asked.
//! Reading layers blocks: it belongs on a thread that may, such as those of
//! [`tokio::task::spawn_blocking`].

mod live;
mod stream;

use std::sync::Arc;

use forebear_archive::Archive;
use forebear_content::{Expected, StatedLayer, Tree};
use forebear_image::{Image, Layer};

use crate::error::AskError;
use crate::options::AskOptions;
use crate::target::{Place, Target};

pub(crate) use live::Live;
pub(crate) use stream::LayerStream;

/// Where an image's bytes are. Clones share what has been opened.
#[derive(Clone, Debug)]
pub(crate) enum Contents {
    /// In a local form.
    Local(Arc<Archive>),
    /// In a registry.
    Live(Arc<Live>),
}

impl Contents {
    /// Opens what `target` means; sends nothing yet. A local form's table of
    /// contents is read.
    ///
    /// # Errors
    /// When it means an image of the index, which holds no bytes; when a file
    /// cannot be read.
    pub(crate) async fn open(options: &AskOptions, target: &Target) -> Result<Self, AskError> {
        match &target.place {
            Place::Live(reference) => Ok(Self::Live(Arc::new(Live::open(options, reference).await?))),
            Place::Local(transport) => {
                let transport = transport.clone();
                let archive = tokio::task::spawn_blocking(move || Archive::open(&transport)).await??;
                Ok(Self::Local(Arc::new(archive)))
            }
            Place::Indexed(_) | Place::IndexedDigest(_) | Place::IndexedPrefix(_) => {
                Err(AskError::HoldsNoLayers(target.to_string()))
            }
        }
    }

    /// Reads the documents, each compared with what names it. Blocks.
    pub(crate) fn tree(&self, options: &AskOptions) -> Result<Tree, AskError> {
        match self {
            Self::Local(archive) => Ok(archive.tree(options.platform.as_ref())?),
            Self::Live(live) => live.tree(options),
        }
    }

    /// The layers of an image that was located in these contents. A registry is
    /// not asked again for what the image was made from: a manifest is a pull.
    pub(crate) fn layers_of(&self, options: &AskOptions, image: &Image) -> Result<Tree, AskError> {
        if let Self::Local(archive) = self {
            return Ok(archive.tree(options.platform.as_ref())?);
        }
        let stated = |layer: &Layer| {
            let Layer { blob, size, diff_id, .. } = *layer;
            StatedLayer::new(Expected { blob, size, diff_id, ..Expected::default() }, layer.media_type.clone(), None)
        };
        Ok(Tree { layers: image.layers.iter().map(stated).collect(), ..Tree::default() })
    }

    /// Opens a layer; `None` when it is not there. Blocks.
    pub(crate) fn layer(&self, layer: &StatedLayer) -> Result<Option<LayerStream>, AskError> {
        match self {
            Self::Local(archive) => {
                Ok(archive.layer(layer)?.map(|opened| LayerStream { stream: opened.stream, size: Some(opened.size) }))
            }
            Self::Live(live) => live.layer(layer),
        }
    }
}
