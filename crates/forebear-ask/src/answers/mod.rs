//! What answers are made of: an image, an ancestor, its names, a step.
//!
//! The names of all fields are those of the JSON contract and are frozen;
//! fields may be added. What is absent is `null`, never missing.

mod ancestor;
mod declared;
mod freshness;
mod image;
mod names;
mod step;

pub use ancestor::{AncestorAnswer, Evidence, TagAnswer};
pub use declared::{DeclaredAnswer, NamedByAnswer};
pub use forebear_image::declared::Source as DeclaredSource;
pub use forebear_index::names::FreshnessState;
pub use forebear_index::resolve::{Relation as SameRelation, Verdict as DeclaredVerdict};
pub use freshness::FreshnessAnswer;
pub use image::ImageAnswer;
pub use names::NameAnswer;
pub use step::{LayerAnswer, StepAnswer};

pub(crate) use image::platform_as_text;
pub(crate) use step::{added_lines, steps};
