//! Datasets: everything an index knows as twelve tables, in Parquet, CSV or JSON Lines.
//!
//! A table says what its rows are and makes them from an index's views; a sink writes
//! them in one format; [`export()`] brings the two together, in parallel, a window of rows at a time,
//! and puts a whole folder in place at the end. Nothing here reads the index's records, a
//! clock or a network: the same index gives the same bytes.

#![forbid(unsafe_code)]

mod card;
mod cell;
mod column;
mod covered;
mod croissant;
mod dictionary;
mod error;
mod export;
mod folder;
mod graphs;
mod hashed;
mod lines;
mod manifest;
mod observer;
mod parsed;
mod programs;
mod query;
mod registry;
mod report;
mod request;
mod rolling;
mod rows;
mod scope;
mod sink;
mod sinks;
mod site;
mod table;
mod tables;

pub use dictionary::dictionary;
pub use error::ExportError;
pub use export::{Exported, export};
pub use graphs::{GraphFormat, Graphed, export_graph};
pub use observer::ExportObserver;
pub use report::CrawlReport;
pub use request::ExportRequest;
pub use scope::Filter;
pub use sinks::ExportFormat;
pub use site::{SiteWritten, export_site};
