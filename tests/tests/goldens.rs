//! Reconstructions from the configs that real builders wrote, as they were
//! when the builders themselves last bore them out: `make roundtrip UPDATE=1`
//! writes `lines.txt` only after every rebuild came back.

use std::fmt::Write as _;

use forebear_image::dockerfile::{Fidelity, Line};
use forebear_tests::roundtrip::corpus::{self, Case};
use forebear_tests::roundtrip::golden;
use forebear_tests::roundtrip::judge::Builder;
use forebear_tests::roundtrip::original::Instruction;
use forebear_tests::roundtrip::report::{self, Outcome};

fn word(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Exact => "exact",
        Fidelity::Recovered => "recovered",
        Fidelity::Partial => "partial",
        Fidelity::Unknown => "unknown",
    }
}

fn lines_of(case: &Case, cases: &[Case]) -> String {
    let mut text = String::new();
    for builder in &case.builders {
        let kept = golden::kept(case, cases, *builder).unwrap_or_else(|| panic!("{}: no {builder} config", case.name));
        _ = writeln!(text, "== {builder}");
        for line in &kept.lines {
            let mark = if line.by_parent { " (by the parent)" } else { "" };
            _ = writeln!(text, "{:9} {}{mark}", word(line.fidelity), line.dockerfile);
            if let Some(note) = &line.note {
                _ = writeln!(text, "          # {note}");
            }
        }
    }
    text
}

#[test]
fn lines_are_those_that_the_builders_bore_out() {
    let cases = corpus::own();
    assert!(cases.len() >= 40, "{}", cases.len());
    let mut stale = Vec::new();
    for case in &cases {
        let file = case.folder.join("lines.txt");
        let lines = lines_of(case, &cases);
        if golden::is_update() {
            std::fs::write(&file, &lines).expect("the corpus can be written to");
        } else if std::fs::read_to_string(&file).is_ok_and(|kept| kept == lines) {
            continue;
        } else {
            stale.push(format!("{}:\n{lines}", file.display()));
        }
    }
    assert!(stale.is_empty(), "not what was borne out; see make roundtrip UPDATE=1\n{}", stale.join("\n"));
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/accuracy.md");

#[test]
fn the_page_s_table_is_right() {
    let cases = corpus::own();
    let outcome = &|case: &Case, builder: &Builder| {
        let lines = golden::kept(case, &cases, *builder).map(|kept| kept.lines).unwrap_or_default();
        Outcome { case: case.name.clone(), builder: *builder, config: Vec::new(), lines, faults: Vec::new() }
    };
    let outcomes: Vec<Outcome> =
        cases.iter().flat_map(|case| case.builders.iter().map(move |builder| outcome(case, builder))).collect();
    let table = report::table(&outcomes);
    let readme = std::fs::read_to_string(PAGE).expect("the page is there");
    if readme.contains(&table) {
        return;
    }
    assert!(golden::is_update(), "the page has another table than:\n{table}");
    // The table begins with its head and ends with an empty line.
    let head = table.lines().next().expect("a table has a head");
    let (before, rest) = readme.split_once(head).expect("the page has a table");
    let (_, after) = rest.split_once("\n\n").expect("something follows the table");
    std::fs::write(PAGE, format!("{before}{table}\n{after}")).expect("the page can be written to");
}

/// What a claim about these instructions means can be told without a builder:
/// the command is the original's, word for word or item for item.
fn meaning(rest: &str) -> String {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match serde_json::from_str::<Vec<String>>(rest).as_deref() {
        // What the shell form stands for.
        Ok([shell, option, command]) if shell == "/bin/sh" && option == "-c" => spaced(command),
        Ok(list) => format!("{list:?}"),
        Err(_) => spaced(rest),
    }
}

fn of_line(line: &Line) -> String {
    meaning(line.dockerfile.replace("\\\n", "").split_once(' ').map_or("", |(_, rest)| rest))
}

#[test]
fn commands_claim_no_more_than_the_dockerfile_said() {
    const KEYWORDS: &[&str] = &["RUN", "CMD", "ENTRYPOINT", "SHELL", "MAINTAINER"];
    // One text for two meanings, of which the likelier is written: an exec
    // form of the shell in force, and a RUN with mounts, which BuildKit does
    // not record. Both come back to the same history.
    const ALIKE: &[&str] = &["run-bind-mount", "run-exec", "run-mounts"];
    let cases = corpus::own();
    let mut compared = 0;
    for case in cases.iter().filter(|case| !ALIKE.contains(&case.name.as_str())) {
        let theirs: Vec<&Instruction> = case.original.instructions.iter().collect();
        for builder in &case.builders {
            let Some(kept) = golden::kept(case, &cases, *builder) else { panic!("{}: no {builder} config", case.name) };
            for keyword in KEYWORDS {
                let theirs = theirs.iter().filter(|instruction| instruction.keyword == *keyword);
                let own = kept.lines.iter().take(kept.steps.len()).filter(|line| !line.by_parent);
                let ours: Vec<&Line> = own.filter(|line| line.instruction == *keyword).collect();
                for (theirs, ours) in theirs.zip(ours).filter(|(_, ours)| ours.fidelity <= Fidelity::Recovered) {
                    assert_eq!(meaning(&theirs.rest), of_line(ours), "{} {builder}: {ours:?}", case.name);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
}
