//! All images of an index at once: what each is built on, and what that comes to. Made in one
//! pass, for pages and reports that tell of many images; a question about one is cheaper asked
//! by itself.

mod build;
mod image_summary;
mod layers;
mod overview;
mod shared_layer;
mod users;
mod whole;

pub use image_summary::{BaseSummary, ImageSummary};
pub use overview::{BaseUse, Bucket, FanOut, Overview};
pub use shared_layer::SharedLayer;
pub use users::{Staleness, UserAnswer};
pub use whole::Estate;
