//! Errors that cannot be handled in a fixture: they end the test, and say why.

use std::fmt::Display;

/// Takes the value out of a result that only a broken machine makes an error.
pub(crate) trait Sure<T> {
    /// The value, or a panic that says what could not be done.
    fn sure(self, doing: &str) -> T;
}

impl<T, E: Display> Sure<T> for Result<T, E> {
    #[track_caller]
    fn sure(self, doing: &str) -> T {
        match self {
            Ok(value) => value,
            Err(error) => panic!("testkit: {doing}: {error}"),
        }
    }
}
