//! From history back to Dockerfile instructions.
//!
//! A history is not a Dockerfile: what a builder writes into `created_by` has
//! lost quoting, sources and more. Each line says how much of the original it
//! is, its [`Fidelity`].

use serde::{Deserialize, Serialize};

use crate::config::RuntimeConfig;
use crate::history::Step;

/// How much of the original instruction a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fidelity {
    /// Rebuilds to the same config.
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
    /// What a reader should know: "may be --from=<stage>", a generator's name.
    pub note: Option<String>,
}

/// What a reconstruction may look at besides the text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Config of the parent the steps were put on; `None` when unknown.
    pub parent: Option<&'a RuntimeConfig>,
    /// Config of the image.
    pub image: Option<&'a RuntimeConfig>,
}

/// Reconstructs one line per step, in order.
#[must_use]
pub fn reconstruct(steps: &[Step], context: Context<'_>) -> Vec<Line> {
    let _ = context;
    steps
        .iter()
        .map(|step| Line {
            instruction: "RUN".to_owned(),
            dockerfile: format!("RUN {}", step.entry.created_by),
            fidelity: Fidelity::Unknown,
            note: None,
        })
        .collect()
}
