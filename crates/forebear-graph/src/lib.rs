//! Lineages as graphs that other tools open, and as a picture of our own.
//!
//! A [`Graph`] is made of answers ([`Graph::of_lineages`]); [`dot::dot`], [`mermaid()`] and [`svg()`]
//! write one, and [`mod@dot`] and [`mod@graphml`] also write graphs that are too large to be held,
//! a [`Node`] and an [`Edge`] at a time. An edge goes from an image to its parent.
//!
//! Pure: nothing here reads an index, a clock or a file. Every text may come from a registry
//! and hold any character; each format has its one way of escaping it, beside its writer.

#![forbid(unsafe_code)]

mod columns;
pub mod dot;
mod graph;
pub mod graphml;
mod lineages;
mod mermaid;
mod shown;
mod svg;

pub use graph::{Edge, Graph, Node};
pub use mermaid::mermaid;
pub use svg::svg;
