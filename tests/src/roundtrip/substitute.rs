//! Sources of COPY and ADD. History holds their hash, or their names without
//! the stage they came from, and claims no more (`partial`): for a rebuild
//! they are put back from the original. All else in the line stays as it was
//! reconstructed, so that it is judged.

use std::collections::BTreeMap;

use forebear_image::dockerfile::Line;
use serde_json::Value;

use super::original::{Instruction, Original};

/// The lines with their sources, and whether any is another stage.
#[must_use]
pub fn sources(lines: &[Line], original: &Original) -> (Vec<Line>, bool) {
    let is_copy = |keyword: &str| matches!(keyword, "COPY" | "ADD");
    let mut originals = original.instructions.iter().filter(|i| is_copy(&i.keyword));
    let mut from_stage = false;
    let mut replaced = lines.to_vec();
    for line in replaced.iter_mut().filter(|line| is_copy(&line.instruction) && !line.by_parent) {
        let Some(theirs) = originals.next() else { continue };
        if line.dockerfile.starts_with('#') {
            continue;
        }
        let (ours, theirs) = (Parts::of_line(&line.dockerfile), Parts::of(theirs));
        let stage = theirs.flags.iter().find(|flag| flag.starts_with("--from="));
        from_stage |= stage.is_some();
        let flags = ours.flags.iter().filter(|flag| !flag.starts_with("--from=")).chain(stage);
        // BuildKit of old records none at all, and the line says so.
        let lost = theirs
            .flags
            .iter()
            .filter(|flag| ours.flags.is_empty() && !flag.starts_with("--from=") && is_said_of_flags(line));
        let flags: String = flags.chain(lost).map(|flag| format!("{flag} ")).collect();
        let sources = theirs.sources.iter().map(|source| with_defaults(source, original));
        let words = Value::from_iter(sources.chain([ours.destination.clone()]));
        line.dockerfile = format!("{} {flags}{words}", line.instruction);
    }
    (replaced, from_stage)
}

/// A source with the defaults of the ARGs in it, which buildah loses.
fn with_defaults(source: &str, original: &Original) -> String {
    let mut source = source.to_owned();
    for argument in original.instructions.iter().filter(|instruction| instruction.keyword == "ARG") {
        if let Some((name, value)) = argument.rest.split_once('=') {
            source = source.replace(&format!("${{{name}}}"), value);
        }
    }
    source
}

fn is_said_of_flags(line: &Line) -> bool {
    line.note.as_deref().is_some_and(|note| note.contains("flags"))
}

/// `--build-arg`s that the notes of the lines name.
#[must_use]
pub fn arguments(lines: &[Line]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for note in lines.iter().filter_map(|line| line.note.as_deref()) {
        for argument in note.split("--build-arg ").skip(1) {
            if let Some((name, value)) = shell_word(argument).split_once('=') {
                found.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    found
}

/// The first word, as a shell reads it.
fn shell_word(text: &str) -> String {
    let mut word = String::new();
    let mut chars = text.chars();
    let mut single = false;
    while let Some(c) = chars.next() {
        match c {
            '\'' => single = !single,
            '\\' if !single => word.extend(chars.next()),
            ' ' | ';' if !single => break,
            c => word.push(c),
        }
    }
    word
}

struct Parts {
    flags: Vec<String>,
    sources: Vec<String>,
    destination: String,
}

impl Parts {
    fn of_line(line: &str) -> Self {
        let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
        Self::of(&Instruction { keyword: keyword.to_owned(), rest: rest.to_owned() })
    }

    fn of(instruction: &Instruction) -> Self {
        let mut rest = instruction.rest.trim();
        let mut flags = Vec::new();
        while rest.starts_with("--") {
            let (flag, after) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
            flags.push(flag.to_owned());
            rest = after.trim_start();
        }
        let mut sources: Vec<String> =
            serde_json::from_str(rest).unwrap_or_else(|_| rest.split_whitespace().map(str::to_owned).collect());
        let destination = sources.pop().unwrap_or_default();
        Self { flags, sources, destination }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_as_a_shell_would() {
        let line = |note: &str| Line {
            instruction: "RUN".to_owned(),
            dockerfile: "RUN x".to_owned(),
            fidelity: forebear_image::dockerfile::Fidelity::Exact,
            note: Some(note.to_owned()),
            by_parent: false,
        };
        let note = r"built with --build-arg A=b --build-arg 'C=d e' --build-arg 'F=it'\''s'; more";
        let found = arguments(&[line(note)]);
        let found: Vec<(&str, &str)> = found.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(found, [("A", "b"), ("C", "d e"), ("F", "it's")]);
    }
}
