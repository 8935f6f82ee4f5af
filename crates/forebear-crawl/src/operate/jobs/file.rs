//! A job file as it is written: keys and their types. What the values mean is
//! checked in [`super::check`].

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobFile {
    pub name: Spanned<String>,
    pub schedule: Option<Spanned<String>>,
    pub timezone: Option<Spanned<String>>,
    pub registry: RegistryTable,
    #[serde(default)]
    pub select: SelectTable,
    #[serde(default)]
    pub limits: LimitsTable,
    #[serde(default)]
    pub publish: PublishTable,
}

/// `[registry]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistryTable {
    pub host: Spanned<String>,
    pub rate: Option<Spanned<String>>,
    pub concurrency: Option<Spanned<i64>>,
    pub quota_reserve: Option<Spanned<i64>>,
    #[serde(default)]
    pub on_limit: OnLimitKey,
    #[serde(default)]
    pub auth: AuthKey,
    pub name_as: Option<Spanned<String>>,
    pub strip_prefix: Option<Spanned<String>>,
    pub namespace_api: Option<Spanned<String>>,
    pub ca_file: Option<Spanned<String>>,
    #[serde(default)]
    pub plain_http: bool,
    #[serde(default)]
    pub insecure: bool,
}

/// `on_limit`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OnLimitKey {
    #[default]
    Park,
    Wait,
}

/// `auth`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AuthKey {
    #[default]
    Default,
    #[serde(alias = "none")]
    Anonymous,
    DockerConfig,
    Env,
}

/// `[select]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SelectTable {
    pub source: Option<Spanned<SourceKey>>,
    pub repositories: Option<Spanned<Vec<Spanned<String>>>>,
    pub file: Option<Spanned<String>>,
    #[serde(default)]
    pub tags: TagsTable,
    #[serde(default)]
    pub platforms: Vec<Spanned<String>>,
    #[serde(default)]
    pub provenance: bool,
}

/// `source`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum SourceKey {
    Catalog,
    List,
    File,
    Namespace,
}

/// `tags`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TagsTable {
    #[serde(default)]
    pub include: Vec<Spanned<String>>,
    #[serde(default)]
    pub exclude: Vec<Spanned<String>>,
    pub newest: Option<Spanned<i64>>,
}

/// `[limits]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    pub max_duration: Option<Spanned<String>>,
    pub max_tags: Option<Spanned<i64>>,
}

/// `[publish]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishTable {
    #[serde(default = "yes")]
    pub index: bool,
}

impl Default for PublishTable {
    fn default() -> Self {
        Self { index: true }
    }
}

fn yes() -> bool {
    true
}
