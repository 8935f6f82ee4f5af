//! A storage behind Debian's `docker-registry`, and a crawl of it.

use forebear_testkit::real::{DockerRegistry, RegistryOptions, real_file};
use serde_json::Value;

use crate::Data;

/// A running registry, and a data folder with what was crawled from it.
#[derive(Debug)]
pub struct Served {
    /// The registry.
    pub registry: DockerRegistry,
    /// The data folder.
    pub data: Data,
    /// The crawl's report.
    pub report: Value,
}

impl Served {
    /// Serves a storage of the real data and crawls it as `docker.io`. `None`,
    /// after saying so, where the data or the registry is missing.
    #[track_caller]
    #[must_use]
    pub fn crawled(storage: &str, arguments: &[&str]) -> Option<Self> {
        let registry = DockerRegistry::start(&real_file(storage)?)?;
        Some(Self::crawl(registry, arguments))
    }

    /// Crawls a registry, whole or as `arguments` say, as `docker.io`.
    #[track_caller]
    #[must_use]
    pub fn crawl(registry: DockerRegistry, arguments: &[&str]) -> Self {
        let data = Data::new();
        let report = data.crawl_hub(&registry.host(), &[&["--format", "json"], arguments].concat()).json();
        Self { registry, data, report }
    }

    /// Another crawl of a registry, into a folder of its own.
    #[track_caller]
    #[must_use]
    pub fn data_of(registry: &DockerRegistry, arguments: &[&str]) -> Data {
        let data = Data::new();
        _ = data.crawl_hub(&registry.host(), arguments);
        data
    }

    /// `docker://HOST/NAME`, which asks the registry now.
    #[must_use]
    pub fn live(&self, name: &str) -> String {
        format!("docker://{}/{name}", self.registry.host())
    }
}

/// An empty registry to push to.
///
/// `None`, after saying so, where it is not installed.
#[must_use]
pub fn empty_registry() -> Option<DockerRegistry> {
    DockerRegistry::start_empty(RegistryOptions::default())
}
