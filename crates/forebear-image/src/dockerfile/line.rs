//! Reconstructed instructions.

use serde::{Deserialize, Serialize};

use crate::keywords;

/// How much of the original instruction a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// Rebuilds to the same config and the same text in the history. What
    /// leaves no trace in either is not claimed: BuildKit does not record
    /// RUN's `--mount`, and an exec form of the shell in force reads like the
    /// shell form.
    Exact,
    /// The text was ambiguous; the difference between the parent's and the
    /// image's config settled it.
    Recovered,
    /// A part was never recorded: the source of a COPY, a heredoc's body, mounts.
    Partial,
    /// Nothing usable was recorded.
    Unknown,
}

/// One reconstructed instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The instruction's keyword (`RUN`, `COPY`, …), or what else the entry
    /// is: a generator's name, `UNKNOWN`.
    pub instruction: String,
    /// Text that Docker's parser accepts; may span lines. For what is no
    /// instruction, a comment line.
    pub dockerfile: String,
    /// How much of the original this is.
    pub fidelity: Fidelity,
    /// What a reader should know: `may be --from=<stage>`, a generator's name.
    pub note: Option<String>,
    /// An ONBUILD trigger of the parent: a rebuild runs it again by itself, so
    /// [`super::render()`] writes it as a comment.
    pub by_parent: bool,
}

/// Whether a [`Line::instruction`] is one of a Dockerfile, and not what a
/// generator or nobody known wrote.
#[must_use]
pub fn is_instruction(word: &str) -> bool {
    keywords::ALL.contains(&word)
}
