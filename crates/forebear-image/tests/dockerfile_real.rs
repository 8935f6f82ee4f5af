//! Configs that real builders wrote, against the Dockerfiles they were built
//! from: a line that claims to be exact or recovered is what the Dockerfile
//! says.

mod reader;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forebear_image::config::{self, ConfigFacts};
use forebear_image::dockerfile::{Context, Fidelity, From, Line, reconstruct, render};
use forebear_image::history;
use forebear_testkit::real::real_file;
use reader::Instruction;
use serde_json::{Value, json};

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(path: &Path) -> ConfigFacts {
    config::parse(read(path).as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What an instruction means, whatever its spelling. `meaning.env` and `shell`
/// are those in force.
struct Meaning {
    env: BTreeMap<String, String>,
    shell: Vec<String>,
}

impl Meaning {
    fn of(&mut self, instruction: &Instruction) -> Value {
        let rest = instruction.rest.as_str();
        let list = || serde_json::from_str::<Vec<String>>(rest).ok();
        match instruction.keyword.as_str() {
            "ENV" => {
                let pairs = self.pairs(rest);
                self.env.extend(pairs.iter().cloned());
                json!(pairs)
            }
            "LABEL" => json!(self.pairs(rest)),
            "ARG" => {
                let pairs: Vec<_> = reader::words(rest).0.iter().map(|word| self.expand(word)).collect();
                for (name, value) in pairs.iter().filter_map(|p| p.split_once('=')) {
                    self.env.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                }
                json!(pairs)
            }
            "CMD" | "ENTRYPOINT" => {
                json!(list().unwrap_or_else(|| self.shell.iter().cloned().chain([rest.to_owned()]).collect()))
            }
            "SHELL" => {
                self.shell = list().unwrap_or_else(|| panic!("SHELL {rest}"));
                json!(self.shell)
            }
            "VOLUME" | "COPY" | "ADD" => json!(list().unwrap_or_else(|| reader::words(rest).0)),
            "EXPOSE" => json!(ports(rest)),
            "HEALTHCHECK" => {
                let (flags, command): (Vec<_>, Vec<_>) = rest.split(' ').partition(|word| word.starts_with("--"));
                json!([flags.into_iter().collect::<std::collections::BTreeSet<_>>(), command])
            }
            _ => json!([rest, instruction.heredocs]),
        }
    }

    fn pairs(&self, rest: &str) -> Vec<(String, String)> {
        let (words, _) = reader::words(rest);
        let (first, others) = words.split_first().unwrap_or_else(|| panic!("no pairs"));
        if !first.contains('=') {
            return vec![(first.clone(), self.expand(&others.join(" ")))];
        }
        words
            .iter()
            .map(|word| {
                let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("{word} in {rest}"));
                (self.expand(name), self.expand(value))
            })
            .collect()
    }

    /// Enough of Docker's rules for these Dockerfiles.
    fn expand(&self, word: &str) -> String {
        let mut out = String::new();
        let mut single = false;
        let mut chars = word.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\'' => single = !single,
                '"' if !single => {}
                '\\' if !single => out.extend(chars.next()),
                '$' if !single => {
                    chars.next_if_eq(&'{');
                    let mut name = String::new();
                    while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                        name.push(c);
                    }
                    chars.next_if_eq(&'}');
                    out.push_str(self.env.get(&name).map_or("", String::as_str));
                }
                c => out.push(c),
            }
        }
        out
    }
}

/// Ports in order, each with its protocol, ranges written out.
fn ports(rest: &str) -> std::collections::BTreeSet<String> {
    let mut ports = std::collections::BTreeSet::new();
    for word in rest.split_whitespace() {
        let (range, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse::<u16>().unwrap_or_else(|e| panic!("{text}: {e}"));
        ports.extend((number(first)..=number(last)).map(|port| format!("{port}/{protocol}")));
    }
    ports
}

fn meaning(parent: &ConfigFacts) -> Meaning {
    let env = parent.runtime.env.iter().filter_map(|p| p.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned()));
    let shell = parent.runtime.shell.clone().unwrap_or_else(|| vec!["/bin/sh".to_owned(), "-c".to_owned()]);
    Meaning { env: env.collect(), shell }
}

/// Reads the instructions behind FROM.
fn instructions(text: &str) -> Vec<Instruction> {
    let mut read = reader::read(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let from = read.remove(0);
    assert_eq!(from.keyword, "FROM");
    read
}

fn check(name: &str, builder: &str, dockerfile: &str, image: &ConfigFacts, parent: &ConfigFacts) -> Vec<Line> {
    let steps = history::align(&image.history, image.diff_ids.len());
    let above = steps.get(parent.history.len()..).unwrap_or_default();
    let lines = reconstruct(above, Context { parent: Some(&parent.runtime), image: Some(&image.runtime) });
    let from = From::Image { name: "docker.io/library/alpine:3.19".to_owned(), digest: None, moved: None };
    let text = render(&from, &lines);
    let (expected, got) = (instructions(dockerfile), instructions(&text));
    assert_eq!((expected.len(), got.len()), (lines.len(), lines.len()), "{name} {builder}:\n{text}");
    let (mut theirs, mut ours) = (meaning(parent), meaning(parent));
    for ((expected, got), line) in expected.iter().zip(&got).zip(&lines) {
        assert_eq!(expected.keyword, got.keyword, "{name} {builder}:\n{text}");
        let (expected, got) = (theirs.of(expected), ours.of(got));
        if matches!(line.fidelity, Fidelity::Exact | Fidelity::Recovered) {
            assert_eq!(expected, got, "{name} {builder}: {}", line.dockerfile);
        }
    }
    lines
}

#[test]
fn real_builders_dockerfiles_come_back() {
    let Some(folder) = real_file("dockerfiles") else { return };
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    names.sort();
    assert!(!names.is_empty());
    for path in names {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let dockerfile = read(&path.join("Dockerfile"));
        let on_parent = dockerfile.starts_with("FROM parent");
        let parent = parse(&folder.join(if on_parent { "parent.config.json" } else { "alpine.config.json" }));
        for builder in ["legacy", "buildkit"] {
            let image = parse(&path.join(format!("{builder}.config.json")));
            let lines = check(&name, builder, &dockerfile, &image, &parent);
            // Only what these builders never record may be less than settled.
            for line in lines.iter().filter(|line| line.fidelity > Fidelity::Recovered) {
                assert!(["COPY", "ADD"].contains(&line.instruction.as_str()), "{name} {builder}: {line:?}");
            }
        }
    }
}
