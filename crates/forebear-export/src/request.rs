//! What is to be exported.

use crate::report::CrawlReport;
use crate::scope::Filter;
use crate::sinks::ExportFormat;

/// What is to be exported.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The format.
    pub format: ExportFormat,
    /// These tables; all, where there is none.
    pub tables: Vec<String>,
    /// Which images.
    pub filter: Filter,
    /// A folder for each registry.
    pub by_registry: bool,
    /// How the crawls went, for the card.
    pub reports: Vec<CrawlReport>,
}
