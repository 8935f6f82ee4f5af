//! Pages of images.

use forebear_ask::estate::ImageSummary;
use forebear_ask::{ChildrenRequest, HistoryAnswer, Located};
use forebear_page::search::{Digests, Kind};
use forebear_page::{ImageAnswers, LINES_SHOWN, address, children_page, image_page};
use rayon::prelude::*;

use super::making::Making;
use crate::error::ExportError;

/// Folders from the root down to a page.
const DEPTH: usize = 2;
/// Names whose story is told on a page.
const NAMES: usize = 12;
/// Images whose digests are kept apart by one thread before they are put together.
const CHUNK: usize = 512;

/// Writes all of them; gives the digests that lead to them.
pub(super) fn write(making: &Making<'_>) -> Result<Digests, ExportError> {
    let chunks = making.estate.images().par_chunks(CHUNK).map(|chunk| {
        let mut digests = Digests::default();
        chunk.iter().try_for_each(|image| one(making, image, &mut digests)).map(|()| digests)
    });
    chunks.try_reduce(Digests::default, |mut all, more| {
        all.append(more);
        Ok(all)
    })
}

fn one(making: &Making<'_>, summary: &ImageSummary, digests: &mut Digests) -> Result<(), ExportError> {
    let Making { asker, estate, sheets, users, .. } = making;
    let Some(located) = asker.locate_summary(summary)? else { return Ok(()) };
    let parent = asker.parent(&located);
    let lineage = asker.lineage(&located);
    let layers = asker.layers(&located);
    let dockerfile = asker.dockerfile(&located);
    let children = asker.children(&located, ChildrenRequest::default())?;
    let histories = histories(making, &located);
    let base = estate.base_of(summary);
    let answers = ImageAnswers {
        summary,
        parent: &parent,
        lineage: &lineage,
        layers: &layers,
        dockerfile: &dockerfile,
        children: &children,
        histories: &histories,
        siblings: base.map_or(0, |base| estate.children_of(base)),
        users: base.and_then(|base| users.get(base.repository.as_str())).map_or(&[], Vec::as_slice),
    };
    let address = address::image(&summary.digest);
    sheets.put(&address, &making.with_site(DEPTH, |site| image_page(site, &answers)))?;
    let mut page = 2;
    while let Some(text) = making.with_site(DEPTH, |site| children_page(site, &answers, page)) {
        sheets.put(&address::children(&summary.digest, page), &text)?;
        page += 1;
    }
    if dockerfile.dockerfile.lines().nth(LINES_SHOWN).is_some() {
        sheets.put(&address::dockerfile(&summary.digest), &dockerfile.dockerfile)?;
    }

    let image = [
        parent.image.config_digest.as_ref().map(|own| (&own.0, Kind::Config)),
        parent.image.manifest_digest.as_ref().map(|own| (&own.0, Kind::Manifest)),
    ];
    // A layer leads to the image that brought it.
    let brought = layers.layers.iter().filter(|own| own.from.is_none()).map(|own| &own.layer);
    let brought =
        brought.flat_map(|own| [own.digest.as_ref().map(|own| &own.0), own.diff_id.as_ref().map(|own| &own.0)]);
    let brought = brought.flatten().map(|own| (own, Kind::Layer));
    digests.add(image.into_iter().flatten().chain(brought), &address, &summary.reference);
    making.advance()
}

/// What the image's names led to, the name that is shown first.
fn histories(making: &Making<'_>, located: &Located) -> Vec<HistoryAnswer> {
    let shown = std::iter::once(&located.reference);
    let others = located.names.iter().filter(|name| **name != located.reference);
    let names = shown.chain(others).filter(|name| !name.contains('@')).take(NAMES);
    names.filter_map(|name| Some(making.asker.history(name).ok()?.0)).collect()
}
