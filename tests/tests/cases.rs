//! `docs/cases.md` and the tests name the same reports from the field.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// Every report that a test or a comment names is on the page; every one on the
/// page names tests that name it back, and the place where it is decided.
#[test]
fn the_page_and_the_tests_name_the_same_cases() {
    let page = std::fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let listed: BTreeMap<&str, Cells<'_>> = page.lines().filter_map(row).collect();
    assert!(listed.len() > 100 && listed.contains_key("P05"), "only {} reports were read", listed.len());
    let mut flaws = Vec::new();
    for file in sources().unwrap() {
        let text = std::fs::read_to_string(&file).unwrap();
        let unlisted = ids(&text).into_iter().filter(|id| !listed.contains_key(id.as_str()));
        flaws.extend(unlisted.map(|id| format!("{} names {id}, which docs/cases.md does not have", file.display())));
    }
    for (id, cells) in &listed {
        let tests = paths(cells.tests);
        let named = tests.iter().any(|path| named_in(&root().join(path), id));
        if tests.is_empty() || !named {
            flaws.push(format!("{id}: no test of {} names it", cells.tests));
        }
        let missing = paths(cells.decided).into_iter().filter(|path| !root().join(path).exists());
        flaws.extend(missing.map(|path| format!("{id} is decided in {path}, which is not there")));
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

struct Cells<'a> {
    decided: &'a str,
    tests: &'a str,
}

/// A report's row of the page.
fn row(line: &str) -> Option<(&str, Cells<'_>)> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
    let [id, .., decided, tests] = cells[..] else { return None };
    is_id(id).then_some((id, Cells { decided, tests }))
}

/// The paths of a cell.
fn paths(cell: &str) -> Vec<&str> {
    cell.split(", ").map(|path| path.trim_matches('`')).filter(|path| !path.is_empty()).collect()
}

/// Whether a file, or one of a folder, names it.
fn named_in(path: &Path, id: &str) -> bool {
    let files = if path.is_dir() { files_of(path) } else { Ok(vec![path.to_owned()]) };
    let names_it = |file: &PathBuf| std::fs::read_to_string(file).is_ok_and(|text| ids(&text).contains(id));
    files.is_ok_and(|files| files.iter().any(names_it))
}

/// Reports that a text names, as a word (`P05`) or at the start of a test's
/// name (`p05_p201_…`).
fn ids(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let in_word = |word: &str| match word.split_once('_') {
        None => vec![word.to_owned()],
        Some(_) => word.split('_').map_while(|part| Some(part.to_ascii_uppercase()).filter(|id| is_id(id))).collect(),
    };
    words.flat_map(in_word).filter(|word| is_id(word)).collect()
}

fn is_id(word: &str) -> bool {
    let digits = word.strip_prefix('P').unwrap_or_default();
    (2..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All Rust files of the project.
fn sources() -> io::Result<Vec<PathBuf>> {
    Ok([files_of(&root().join("crates"))?, files_of(&root().join("tests"))?].concat())
}

/// All Rust files of a folder.
fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_of(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}
