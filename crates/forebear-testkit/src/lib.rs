//! Fixtures for the tests and the demo of forebear: images as real builders
//! write them, worlds of repositories, and a scripted registry that serves
//! them over HTTP, in good order or with faults.
//!
//! Development only. Neither shipped binary may depend on this crate. It is
//! not a registry client and holds none of the rules it helps to test: what an
//! image's parent *is* must not be decided twice by the same code.
//!
//! Everything made here is deterministic: the same calls give the same bytes.

pub mod command_line;
pub mod conformance;
pub mod demo;
pub mod disk;
pub mod image;
pub mod lossy;
pub mod real;
pub mod scale;
pub mod server;
pub mod world;

mod sure;

pub use image::{Builder, Compression, Format, History, Image, ImageBuilder, Layer, LayerContent};
pub use server::{Catalog, Fault, Matcher, Options, Quota, Server, Times};
pub use world::{Index, World};
