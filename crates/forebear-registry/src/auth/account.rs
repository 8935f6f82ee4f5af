//! An account as people call it.

use std::fmt;

use crate::quoted::quoted;

/// Whose credentials they are, as people call them. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// Somebody with a name.
    User(String),
    /// A token, which tells no name.
    Token,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user '{}'", quoted(name)),
            Self::Token => f.write_str("the given token"),
        }
    }
}

impl Account {
    /// The same, its name as `told` gives it.
    pub(crate) fn retold(self, told: &impl Fn(String) -> String) -> Self {
        match self {
            Self::User(name) => Self::User(told(name)),
            Self::Token => Self::Token,
        }
    }
}
