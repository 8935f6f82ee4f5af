//! What a crawl's own report tells of how it went: how politely, and where it stopped.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// A report of `forebear-crawl run --format json`, as far as a data set's card tells it.
#[derive(Clone, Debug, Deserialize)]
pub struct CrawlReport {
    /// The registry as it was asked.
    pub(crate) registry: String,
    /// Start of the run.
    pub(crate) started: String,
    /// Seconds that it took.
    pub(crate) duration: f64,
    /// Requests by kind, and other counts.
    pub(crate) requests: BTreeMap<String, u64>,
    /// Failed items by kind.
    #[serde(default)]
    pub(crate) failures: BTreeMap<String, u64>,
    /// Why it ended early.
    #[serde(default)]
    pub(crate) stopped: Option<Value>,
    /// What was left to do then.
    #[serde(default)]
    pub(crate) open: u64,
}

/// Counts that are requests of their own.
const REQUESTS: [&str; 9] =
    ["ping", "catalog", "tags", "manifest_head", "manifest_get", "config", "blob", "token", "namespace"];

impl CrawlReport {
    /// Reads the reports of a file: one JSON document after another.
    ///
    /// # Errors
    /// Where one is no report of a crawl.
    pub fn read(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        serde_json::Deserializer::from_str(text).into_iter().collect()
    }

    fn count(&self, kind: &str) -> u64 {
        self.requests.get(kind).copied().unwrap_or(0)
    }

    pub(crate) fn sent(&self) -> u64 {
        REQUESTS.iter().map(|kind| self.count(kind)).sum()
    }

    /// Requests for manifests, which Docker Hub counts as pulls.
    pub(crate) fn pulls(&self) -> u64 {
        self.count("manifest_get")
    }

    /// Answers that were a limit.
    pub(crate) fn limited(&self) -> u64 {
        self.count("limited")
    }

    /// Times that it stopped sending because the registry asked for it.
    pub(crate) fn holds(&self) -> u64 {
        self.count("holds")
    }

    /// Why it ended early, in a word.
    pub(crate) fn stop(&self) -> Option<String> {
        match self.stopped.as_ref()? {
            Value::String(word) => Some(word.replace('_', " ")),
            Value::Object(one) => one.keys().next().cloned(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p614_reports_of_crawls() {
        let one = r#"{"registry": "docker.io", "started": "2024-12-01T03:00:00Z", "duration": 2.5,
            "requests": {"manifest_head": 3, "manifest_get": 2, "retries": 7, "limited": 1, "holds": 1, "bytes_received": 9},
            "failures": {"refused": 1}, "stopped": {"limit": {"wait": 60}}, "open": 4, "images_new": 2}"#;
        let all = CrawlReport::read(&format!("{one}\n{one}")).unwrap();
        assert_eq!(all.len(), 2);
        let own = &all[0];
        assert_eq!((own.sent(), own.pulls(), own.limited(), own.holds()), (5, 2, 1, 1));
        assert_eq!((own.stop(), own.open), (Some("limit".into()), 4));
        assert!(CrawlReport::read("{}").is_err() && CrawlReport::read("[]").is_err());
    }
}
