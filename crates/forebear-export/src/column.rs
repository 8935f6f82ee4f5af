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
    /// A whole number.
    Number,
    /// Yes or no.
    Flag,
    /// A time in UTC, to the microsecond.
    Time,
    /// A list of texts.
    Texts,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Its name, by the contract.
    pub(crate) name: &'static str,
    /// What its cells hold.
    pub(crate) kind: Kind,
    /// What it means, with its unit and where it comes from.
    pub(crate) meaning: &'static str,
    /// When a cell is null; `None` where none ever is.
    pub(crate) null: Option<&'static str>,
}

/// A column that is never null.
pub(crate) const fn column(name: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, kind, meaning, null: None }
}

impl Column {
    /// With the rule when it is null.
    pub(crate) const fn or_null(self, when: &'static str) -> Self {
        Self { null: Some(when), ..self }
    }
}
