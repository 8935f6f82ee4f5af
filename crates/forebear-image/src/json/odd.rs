//! Fields that are not what they should be, told beside what was read.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A field that is not what it should be: the document was read without it, or
/// without a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OddField {
    /// Where it stands, by the names of Docker and of the image-spec:
    /// `config.Labels`, `history[].author`.
    pub field: String,
    /// What is odd about it.
    #[serde(flatten)]
    pub problem: OddProblem,
}

/// What is odd about a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum OddProblem {
    /// It is of another type, and left out.
    OtherType {
        /// What it is, for people.
        found: String,
    },
    /// Some of its values are no texts, and left out.
    OtherValues,
    /// It is there twice, in one spelling or two; the last one counts.
    Twice,
    /// Some entries of a list are of a type that is not known, and left out.
    UnknownEntries {
        /// The type of the first of them.
        media_type: String,
    },
}

impl fmt::Display for OddField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, problem } = self;
        match problem {
            OddProblem::OtherType { found } => write!(f, "{field} is {found}, and is left out"),
            OddProblem::OtherValues => write!(f, "{field} has values that are no texts, which are left out"),
            OddProblem::Twice => write!(f, "{field} is there twice, of which the last one counts"),
            OddProblem::UnknownEntries { media_type } => {
                write!(f, "{field} has entries of an unknown type, which are left out: {media_type:?}")
            }
        }
    }
}
