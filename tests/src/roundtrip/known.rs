//! Claims known not to hold, each with its reason, in one file. An entry that
//! is no longer needed is an error, so that the file cannot rot.

use serde::Deserialize;

use super::corpus;
use super::report::Outcome;

/// One of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The builder.
    pub builder: String,
    /// The Dockerfile.
    pub case: String,
    /// Where the fault shows; its beginning is enough.
    pub at: String,
    /// Why nothing can be done about it.
    pub reason: String,
}

/// Reads `tests/dockerfiles/known.json`.
///
/// # Panics
/// When it is not what it should be.
#[must_use]
pub fn all() -> Vec<Known> {
    let text = corpus::read(&corpus::folder().join("known.json"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("known.json: {e}"))
}

/// Takes the known faults out of the outcomes; returns the entries without
/// one. Entries for Dockerfiles that were not built are not judged.
#[must_use]
pub fn settle(outcomes: &mut [Outcome], known: &[Known]) -> Vec<String> {
    let mut idle = Vec::new();
    for entry in known {
        let is_meant = |outcome: &&mut Outcome| outcome.builder.as_str() == entry.builder && outcome.case == entry.case;
        let Some(outcome) = outcomes.iter_mut().find(is_meant) else { continue };
        let before = outcome.faults.len();
        outcome.faults.retain(|fault| !fault.at.starts_with(&entry.at));
        if outcome.faults.len() == before {
            idle.push(format!("known.json: {} {} at {:?} is no longer needed", entry.builder, entry.case, entry.at));
        }
    }
    idle
}

#[cfg(test)]
mod tests {
    use super::super::compare::Fault;
    use super::super::judge::Builder;
    use super::*;

    #[test]
    fn an_entry_without_a_fault_is_told() {
        let fault = |at: &str| Fault { at: at.to_owned(), text: String::new() };
        let outcome = Outcome {
            case: "x".to_owned(),
            builder: Builder::Legacy,
            config: Vec::new(),
            lines: Vec::new(),
            faults: vec![fault("line 1: RUN x"), fault("config.env")],
        };
        let entry = |case: &str, at: &str| Known {
            builder: "legacy".to_owned(),
            case: case.to_owned(),
            at: at.to_owned(),
            reason: String::new(),
        };
        let mut outcomes = vec![outcome];
        let idle = settle(&mut outcomes, &[entry("x", "line 1"), entry("x", "config.cmd"), entry("not built", "y")]);
        assert_eq!(idle, ["known.json: legacy x at \"config.cmd\" is no longer needed"]);
        assert_eq!(outcomes.first().unwrap().faults, [fault("config.env")]);
    }
}
