//! THE RULE: what a line claims, a rebuild gives back.

use forebear_image::config::{ConfigFacts, RuntimeConfig};
use forebear_image::dockerfile::{Fidelity, Line};
use serde_json::Value;

use super::judge::Builder;
use super::rebuilt::Reconstruction;

/// A claim that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong: `config.cmd`, `line 3`, `rebuild`, …
    pub at: String,
    /// Both sides.
    pub text: String,
}

/// The settings of a config, and the instructions that set them.
const FIELDS: &[(&str, &[&str])] = &[
    ("user", &["USER"]),
    ("exposed_ports", &["EXPOSE"]),
    ("env", &["ENV"]),
    ("entrypoint", &["ENTRYPOINT"]),
    ("cmd", &["CMD", "ENTRYPOINT"]),
    ("volumes", &["VOLUME"]),
    ("working_dir", &["WORKDIR"]),
    ("labels", &["LABEL"]),
    ("stop_signal", &["STOPSIGNAL"]),
    ("healthcheck", &["HEALTHCHECK"]),
    ("shell", &["SHELL"]),
    ("on_build", &["ONBUILD"]),
    ("args_escaped", &[]),
];

/// Everything that a reconstruction claims and its rebuild does not bear out.
#[must_use]
pub fn faults(
    builder: Builder,
    reconstruction: &Reconstruction,
    image: &ConfigFacts,
    rebuilt: &ConfigFacts,
    parent: &ConfigFacts,
) -> Vec<Fault> {
    let mut faults = settings(&reconstruction.lines, &image.runtime, &rebuilt.runtime);
    if image.author != rebuilt.author && claims(&reconstruction.lines, &["MAINTAINER"]) {
        faults.push(fault("author", &image.author, &rebuilt.author));
    }
    let entries = rebuilt.history.get(parent.history.len()..).unwrap_or_default();
    let mut entries = entries.iter().map(|entry| entry.created_by.as_str());
    for (index, line) in reconstruction.lines.iter().enumerate() {
        let recorded = reconstruction.recorded(index);
        // BuildKit writes no history for ONBUILD.
        let silent = builder == Builder::Buildkit && line.instruction == "ONBUILD";
        if (line.dockerfile.starts_with('#') && !line.by_parent) || silent {
            continue;
        }
        let Some(entry) = entries.next() else {
            faults.push(fault(&format!("line {}", index + 1), &line.dockerfile, &"no step"));
            continue;
        };
        if let Some(recorded) = recorded
            && must_be_equal(builder, line)
            && normalised(recorded) != normalised(entry)
        {
            faults.push(fault(&format!("line {}: {}", index + 1, line.dockerfile), &recorded, &entry));
        }
    }
    faults.extend(entries.map(|entry| fault("a step too many", &"", &entry)));
    faults
}

fn fault(at: &str, before: &(impl std::fmt::Debug + ?Sized), after: &(impl std::fmt::Debug + ?Sized)) -> Fault {
    Fault { at: at.to_owned(), text: format!("was     {before:?}\n      rebuilt {after:?}") }
}

/// Settings that differ although every line about them claims to be right.
fn settings(lines: &[Line], image: &RuntimeConfig, rebuilt: &RuntimeConfig) -> Vec<Fault> {
    let value = |config: &RuntimeConfig| serde_json::to_value(config).expect("a config is JSON");
    let (image, rebuilt) = (value(image), value(rebuilt));
    let field = |config: &Value, name: &str| config.get(name).cloned().unwrap_or_default();
    FIELDS
        .iter()
        .filter(|(_, keywords)| claims(lines, keywords))
        .map(|(name, _)| (name, field(&image, name), field(&rebuilt, name)))
        .filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| Fault {
            at: format!("config.{name}"),
            text: format!("was     {before}\n      rebuilt {after}"),
        })
        .collect()
}

/// Whether no line about these instructions admits to a doubt.
fn claims(lines: &[Line], keywords: &[&str]) -> bool {
    let about = |line: &&Line| keywords.contains(&line.instruction.as_str()) || line.instruction == "UNKNOWN";
    lines.iter().filter(about).all(|line| line.fidelity <= Fidelity::Recovered)
}

/// Docker's builders write one text for one meaning, so what is claimed comes
/// back to the letter. buildah writes what the Dockerfile says, in which
/// metadata can be spelled in more than one way.
///
/// A COPY or ADD is `partial` for its source, which is put back: the rest of
/// it has to be right, unless the names could not be told apart.
fn must_be_equal(builder: Builder, line: &Line) -> bool {
    let note = line.note.as_deref().unwrap_or_default();
    match line.instruction.as_str() {
        "COPY" | "ADD" => !note.contains("cannot be told") && line.fidelity < Fidelity::Unknown,
        "RUN" => line.fidelity <= Fidelity::Recovered,
        _ => builder != Builder::Buildah && line.fidelity <= Fidelity::Recovered,
    }
}

/// Without the space that builders leave at the end.
fn normalised(created_by: &str) -> &str {
    created_by.trim_end_matches(' ')
}
