//! What something is instead.

use std::fmt;
use std::path::Path;

/// What something is instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// With its article: `an OCI layout`.
    pub(super) what: String,
    /// What to do about it, as a clause.
    pub(super) advice: Option<String>,
}

impl Instead {
    pub(super) fn only(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None }
    }

    pub(super) fn with(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: Some(advice.into()) }
    }

    /// Another form reads it.
    pub(super) fn form(what: &str, form: &str, path: &Path) -> Self {
        Self::with(what, format!("ask {form}:{}", path.display()))
    }
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}", self.what)?;
        self.advice.iter().try_for_each(|advice| write!(f, "; {advice}"))
    }
}
