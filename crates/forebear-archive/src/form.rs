//! The local forms, as people are told of them. Help and messages are made of this, so
//! that a new transport is in them.

use std::fmt;

use crate::kind::{Kind, Takes};
use crate::transports::TRANSPORTS;

/// A local form. It is shown as it is typed: `oci:DIR[:TAG]`.
#[derive(Clone, Copy, Debug)]
pub struct Form(&'static Kind);

impl Form {
    /// All that are read.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TRANSPORTS.into_iter().map(Self)
    }

    /// What its texts begin with, before the first colon.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What its path leads to.
    #[must_use]
    pub fn takes(self) -> Takes {
        self.0.takes
    }

    /// The form of the only image of a file or folder: `oci:DIR`.
    #[must_use]
    pub fn of_one(self) -> String {
        let path = match self.0.takes {
            Takes::File => "FILE",
            Takes::Folder => "DIR",
        };
        format!("{}:{path}", self.0.name)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of_one())?;
        self.0.chosen_by.map_or(Ok(()), |chooser| write!(f, "[:{chooser}]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_they_are_typed() {
        let shown: Vec<String> = Form::all().map(|form| form.to_string()).collect();
        for form in ["docker-archive:FILE[:REF]", "oci:DIR[:TAG]", "dir:DIR", "inspect:FILE"] {
            assert!(shown.iter().any(|own| own == form), "{form}: {shown:?}");
        }
    }

    #[test]
    fn no_two_have_one_name() {
        let mut names: Vec<_> = Form::all().map(Form::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TRANSPORTS.len());
    }
}
