//! The twelve tables, a file each.

mod ancestors;
mod coverage;
mod declared;
mod image;
mod images;
mod index_entries;
mod layers;
mod manifests;
mod parents;
mod repositories;
mod steps;
mod tag_images;
mod tags;
mod words;

pub(crate) use ancestors::Ancestors;
pub(crate) use coverage::CoverageOf;
pub(crate) use declared::DeclaredBases;
pub(crate) use images::Images;
pub(crate) use index_entries::IndexEntries;
pub(crate) use layers::Layers;
pub(crate) use manifests::Manifests;
pub(crate) use parents::Parents;
pub(crate) use repositories::Repositories;
pub(crate) use steps::Steps;
pub(crate) use tag_images::TagImages;
pub(crate) use tags::Tags;
