//! Image configs: platform, run-time settings, diff_ids and history.
//!
//! Source: image-spec `config.md`. Real configs stray from it (a string where
//! a list belongs, `null` anywhere, extra fields), so reading is lenient and
//! unknown fields are ignored; the original bytes are kept elsewhere and are
//! never written again from these values.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::SeqAccess;
use serde::{Deserialize, Serialize};

use crate::digest::DiffId;
use crate::history::HistoryEntry;
use crate::json::{
    self, Field, FieldError, Found, Keys, List, Noted, OddField, OddProblem, OneOrMany, Read, Share, Texts, Value,
};
use crate::limits::{MAX_HISTORY, MAX_HISTORY_TEXT, MAX_LAYERS, MAX_SETTINGS};
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
    /// Whether there is a history that could not be read, or has more than is
    /// read, which is not the same as none.
    pub history_unread: bool,
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
    /// What of the config, these settings or anything else, is not what it
    /// should be. It stays beside them wherever they are kept, so that whoever
    /// is asked about the image can tell it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<OddField>,
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

/// Why bytes are not an image config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or JSON of another shape.
    #[error("not an image config: {0}")]
    Malformed(String),
    /// More layers than allowed.
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

impl From<FieldError> for ConfigError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::TooMany { name, count, limit } => Self::TooMany { what: name, count, limit },
            FieldError::Twice(_) | FieldError::OtherType { .. } => Self::Malformed(error.to_string()),
        }
    }
}

json::object! {
    struct Document {
        os: String = "os",
        architecture: String = "architecture",
        variant: String = "variant",
        os_version: String = "os.version",
        created: String = "created",
        author: String = "author",
        config: RuntimeDocument = "config",
        rootfs: RootFs = "rootfs",
        history: HistoryDocuments = "history",
    }

    struct RootFs {
        diff_ids: List<String, MAX_LAYERS> = "diff_ids",
    }

    /// A step as configs and podman write it.
    pub(crate) struct HistoryDocument {
        created: String = "created",
        created_by: String = "created_by",
        author: String = "author",
        comment: String = "comment",
        empty_layer: bool = "empty_layer",
    }

    /// The container settings under Docker's names, as configs, schema 1 and
    /// `docker image inspect` all write them.
    pub(crate) struct RuntimeDocument {
        user: String = "User",
        exposed_ports: Keys<MAX_SETTINGS> = "ExposedPorts",
        env: List<String, MAX_SETTINGS> = "Env",
        entrypoint: OneOrMany<MAX_SETTINGS> = "Entrypoint",
        cmd: OneOrMany<MAX_SETTINGS> = "Cmd",
        volumes: Keys<MAX_SETTINGS> = "Volumes",
        working_dir: String = "WorkingDir",
        labels: Texts<MAX_SETTINGS> = "Labels",
        stop_signal: String = "StopSignal",
        healthcheck: HealthcheckDocument = "Healthcheck",
        shell: OneOrMany<MAX_SETTINGS> = "Shell",
        on_build: List<String, MAX_SETTINGS> = "OnBuild",
        args_escaped: bool = "ArgsEscaped",
    }

    struct HealthcheckDocument {
        test: List<String, MAX_SETTINGS> = "Test",
        interval: i64 = "Interval",
        timeout: i64 = "Timeout",
        start_period: i64 = "StartPeriod",
        start_interval: i64 = "StartInterval",
        retries: i64 = "Retries",
    }
}

impl RuntimeDocument {
    /// The checked form; empty strings count as unset, as Docker reads them.
    /// What is odd in it is noted.
    pub(crate) fn into_runtime(self, noted: &mut Noted) -> RuntimeConfig {
        RuntimeConfig {
            user: self.user.text_or_note(noted),
            exposed_ports: self.exposed_ports.or_note(noted).unwrap_or_default().0,
            env: self.env.or_note(noted).unwrap_or_default().0,
            entrypoint: self.entrypoint.or_note(noted).map(|command| command.0),
            cmd: self.cmd.or_note(noted).map(|command| command.0),
            volumes: self.volumes.or_note(noted).unwrap_or_default().0,
            working_dir: self.working_dir.text_or_note(noted),
            labels: self.labels.texts_or_note(noted),
            stop_signal: self.stop_signal.text_or_note(noted),
            healthcheck: self
                .healthcheck
                .or_note(noted)
                .map(|document| noted.within("Healthcheck", |noted| document.into_healthcheck(noted))),
            shell: self.shell.or_note(noted).map(|command| command.0),
            on_build: self.on_build.or_note(noted).unwrap_or_default().0,
            args_escaped: self.args_escaped.or_note(noted).unwrap_or(false),
            odd: Vec::new(),
        }
    }
}

impl HealthcheckDocument {
    fn into_healthcheck(self, noted: &mut Noted) -> Healthcheck {
        Healthcheck {
            test: self.test.or_note(noted).unwrap_or_default().0,
            interval: self.interval.or_note(noted).unwrap_or_default(),
            timeout: self.timeout.or_note(noted).unwrap_or_default(),
            start_period: self.start_period.or_note(noted).unwrap_or_default(),
            start_interval: self.start_interval.or_note(noted).unwrap_or_default(),
            retries: self.retries.or_note(noted).unwrap_or_default(),
        }
    }
}

impl RootFs {
    /// The diff_ids; none where one of them is no digest: of what is left it
    /// could not be said which layer it is of.
    fn into_diff_ids(self, noted: &mut Noted) -> Result<Vec<DiffId>, FieldError> {
        let diff_ids = self.diff_ids.once()?.not_too_long()?.or_note(noted).unwrap_or_default().0;
        let parsed: Result<Vec<DiffId>, _> =
            diff_ids.iter().map(|text| text.parse().map_err(|_| Found::text(text))).collect();
        Ok(parsed.unwrap_or_else(|found| {
            let found = Found::ListWith(Box::new(found)).to_string();
            noted.note("diff_ids", OddProblem::OtherType { found });
            Vec::new()
        }))
    }
}

/// Parses an image config. What of it is odd stands in
/// [`RuntimeConfig::odd`].
///
/// # Errors
/// [`ConfigError`] when it is not a JSON object, has a field twice on which
/// layers or steps hang, or is beyond the size limits.
pub fn parse(bytes: &[u8]) -> Result<ConfigFacts, ConfigError> {
    let malformed = |message: String| ConfigError::Malformed(message);
    let document: Value<Document> = json::from_slice(bytes).map_err(|e| malformed(json::shown(&e)))?;
    let document = document.or_found().map_err(|found| malformed(format!("it is {found}")))?;
    document.into_facts()
}

impl Document {
    fn into_facts(self) -> Result<ConfigFacts, ConfigError> {
        let noted = &mut Noted::new();
        let os = self.os.text_or_note(noted);
        let architecture = self.architecture.text_or_note(noted);
        let (variant, os_version) = (self.variant.text_or_note(noted), self.os_version.text_or_note(noted));
        let platform = Platform::of_fields(os, architecture, variant, os_version);
        let rootfs = self.rootfs.once()?.or_note(noted).unwrap_or_default();
        let diff_ids = noted.within("rootfs", |noted| rootfs.into_diff_ids(noted))?;
        let history = history(self.history, noted)?;
        let history_unread = history.is_none();
        let created = self.created.or_note(noted).as_deref().and_then(Timestamp::parse_created);
        let author = self.author.text_or_note(noted);
        let config = self.config.once()?.or_note(noted).unwrap_or_default();
        let runtime = noted.within("config", |noted| config.into_runtime(noted));
        let odd = std::mem::take(noted).into_fields();
        let (history, runtime) = (history.unwrap_or_default(), RuntimeConfig { odd, ..runtime });
        Ok(ConfigFacts { platform, created, author, diff_ids, history, history_unread, runtime })
    }
}

/// The steps of a history as they are written: at most [`MAX_HISTORY`], with at
/// most [`MAX_HISTORY_TEXT`] bytes of text in them.
#[derive(Default)]
pub(crate) struct HistoryDocuments(Vec<HistoryDocument>);

impl Read for HistoryDocuments {
    const CALLED: &'static str = "a list";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let more = |_, limit| Found::WordyList { limit };
        let text = Share { most: MAX_HISTORY_TEXT, of: HistoryDocument::text, more };
        let read = json::up_to(list, MAX_HISTORY, &text)?;
        Ok(read.map_or_else(Value::Odd, |steps| Value::Read(Self(steps))))
    }
}

/// The history; `None` where it is none, has more than is read, or one of its
/// steps cannot be read: what a step says hangs on its place.
pub(crate) fn history(
    field: Field<HistoryDocuments>,
    noted: &mut Noted,
) -> Result<Option<Vec<HistoryEntry>>, ConfigError> {
    let field = field.once()?;
    if let Some(found) = field.odd() {
        noted.note("history", OddProblem::OtherType { found: found.to_string() });
        return Ok(None);
    }
    let HistoryDocuments(entries) = field.or_note(noted).unwrap_or_default();
    let mut history = Vec::with_capacity(entries.len());
    for entry in entries {
        match noted.within("history[]", |noted| entry.into_entry(noted)) {
            Ok(entry) => history.push(entry),
            Err(FieldError::OtherType { name, found, .. }) => {
                let found = Found::ListWith(Box::new(Found::ObjectWith(name, Box::new(found)))).to_string();
                noted.note("history", OddProblem::OtherType { found });
                return Ok(None);
            }
            Err(error @ (FieldError::Twice(_) | FieldError::TooMany { .. })) => return Err(error.into()),
        }
    }
    Ok(Some(history))
}

impl HistoryDocument {
    /// Bytes of what it says.
    fn text(&self) -> usize {
        [&self.created_by, &self.author, &self.comment].into_iter().filter_map(Field::peek).map(String::len).sum()
    }

    fn into_entry(self, noted: &mut Noted) -> Result<HistoryEntry, FieldError> {
        Ok(HistoryEntry {
            created: self.created.once()?.or_note(noted).as_deref().and_then(Timestamp::parse_created),
            created_by: self.created_by.known()?.unwrap_or_default(),
            author: self.author.text_or_note(noted),
            comment: self.comment.text_or_note(noted),
            empty: self.empty_layer.known()?.unwrap_or_default(),
        })
    }
}
