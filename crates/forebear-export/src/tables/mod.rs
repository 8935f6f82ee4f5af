//! The twelve tables, a file each.

mod ancestors;
mod coverage;
mod declared;
pub(crate) mod image;
mod images;
mod index_entries;
mod layers;
mod manifests;
mod observed;
mod parents;
mod repositories;
mod steps;
mod tag_images;
mod tags;
mod told;
mod words;

use crate::table::Table;

use ancestors::Ancestors;
use coverage::CoverageOf;
use declared::DeclaredBases;
use images::Images;
use index_entries::IndexEntries;
use layers::Layers;
use manifests::Manifests;
use parents::Parents;
use repositories::Repositories;
use steps::Steps;
use tag_images::TagImages;
use tags::Tags;

/// All tables, in the order of the contract.
pub(crate) const TABLES: [&dyn Table; 12] = [
    &Repositories,
    &Tags,
    &TagImages,
    &Manifests,
    &IndexEntries,
    &Images,
    &Layers,
    &Steps,
    &Parents,
    &Ancestors,
    &DeclaredBases,
    &CoverageOf,
];
