//! Columns: what each is called, holds and means. The data dictionary, the schemas of all
//! formats and `croissant.json` are made of these.

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// One of few words: dictionary-encoded.
    Word,
    /// A digest, `sha256:…`; it has a Bloom filter.
    Digest,
    /// A whole number of something.
    Number(Unit),
    /// Yes or no.
    Flag,
    /// A time in UTC, to the microsecond.
    Time,
    /// A list of texts.
    Texts,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Builds,
    Bytes,
    Days,
    Images,
    /// Lists, tags, manifests and configs.
    Items,
    Layers,
    Manifests,
    /// A place in a sequence, from 0.
    Place,
    Pulls,
    Stars,
    Steps,
    Tags,
}

impl Unit {
    /// The word in the dictionary.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Builds => "builds",
            Self::Bytes => "bytes",
            Self::Days => "whole days",
            Self::Items => "items",
            Self::Images => "images",
            Self::Layers => "layers",
            Self::Manifests => "manifests",
            Self::Place => "place, from 0",
            Self::Pulls => "pulls",
            Self::Stars => "stars",
            Self::Steps => "steps",
            Self::Tags => "tags",
        }
    }
}

/// Where a column's cells come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// What crawls saw of a registry's lists and tags, and when.
    Crawl,
    /// What a registry tells of a repository beside its tags.
    Registry,
    /// A manifest's document.
    Manifest,
    /// An index's document: a list of manifests.
    Index,
    /// An image's config.
    Config,
    /// Attestations: what a builder says that it read.
    Attestation,
    /// Worked out by forebear from the others.
    Derived,
}

impl Source {
    /// The word in the dictionary.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Crawl => "crawl",
            Self::Registry => "registry",
            Self::Manifest => "manifest",
            Self::Index => "index",
            Self::Config => "config",
            Self::Attestation => "attestation",
            Self::Derived => "derived",
        }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its name, by the contract.
    pub(crate) name: &'static str,
    /// What its cells hold.
    pub(crate) kind: Kind,
    /// Where they come from.
    pub(crate) sources: &'static [Source],
    /// What it means.
    pub(crate) meaning: &'static str,
    /// When a cell is null; `None` where none ever is.
    pub(crate) null: Option<&'static str>,
}

/// A column that is never null.
pub(crate) const fn column(
    name: &'static str,
    kind: Kind,
    sources: &'static [Source],
    meaning: &'static str,
) -> Column {
    Column { name, kind, sources, meaning, null: None }
}

impl Column {
    /// With the rule when it is null.
    pub(crate) const fn or_null(self, when: &'static str) -> Self {
        Self { null: Some(when), ..self }
    }

    /// What its numbers count or its times are measured in; `None` for what has no unit.
    pub(crate) fn unit(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Number(unit) => Some(unit.as_str()),
            Kind::Time => Some("µs, UTC"),
            Kind::Text | Kind::Word | Kind::Digest | Kind::Flag | Kind::Texts => None,
        }
    }

    /// Where its cells come from, in words.
    pub(crate) fn source(&self) -> String {
        self.sources.iter().map(|source| source.as_str()).collect::<Vec<_>>().join(", ")
    }
}
