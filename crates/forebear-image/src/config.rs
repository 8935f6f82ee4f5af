//! Image configs: platform, run-time settings, diff_ids and history.
//!
//! Source: image-spec `config.md`. Real configs stray from it (a string where
//! a list belongs, `null` anywhere, extra fields), so reading is lenient and
//! unknown fields are ignored; the original bytes are kept elsewhere and are
//! never written again from these values.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use crate::digest::DiffId;
use crate::history::HistoryEntry;
use crate::json::or_absent;
use crate::limits::{MAX_HISTORY, MAX_LAYERS};
use crate::platform::Platform;
use crate::time::Timestamp;

/// What a config says, reduced to what forebear uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigFacts {
    /// Platform; absent when the config names no operating system or
    /// architecture.
    pub platform: Option<Platform>,
    /// When the image was built, by its own word.
    pub created: Option<Timestamp>,
    /// Author, as `MAINTAINER` sets it.
    pub author: Option<String>,
    /// Uncompressed layer digests, bottom first.
    pub diff_ids: Vec<DiffId>,
    /// Build history, oldest first, as written.
    pub history: Vec<HistoryEntry>,
    /// Settings for containers.
    pub runtime: RuntimeConfig,
}

/// A config's `config` object: how containers of the image run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuntimeConfig {
    /// `USER`.
    pub user: Option<String>,
    /// `EXPOSE`, as `80/tcp`.
    pub exposed_ports: BTreeSet<String>,
    /// `ENV`, as `NAME=value`, in order.
    pub env: Vec<String>,
    /// `ENTRYPOINT`.
    pub entrypoint: Option<Vec<String>>,
    /// `CMD`.
    pub cmd: Option<Vec<String>>,
    /// `VOLUME`.
    pub volumes: BTreeSet<String>,
    /// `WORKDIR`.
    pub working_dir: Option<String>,
    /// `LABEL`.
    pub labels: BTreeMap<String, String>,
    /// `STOPSIGNAL`.
    pub stop_signal: Option<String>,
    /// `HEALTHCHECK`.
    pub healthcheck: Option<Healthcheck>,
    /// `SHELL`.
    pub shell: Option<Vec<String>>,
    /// `ONBUILD` triggers, in order.
    pub on_build: Vec<String>,
    /// Windows: the command line is already escaped.
    pub args_escaped: bool,
}

/// A config's `Healthcheck`. Durations are nanoseconds, 0 for the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// `["CMD", …]`, `["CMD-SHELL", "…"]`, `["NONE"]`, or empty to inherit.
    pub test: Vec<String>,
    /// Time between checks.
    pub interval: i64,
    /// Time before a check is given up.
    pub timeout: i64,
    /// Grace after the start.
    pub start_period: i64,
    /// Time between checks during the grace.
    pub start_interval: i64,
    /// Failures in a row that make it unhealthy.
    pub retries: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HealthcheckDocument {
    test: Option<Vec<String>>,
    interval: Option<i64>,
    timeout: Option<i64>,
    start_period: Option<i64>,
    start_interval: Option<i64>,
    retries: Option<i64>,
}

impl HealthcheckDocument {
    fn into_healthcheck(self) -> Healthcheck {
        Healthcheck {
            test: self.test.unwrap_or_default(),
            interval: self.interval.unwrap_or_default(),
            timeout: self.timeout.unwrap_or_default(),
            start_period: self.start_period.unwrap_or_default(),
            start_interval: self.start_interval.unwrap_or_default(),
            retries: self.retries.unwrap_or_default(),
        }
    }
}

/// Why bytes are not an image config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or JSON of another shape.
    #[error("not an image config: {0}")]
    Malformed(String),
    /// More history or layers than allowed.
    #[error("{what}: {count}, more than the {limit} allowed")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
}

/// Reads `null` as the type's default.
pub(crate) fn null_to_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<String>),
    One(String),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::Many(list) => list,
            Self::One(one) => vec![one],
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Document {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
    #[serde(default, deserialize_with = "or_absent")]
    pub(crate) created: Option<String>,
    author: Option<String>,
    #[serde(default, deserialize_with = "null_to_default")]
    pub(crate) config: RuntimeDocument,
    rootfs: Option<RootFs>,
    history: Option<Vec<HistoryDocument>>,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(default, deserialize_with = "null_to_default")]
    diff_ids: Vec<DiffId>,
}

/// A step as configs and podman write it.
#[derive(Deserialize)]
pub(crate) struct HistoryDocument {
    #[serde(default, deserialize_with = "or_absent")]
    created: Option<String>,
    created_by: Option<String>,
    author: Option<String>,
    comment: Option<String>,
    #[serde(default, deserialize_with = "null_to_default")]
    empty_layer: bool,
}

/// The container settings under Docker's names, as configs, schema 1 and
/// `docker image inspect` all write them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RuntimeDocument {
    user: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde::de::IgnoredAny>>,
    env: Option<Vec<String>>,
    entrypoint: Option<OneOrMany>,
    cmd: Option<OneOrMany>,
    volumes: Option<BTreeMap<String, serde::de::IgnoredAny>>,
    working_dir: Option<String>,
    labels: Option<BTreeMap<String, Option<String>>>,
    stop_signal: Option<String>,
    healthcheck: Option<HealthcheckDocument>,
    shell: Option<OneOrMany>,
    on_build: Option<Vec<String>>,
    args_escaped: Option<bool>,
}

impl RuntimeDocument {
    /// The checked form; empty strings count as unset, as Docker reads them.
    pub(crate) fn into_runtime(self) -> RuntimeConfig {
        let present = |text: Option<String>| text.filter(|t| !t.is_empty());
        let keys = |map: Option<BTreeMap<String, _>>| map.unwrap_or_default().into_keys().collect();
        RuntimeConfig {
            user: present(self.user),
            exposed_ports: keys(self.exposed_ports),
            env: self.env.unwrap_or_default(),
            entrypoint: self.entrypoint.map(OneOrMany::into_vec),
            cmd: self.cmd.map(OneOrMany::into_vec),
            volumes: keys(self.volumes),
            working_dir: present(self.working_dir),
            labels: self
                .labels
                .unwrap_or_default()
                .into_iter()
                .map(|(key, value)| (key, value.unwrap_or_default()))
                .collect(),
            stop_signal: present(self.stop_signal),
            healthcheck: self.healthcheck.map(HealthcheckDocument::into_healthcheck),
            shell: self.shell.map(OneOrMany::into_vec),
            on_build: self.on_build.unwrap_or_default(),
            args_escaped: self.args_escaped.unwrap_or(false),
        }
    }
}

impl Document {
    pub(crate) fn platform(&self) -> Option<Platform> {
        let present = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
        Some(Platform {
            os: present(&self.os)?,
            architecture: present(&self.architecture)?,
            variant: present(&self.variant),
            os_version: present(&self.os_version),
        })
    }
}

/// Parses an image config.
///
/// # Errors
/// [`ConfigError`] when it is not a JSON object of an image config's shape, or
/// beyond the size limits.
pub fn parse(bytes: &[u8]) -> Result<ConfigFacts, ConfigError> {
    let document: Document =
        crate::json::from_slice(bytes).map_err(|e| ConfigError::Malformed(crate::json::shown(&e)))?;
    let platform = document.platform();
    let diff_ids = document.rootfs.map(|r| r.diff_ids).unwrap_or_default();
    limit("diff_ids", diff_ids.len(), MAX_LAYERS)?;
    let history = document.history.unwrap_or_default();
    limit("history entries", history.len(), MAX_HISTORY)?;
    Ok(ConfigFacts {
        platform,
        created: document.created.as_deref().and_then(Timestamp::parse_created),
        author: document.author.filter(|a| !a.is_empty()),
        diff_ids,
        history: history.into_iter().map(HistoryDocument::into_entry).collect(),
        runtime: document.config.into_runtime(),
    })
}

/// Fails for more than there may be.
pub(crate) fn limit(what: &'static str, count: usize, limit: usize) -> Result<(), ConfigError> {
    if count > limit { Err(ConfigError::TooMany { what, count, limit }) } else { Ok(()) }
}

impl HistoryDocument {
    pub(crate) fn into_entry(self) -> HistoryEntry {
        let present = |text: Option<String>| text.filter(|t| !t.is_empty());
        HistoryEntry {
            created: self.created.as_deref().and_then(Timestamp::parse_created),
            created_by: self.created_by.unwrap_or_default(),
            author: present(self.author),
            comment: present(self.comment),
            empty: self.empty_layer,
        }
    }
}
