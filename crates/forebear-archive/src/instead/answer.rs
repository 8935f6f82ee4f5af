//! What something is instead.

use std::fmt;
use std::path::Path;

/// What something is instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// With its article: `an OCI layout`.
    pub(super) what: String,
    /// What to do about it.
    advice: Option<Advice>,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Advice {
    /// Ask for this, which reads it.
    Ask(String),
    /// A clause.
    Do(String),
}

impl Instead {
    pub(super) fn only(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None }
    }

    pub(super) fn with(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: Some(Advice::Do(advice.into())) }
    }

    /// Another form reads it.
    pub(super) fn form(what: &str, form: &str, path: &Path) -> Self {
        Self { what: what.to_owned(), advice: Some(Advice::Ask(format!("{form}:{}", path.display()))) }
    }

    /// With its article: `an OCI layout`.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What reads it, where it is certain: `oci:FOLDER`.
    #[must_use]
    pub fn meant(&self) -> Option<&str> {
        match &self.advice {
            Some(Advice::Ask(form)) => Some(form),
            Some(Advice::Do(_)) | None => None,
        }
    }
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}", self.what)?;
        match &self.advice {
            Some(Advice::Ask(form)) => write!(f, "; ask {form}"),
            Some(Advice::Do(what)) => write!(f, "; {what}"),
            None => Ok(()),
        }
    }
}
