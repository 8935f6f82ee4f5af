//! What came out, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use forebear_image::dockerfile::{Fidelity, Line};

use super::compare::Fault;
use super::corpus::Case;
use super::judge::Builder;

/// One Dockerfile at one builder.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The Dockerfile.
    pub case: String,
    /// The builder.
    pub builder: Builder,
    /// The config that it wrote.
    pub config: Vec<u8>,
    /// What was made of it.
    pub lines: Vec<Line>,
    /// Where that claims too much.
    pub faults: Vec<Fault>,
}

impl Outcome {
    /// One that came to nothing.
    #[must_use]
    pub fn failed(case: &Case, builder: Builder, at: &str, log: &str) -> Self {
        let fault = Fault { at: at.to_owned(), text: log.to_owned() };
        Self { case: case.name.clone(), builder, config: Vec::new(), lines: Vec::new(), faults: vec![fault] }
    }
}

const FIDELITIES: [(Fidelity, &str); 4] = [
    (Fidelity::Exact, "exact"),
    (Fidelity::Recovered, "recovered"),
    (Fidelity::Partial, "partial"),
    (Fidelity::Unknown, "unknown"),
];

/// Shares of lines by fidelity for each builder, as a Markdown table.
#[must_use]
pub fn table(outcomes: &[Outcome]) -> String {
    let mut builders: BTreeMap<Builder, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        builders.entry(outcome.builder).or_default().push(outcome);
    }
    let mut text = "| builder | Dockerfiles | lines |".to_owned();
    for (_, name) in FIDELITIES {
        _ = write!(text, " {name} |");
    }
    text.push_str("\n|---|---|---|---|---|---|---|\n");
    for (builder, outcomes) in builders {
        let lines: Vec<&Line> = outcomes.iter().flat_map(|outcome| &outcome.lines).collect();
        _ = write!(text, "| {builder} | {} | {} |", outcomes.len(), lines.len());
        for (fidelity, _) in FIDELITIES {
            let count = lines.iter().filter(|line| line.fidelity == fidelity).count();
            let share = 100.0 * count as f64 / lines.len().max(1) as f64;
            _ = write!(text, " {count} ({share:.1} %) |");
        }
        text.push('\n');
    }
    text
}

/// Every claim that did not hold, one after the other.
#[must_use]
pub fn faults(outcomes: &[Outcome]) -> Vec<String> {
    let mut texts = Vec::new();
    for outcome in outcomes {
        for fault in &outcome.faults {
            texts.push(format!("{} {}: {}\n      {}", outcome.builder, outcome.case, fault.at, fault.text));
        }
    }
    texts
}
