//! What a container image *is*, as values: digests, references, platforms,
//! manifests, configs, history and the Dockerfile steps behind it.
//!
//! This crate is pure. It never opens a file or a socket, knows no async
//! runtime and prints nothing: bytes come in, checked types go out. Everything
//! that came from a registry is hostile until a type of this crate holds it.

#![forbid(unsafe_code)]

pub mod added;
pub mod agreement;
mod annotations;
pub mod attestation;
pub mod chain;
pub mod config;
pub mod declared;
pub mod descend;
pub mod differences;
pub mod digest;
pub mod dockerfile;
mod entry;
pub mod escape;
pub mod facts;
pub mod history;
pub mod human;
pub mod image;
pub mod inspect;
pub mod json;
mod keywords;
pub mod limits;
pub mod manifest;
pub mod media_type;
pub mod platform;
pub mod provenance;
pub mod reference;
pub mod registry_name;
pub mod schema1;
pub mod time;
mod weight;

pub use annotations::Annotations;
pub use config::{ConfigFacts, RuntimeConfig};
pub use digest::{BlobDigest, ChainId, ConfigDigest, DiffId, Digest, ManifestDigest};
pub use facts::{ChildManifest, ImageManifest, LayerDescriptor, ManifestFacts};
pub use history::{HistoryEntry, LayerLink, Step};
pub use image::{Identity, Image, Layer};
pub use platform::Platform;
pub use reference::{Reference, RepositoryName};
pub use registry_name::RegistryName;
pub use time::Timestamp;
