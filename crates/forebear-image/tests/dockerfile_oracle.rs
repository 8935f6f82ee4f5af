//! Pairs and paths written as Docker writes them, with the config Docker makes
//! of them: a line that claims to be exact or recovered must say what was
//! meant, and what claims less must still come out as the image's config.

mod reader;

use std::collections::{BTreeMap, BTreeSet};

use forebear_image::config::RuntimeConfig;
use forebear_image::dockerfile::{Context, Fidelity, reconstruct};
use forebear_image::history::{HistoryEntry, LayerLink, Step};
use proptest::prelude::*;

type Pairs = Vec<(String, String)>;

fn step(created_by: String, position: usize) -> Step {
    let entry =
        HistoryEntry { created_by, comment: Some("buildkit.dockerfile.v0".to_owned()), ..HistoryEntry::default() };
    Step { position: Some(position), entry, link: LayerLink::Empty }
}

fn pairs() -> impl Strategy<Value = Pairs> {
    let name = proptest::sample::select(&["A", "B", "C", "D"][..]).prop_map(str::to_owned);
    let piece = proptest::sample::select(
        &["", "1", "2", "x", " ", "  ", " A=1", " B=2", "B=2", " C=", "D=x", "=", "\"", "'", "\\", "$A", "é"][..],
    );
    let value = proptest::collection::vec(piece, 0..3).prop_map(|pieces| pieces.concat());
    proptest::collection::vec((name, value), 1..4)
}

/// Removes Docker's quotes and escapes.
fn unquote(word: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('\\', Some('"')) if !matches!(chars.peek(), Some('"' | '$' | '\\')) => out.push(c),
            ('\\', None | Some('"')) => out.extend(chars.next()),
            ('$', None | Some('"')) => panic!("a variable in {word}"),
            (c, _) => out.push(c),
        }
    }
    out
}

fn read_pairs(dockerfile: &str) -> Pairs {
    let read = reader::read(&format!("FROM x\n{dockerfile}\n")).unwrap_or_else(|error| panic!("{error}: {dockerfile}"));
    let rest = &read.last().unwrap_or_else(|| panic!("nothing")).rest;
    let split = |word: &String| {
        let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("{word} in {rest}"));
        (unquote(name), unquote(value))
    };
    reader::words(rest).0.iter().map(split).collect()
}

fn table(pairs: &Pairs) -> BTreeMap<String, String> {
    pairs.iter().cloned().collect()
}

fn check_pairs(keyword: &str, parent: &Pairs, instructions: &[Pairs]) {
    let (before, mut finals) = (table(parent), table(parent));
    for pairs in instructions {
        finals.extend(pairs.iter().cloned());
    }
    let config = |values: &BTreeMap<String, String>| match keyword {
        "ENV" => RuntimeConfig {
            env: values.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            ..RuntimeConfig::default()
        },
        _ => RuntimeConfig { labels: values.clone(), ..RuntimeConfig::default() },
    };
    let write = |pairs: &Pairs| {
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{keyword} {}", pairs.join(" "))
    };
    let steps: Vec<Step> = instructions.iter().enumerate().map(|(at, pairs)| step(write(pairs), at + 1)).collect();
    let (parent, image) = (config(&before), config(&finals));
    let lines = reconstruct(&steps, Context { parent: Some(&parent), image: Some(&image) });
    let mut rebuilt = before;
    for (at, line) in lines.iter().enumerate() {
        let got = read_pairs(&line.dockerfile);
        if let Some(meant) = instructions.get(at)
            && matches!(line.fidelity, Fidelity::Exact | Fidelity::Recovered)
        {
            assert_eq!(table(&got), table(meant), "{line:?}");
        }
        rebuilt.extend(got);
    }
    assert_eq!(rebuilt, finals, "{lines:?}");
}

fn check_volumes(instructions: &[BTreeSet<String>]) {
    let volumes: BTreeSet<String> = instructions.iter().flatten().cloned().collect();
    let write = |paths: &BTreeSet<String>| format!("VOLUME [{}]", paths.iter().cloned().collect::<Vec<_>>().join(" "));
    let steps: Vec<Step> = instructions.iter().enumerate().map(|(at, paths)| step(write(paths), at)).collect();
    let image = RuntimeConfig { volumes: volumes.clone(), ..RuntimeConfig::default() };
    let lines = reconstruct(&steps, Context { parent: None, image: Some(&image) });
    let mut rebuilt = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        let list = line.dockerfile.strip_prefix("VOLUME ").unwrap_or_else(|| panic!("{line:?}"));
        let paths: BTreeSet<String> = serde_json::from_str(list).unwrap_or_else(|error| panic!("{error}: {list}"));
        if let Some(meant) = instructions.get(at)
            && matches!(line.fidelity, Fidelity::Exact | Fidelity::Recovered)
        {
            assert_eq!(&paths, meant, "{lines:?}");
        }
        rebuilt.extend(paths);
    }
    assert_eq!(rebuilt, volumes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pairs_come_back(
        label in any::<bool>(),
        parent in pairs(),
        instructions in proptest::collection::vec(pairs(), 1..4),
    ) {
        check_pairs(if label { "LABEL" } else { "ENV" }, &parent, &instructions);
    }

    #[test]
    fn volumes_come_back(
        instructions in proptest::collection::vec(
            proptest::collection::btree_set(proptest::sample::select(&["/a", "/b", "/a /b", "/c d", "/c", "/d e f"][..])
                .prop_map(str::to_owned), 1..3),
            1..3,
        ),
    ) {
        check_volumes(&instructions);
    }
}
