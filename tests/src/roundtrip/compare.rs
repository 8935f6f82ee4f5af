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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::rebuilt::facts;
    use super::*;

    fn image(config: &Value, steps: &[&str]) -> ConfigFacts {
        let history: Vec<Value> = steps.iter().map(|step| json!({"created_by": step, "empty_layer": true})).collect();
        facts(json!({"config": config, "history": history}).to_string().as_bytes())
    }

    /// Where claims did not hold, of an image with these steps and its rebuild
    /// with those.
    #[track_caller]
    fn check(was: (&Value, &[&str]), rebuilt: (&Value, &[&str]), expected: &[&str]) {
        let base = image(&json!({}), &["base"]);
        let with_base = |(config, steps): (&Value, &[&str])| image(config, &[&["base"], steps].concat());
        let was = with_base(was);
        let reconstruction = Reconstruction::of(&was, &base);
        let faults = faults(Builder::Legacy, &reconstruction, &was, &with_base(rebuilt), &base);
        assert_eq!(faults.iter().map(|fault| fault.at.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_claim_that_did_not_come_back_is_a_fault() {
        let run = "/bin/sh -c x";
        let env = "/bin/sh -c #(nop)  ENV A=b";
        let (set, other) = (json!({"Env": ["A=b"]}), json!({"Env": ["A=c"]}));
        check((&set, &[env, run]), (&set, &[env, "/bin/sh -c x "]), &[]);
        check((&set, &[env, run]), (&other, &[env, run]), &["config.env"]);
        check((&set, &[env, run]), (&set, &[env, "/bin/sh -c y"]), &["line 2: RUN x"]);
        check((&set, &[env, run]), (&set, &[env]), &["line 2"]);
        check((&set, &[env]), (&set, &[env, run]), &["a step too many"]);
    }

    #[test]
    fn what_is_not_claimed_may_differ() {
        // Two pairs or one: only the config could tell, and it was set again.
        let env = ["/bin/sh -c #(nop)  ENV A=1 B=2", "/bin/sh -c #(nop)  ENV A=3 B=4"];
        let set = json!({"Env": ["A=3", "B=4"]});
        check((&set, &env), (&json!({"Env": ["A=1 B=2"]}), &env), &[]);
        // The destination of a COPY is claimed, whatever its source.
        let copy = |to: &str| format!("/bin/sh -c #(nop) COPY file:ab in {to} ");
        let none = json!({});
        check((&none, &[&copy("/x")]), (&none, &[&copy("/x")]), &[]);
        check((&none, &[&copy("/x")]), (&none, &[&copy("/y")]), &["line 1: COPY file:ab /x"]);
    }
}
