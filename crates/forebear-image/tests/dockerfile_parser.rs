//! Everything that is written parses with BuildKit's own parser, and as the
//! instructions that were meant. The parser is the Go library, in the Python
//! package `dockerfile`, which `scripts/test-setup.sh` puts into `target`.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod hostile;

use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_image::config::{self, ConfigFacts};
use forebear_image::dockerfile::{Context, From, Line, reconstruct, render};
use forebear_image::history;
use forebear_testkit::real::{real_file, skipped};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// The longest hostile Dockerfile that the parser is given.
const LONGEST: usize = 100_000;

/// Reads the files that standard input names; prints for each, on a line of
/// its own, its instructions: keyword, flags, arguments and the text they were
/// read from, or the error. One is a character cut in two, which Python cannot
/// take over.
const SCRIPT: &str = r#"
import json, sys, dockerfile
for name in json.load(sys.stdin):
    try:
        print(json.dumps([(c.cmd.upper(), c.flags, c.value, c.original) for c in dockerfile.parse_file(name)]))
    except Exception as error:
        print(json.dumps(f"{type(error).__name__}: {error}"))
"#;

/// What the script prints of one instruction.
type Read = (String, Vec<String>, Vec<String>, String);

fn from_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Python with the parser. `None`, after saying so, where it is missing.
fn python() -> Option<PathBuf> {
    let python = from_root("target/parser/bin/python");
    if python.exists() {
        return Some(python);
    }
    skipped(&format!("no parser at {}; see scripts/test-setup.sh", python.display()));
    None
}

/// What the parser makes of each text: its instructions, or the error.
fn read<'a>(python: &Path, name: &str, texts: impl Iterator<Item = &'a str>) -> Vec<Result<Vec<Read>, String>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("parser-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |(at, text)| {
        let file = folder.join(format!("{at}.Dockerfile"));
        std::fs::write(&file, text).unwrap();
        file
    };
    let names: Vec<PathBuf> = texts.enumerate().map(write).collect();
    std::fs::write(folder.join("names"), serde_json::to_string(&names).unwrap()).unwrap();
    let input = std::fs::File::open(folder.join("names")).unwrap();
    let output = Command::new(python).args(["-c", SCRIPT]).stdin(input).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.lines().count(), names.len());
    output.lines().map(|line| serde_json::from_str(line).map_err(|_| line.to_owned())).collect()
}

/// Fails unless each text is read as the instructions of its lines.
fn check(python: &Path, name: &str, written: &[(Vec<Line>, String)]) {
    let answers = read(python, name, written.iter().map(|(_, text)| text.as_str()));
    for (answer, (lines, text)) in answers.iter().zip(written) {
        let read = answer.as_ref().unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let names: Vec<&str> = read.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, hostile::expected(lines), "{text}");
        for ((name, flags, ..), line) in read.iter().skip(1).zip(hostile::written(lines)) {
            let takes_flags = ["ADD", "COPY", "HEALTHCHECK", "RUN"].contains(&name.as_str());
            assert!(takes_flags || flags.is_empty(), "{flags:?} of {line:?}");
        }
        let texts: Vec<String> = read.iter().skip(1).map(|(.., text)| whole(text)).collect();
        let expected: Vec<String> = hostile::written(lines).map(|line| whole(&line.dockerfile)).collect();
        assert_eq!(texts, expected, "{text}");
    }
}

/// An instruction without what continues a line, and without the end of its
/// last.
fn whole(text: &str) -> String {
    text.replace("\\\n", "").trim_end_matches('\n').to_owned()
}

#[test]
fn hostile_histories() {
    let Some(python) = python() else { return };
    let mut runner = TestRunner::default();
    let mut one = || hostile::dockerfile(hostile::input().new_tree(&mut runner).unwrap().current());
    // The parser's time grows with the square of the length: half a megabyte
    // takes it a quarter of a minute.
    let written: Vec<_> = (0..1_000).map(|_| one()).filter(|(_, text)| text.len() < LONGEST).collect();
    assert!(written.len() > 500, "{}", written.len());
    check(&python, "hostile", &written);
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// What the crate's `refused` module says of the parser.
#[test]
fn what_is_read_otherwise_than_it_looks() {
    let Some(python) = python() else { return };
    let answer = |text: &str| read(&python, "refused", [text].into_iter()).remove(0);
    // All keywords; flags and arguments of the first.
    let check = |text: &str, names: &[&str], flags: &[&str], arguments: &[&str]| {
        let read = answer(text).unwrap_or_else(|error| panic!("{error}"));
        let got: Vec<&str> = read.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(got, names, "{text}");
        assert_eq!((read[0].1.as_slice(), read[0].2.as_slice()), (&*owned(flags), &*owned(arguments)), "{text}");
    };
    let check_error = |text: &str, part: &str| {
        let error = answer(text).unwrap_err();
        assert!(error.contains(part), "{error}");
    };
    // `à` is 0xc3 0xa0, `é` 0xc3 0xa9: flags are read byte by byte, and 0xa0
    // and 0x85 are spaces. So is the first word of a HEALTHCHECK.
    check("COPY --chown=é a b", &["COPY"], &["--chown=Ã©"], &["a", "b"]);
    check("COPY --chown=àx a b", &["COPY"], &["--chown=Ã"], &["x", "a", "b"]);
    check_error("COPY --chown=𲅱 a b", "UnicodeDecodeError");
    check("COPY à b", &["COPY"], &[], &["à", "b"]);
    check_error("HEALTHCHECK CMD\u{a0}a", "UnicodeDecodeError");
    check("USER --a b", &["USER"], &["--a"], &["b"]);
    check("USER \\--a b", &["USER"], &[], &["\\--a b"]);
    check("RUN cat <<EOF it's\nUSER a\nEOF", &["RUN", "USER", "EOF"], &[], &["cat <<EOF it's"]);
    check("RUN cat <<EOF ${A%}\nUSER a\nEOF", &["RUN", "USER", "EOF"], &[], &["cat <<EOF ${A%}"]);
    check("RUN cat <<EOF ${A:-b}\nUSER a\nEOF", &["RUN"], &[], &["cat <<EOF ${A:-b}"]);
    check("RUN [\"a\"] && b", &["RUN"], &[], &["a"]);
    check_error("RUN [1]b", "arrays must be comprised of strings only");
    check_error("LABEL a\u{3000}b", "must have two arguments");
}

/// The configs in the folders of a folder, each from the ground up and on
/// whatever parent its lowest steps make.
fn configs(folder: &Path) -> Vec<(Vec<Line>, String)> {
    let parse = |path: &Path| config::parse(&std::fs::read(path).unwrap()).unwrap();
    let mut files = Vec::new();
    for folder in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.retain(|path| path.to_string_lossy().ends_with(".config.json"));
    files.iter().flat_map(|path| both(&parse(path))).collect()
}

fn both(image: &ConfigFacts) -> Vec<(Vec<Line>, String)> {
    let steps = history::align(&image.history, image.diff_ids.len());
    let written = |steps: &[history::Step], image| {
        let lines = reconstruct(steps, Context { parent: None, image });
        let text = render(&From::Scratch, &lines);
        (lines, text)
    };
    vec![written(&steps, Some(&image.runtime)), written(steps.get(2..).unwrap_or_default(), None)]
}

#[test]
fn configs_that_builders_wrote_of_our_own() {
    let Some(python) = python() else { return };
    let own = configs(&from_root("tests/dockerfiles"));
    assert!(own.len() > 200, "{}", own.len());
    check(&python, "own", &own);
}

#[test]
fn configs_that_builders_wrote_of_the_real_data() {
    let Some(folder) = real_file("dockerfiles") else { return };
    let Some(python) = python() else { return };
    let real = configs(&folder);
    assert!(real.len() > 50, "{}", real.len());
    check(&python, "real", &real);
}
