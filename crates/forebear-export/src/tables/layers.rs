//! `layers`.

use std::collections::BTreeMap;

use forebear_image::added::all_steps;
use forebear_image::{ChainId, DiffId};

use super::image::Named;
use super::steps::Owners;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Layers;

const COLUMNS: &[Column] = &[
    column("image", Kind::Digest, &[Source::Manifest], "The image: its config digest, or its manifest digest where the config was not read; key of images."),
    column("position", Kind::Number(Unit::Place), &[Source::Manifest], "Its place, 0 the lowest."),
    column("digest", Kind::Digest, &[Source::Manifest], "Digest of its blob, compressed, as the manifest has it that images names.")
        .or_null("not known"),
    column("diff_id", Kind::Digest, &[Source::Config], "Digest of its tar, uncompressed.")
        .or_null("not known"),
    column("chain_id", Kind::Digest, &[Source::Config, Source::Derived], "OCI chain ID of this layer and those below.")
        .or_null("not all of their diff_ids are known"),
    column("prefix", Kind::Digest, &[Source::Config, Source::Manifest, Source::Derived], "Hash of the keys of this layer and those below, by the rule of chain IDs; a key is the diff_id, or the blob's digest where no config tells that. Equal prefixes are equal lower layers.")
        .or_null("the entry is damaged"),
    column("size", Kind::Number(Unit::Bytes), &[Source::Manifest], "Bytes of its blob, compressed.")
        .or_null("not known"),
    column("owner", Kind::Digest, &[Source::Derived], "The oldest ancestor that has it; the image itself where none is known to; key of images.")
        .or_null("the entry is damaged"),
    column("step", Kind::Number(Unit::Place), &[Source::Derived], "Position of the step that made it; with image, key of steps.")
        .or_null("no step is known to have made it"),
];

impl Table for Layers {
    fn name(&self) -> &'static str {
        "layers"
    }
    fn row(&self) -> &'static str {
        "a layer of an image"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image", "position"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.images.len()
    }
    fn weight(&self, scope: &Scope, thing: usize) -> usize {
        let image = scope.images.get(thing).and_then(|id| scope.view.image(*id));
        image.and_then(|image| scope.view.node(image.node())).map_or(1, |node| node.depth as usize)
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(own) = Named::at(scope, thing) else { return };
        let (view, image) = (&scope.view, &own.image);
        let owners = Owners::of(scope, own.id);
        let mut made: BTreeMap<usize, usize> = BTreeMap::new();
        for step in all_steps(image) {
            if let (Some(layer), Some(position)) = (step.link.index(), step.position) {
                made.entry(layer).or_insert(position);
            }
        }
        let keys = view.image(own.id).map(|image| view.layers_of(image.node())).unwrap_or_default();
        let mut chain: Option<ChainId> = None;
        let mut prefix: Option<ChainId> = None;
        let mut whole = true;
        for (position, (layer, key)) in image.layers.iter().zip(keys).enumerate() {
            whole &= layer.diff_id.is_some();
            chain =
                layer.diff_id.filter(|_| whole).map(|own| chain.map_or(ChainId::bottom(own), |below| below.push(own)));
            prefix = view
                .layer_digest(key)
                .map(DiffId)
                .map(|own| prefix.map_or(ChainId::bottom(own), |below| below.push(own)));
            push(
                own.registry(),
                vec![
                    own.key.as_str().into(),
                    position.into(),
                    layer.blob.map(|digest| digest.0).into(),
                    layer.diff_id.map(|digest| digest.0).into(),
                    chain.map(|id| id.0).into(),
                    prefix.map(|id| id.0).into(),
                    layer.size.into(),
                    owners.of_layer(position).and_then(|owner| super::image::key(view, owner)).into(),
                    made.get(&position).copied().into(),
                ],
            );
        }
    }
}
