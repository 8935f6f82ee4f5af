//! What an image is built on, as statements that tools for SBOMs read: CycloneDX 1.6 and
//! SPDX 2.3, on their own ([`cyclonedx()`], [`spdx()`]) or added to what Syft or Trivy found in the
//! image ([`enrich()`]).
//!
//! A [`Chain`] is made of two answers. The same answers give the same bytes: identifiers come
//! from digests, times from what the index observed. Nothing here reads a file or a clock.

#![forbid(unsafe_code)]

mod chain;
mod cyclonedx;
mod document;
mod enrich;
mod purl;
mod sentence;
mod spdx;
mod subject;

pub use chain::Chain;
pub use cyclonedx::cyclonedx;
pub use enrich::{EnrichError, Enriched, enrich};
pub use spdx::spdx;
