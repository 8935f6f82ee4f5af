//! Everything that is written parses with BuildKit's own parser, and as the
//! instructions that were meant. The parser is the Go library, in the Python
//! package `dockerfile`, which `scripts/test-setup.sh` puts into `target`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod hostile;

use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_image::config::{self, ConfigFacts};
use forebear_image::dockerfile::{Context, From, Line, reconstruct, render};
use forebear_image::history;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

/// The longest hostile Dockerfile that the parser is given.
const LONGEST: usize = 100_000;

/// Reads the files that standard input names; prints for each, on a line of
/// its own, its instructions, each with the text it was read from, or the
/// error. One is a character that the parser cut in two, which Python cannot
/// take over: it reads flags, and the first word of a HEALTHCHECK, byte by byte
/// and takes 0x85 and 0xa0 for spaces. Only some instructions have flags.
const SCRIPT: &str = r#"
import json, sys, dockerfile
def read(command):
    if command.flags and command.cmd.upper() not in ("ADD", "COPY", "HEALTHCHECK", "RUN"):
        raise ValueError(f"flags: {command}")
    return [command.cmd.upper(), command.original]
for name in json.load(sys.stdin):
    try:
        print(json.dumps([read(command) for command in dockerfile.parse_file(name)]))
    except Exception as error:
        print(json.dumps(str(error)))
"#;

fn from_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Python with the parser; `None` skips, except in CI.
fn python() -> Option<PathBuf> {
    let python = from_root("target/parser/bin/python");
    if python.exists() {
        return Some(python);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "no parser at {}", python.display());
    println!("SKIPPED: no parser at {}; see scripts/test-setup.sh", python.display());
    None
}

/// Fails unless each text is read as the instructions of its lines.
fn check(python: &Path, name: &str, written: &[(Vec<Line>, String)]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("parser-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |at: usize| folder.join(format!("{at}.Dockerfile"));
    for (at, (_, text)) in written.iter().enumerate() {
        std::fs::write(file(at), text).unwrap();
    }
    let names: Vec<PathBuf> = (0..written.len()).map(file).collect();
    std::fs::write(folder.join("names"), serde_json::to_string(&names).unwrap()).unwrap();
    let input = std::fs::File::open(folder.join("names")).unwrap();
    let output = Command::new(python).args(["-c", SCRIPT]).stdin(input).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.lines().count(), written.len());
    for (answer, (lines, text)) in output.lines().zip(written) {
        let read: Result<Vec<(String, String)>, _> = serde_json::from_str(answer);
        let read = read.unwrap_or_else(|_| panic!("{answer}:\n{text}"));
        let (names, texts): (Vec<_>, Vec<_>) = read.iter().map(|(name, text)| (name.as_str(), whole(text))).unzip();
        assert_eq!(names, hostile::expected(lines), "{text}");
        let expected = hostile::written(lines).map(|line| whole(&line.dockerfile));
        assert_eq!(texts, ["FROM scratch".to_owned()].into_iter().chain(expected).collect::<Vec<_>>(), "{text}");
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
fn configs_that_builders_wrote() {
    let Some(python) = python() else { return };
    let own = configs(&from_root("tests/dockerfiles"));
    assert!(own.len() > 200, "{}", own.len());
    check(&python, "own", &own);
    let real = std::env::var_os("FOREBEAR_REAL_DATA").map_or_else(|| from_root("../shared/data"), PathBuf::from);
    if !real.join("dockerfiles").is_dir() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "no real data at {}", real.display());
        println!("SKIPPED: no real data at {}", real.display());
        return;
    }
    check(&python, "real", &configs(&real.join("dockerfiles")));
}
