//! What a file of logins has for a registry.

use super::login::Login;
use crate::error::Unusable;

/// What a file of logins has for a registry.
#[derive(Debug)]
pub(super) enum Kept {
    /// Its credentials.
    Login(Login),
    /// Nothing.
    Nothing(Nothing),
}

/// Why there is nothing, in a sentence.
#[derive(Debug)]
pub(super) struct Nothing(pub(super) String);

impl Kept {
    /// The credentials, without which nobody is to be asked.
    pub(super) fn required(self) -> Result<Login, Unusable> {
        match self {
            Self::Login(login) => Ok(login),
            Self::Nothing(Nothing(why)) => Err(why.into()),
        }
    }
}
