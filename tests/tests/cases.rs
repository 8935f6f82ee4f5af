//! `docs/cases.md` and the tests name the same cases.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every report from the field that a test or a comment names is on the page,
/// and every one on the page names a test that names it back, and the place
/// where it is decided.
#[test]
fn the_page_and_the_tests_name_the_same_cases() {
    let page = std::fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let listed: BTreeMap<&str, Vec<&str>> = page.lines().filter_map(row).collect();
    let mut flaws = Vec::new();
    for file in sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        let unlisted = ids(&text).into_iter().filter(|id| !listed.contains_key(id.as_str()));
        flaws.extend(unlisted.map(|id| format!("{} names {id}, which docs/cases.md does not have", file.display())));
    }
    for (id, cells) in listed.iter().filter(|(id, _)| id.starts_with('P')) {
        let named = cells.last().unwrap().trim_matches('`').split("::").next().unwrap();
        match std::fs::read_to_string(root().join(named)) {
            Ok(text) if ids(&text).contains(*id) => {}
            Ok(_) => flaws.push(format!("{id}: {named} does not name it")),
            Err(error) => flaws.push(format!("{id}: {named}: {error}")),
        }
        let decided = cells.iter().rev().nth(1).unwrap().split(',').map(|path| path.trim().trim_matches('`'));
        let missing = decided.filter(|path| !root().join(path).exists());
        flaws.extend(missing.map(|path| format!("{id} is decided in {path}, which is not there")));
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    // What was read is what is there.
    assert!(listed.len() > 120 && listed.contains_key("P05"), "only {} cases were read", listed.len());
}

/// The id of a row of a table, and its other cells.
fn row(line: &str) -> Option<(&str, Vec<&str>)> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
    let id = cells.next()?;
    let number = id.strip_prefix(['S', 'M', 'H', 'T', 'R', 'P'])?;
    number.bytes().all(|b| b.is_ascii_digit()).then(|| (id, cells.collect()))
}

/// Ids in a text: letter and number as a word (`P05`), or at the start of the
/// name of a test (`p05_…`).
fn ids(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .flat_map(|word| word.split_once('_').map_or(vec![word.to_owned()], in_name))
        .filter(|word| is_id(word))
        .collect()
}

/// Of the name of a test: several ids may lead it.
fn in_name((first, rest): (&str, &str)) -> Vec<String> {
    std::iter::once(first)
        .chain(rest.split('_'))
        .map_while(|word| Some(word.to_ascii_uppercase()).filter(|word| is_id(word)))
        .collect()
}

fn is_id(word: &str) -> bool {
    let digits = word.strip_prefix('P').unwrap_or_default();
    (2..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// All Rust files of the project.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["crates", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
