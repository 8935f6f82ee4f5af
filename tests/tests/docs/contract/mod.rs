//! `docs/contract.md` is what the programs do: its tables are made from the types that
//! are written as JSON, the answers in `tests/contract/` are as the tables say, every
//! command has its place, and the exit codes are the programs'.
//!
//! `UPDATE_GOLDEN=1` writes the tables anew, and those of the words in the data dictionary.

mod answers;
mod shapes;
mod tables;

use std::collections::{BTreeSet, VecDeque};
use std::process::Command;

use forebear_tests::binary;
use serde_json::Value;

use crate::pages::root;
use answers::Seen;
use shapes::{Kind, Shape, Shapes};

const PAGE: &str = "docs/contract.md";
/// The words of tables' columns, which `data/DICTIONARY.md` ends with.
const VALUES: &str = "crates/forebear-export/src/values.md";

/// Golden answers, by how their files' names begin: the type of each, and whether it is
/// a list of it. The longest beginning holds.
const GOLDEN: [(&str, &str, bool); 26] = [
    ("check", "CheckAnswer", false),
    ("children", "ChildrenAnswer", false),
    ("crawl-store-accept-loss", "GivenUp", false),
    ("crawl-store-check", "Checked", false),
    ("crawl-store-compact", "Compacted", false),
    ("crawl-dry-run", "DryRun", true),
    ("crawl-failures", "Failure", true),
    ("crawl-publish", "Published", false),
    ("crawl-store-rebuild", "Rebuilt", false),
    ("crawl-run", "JobReport", false),
    ("crawl-status", "Status", false),
    ("crawl-validate", "ValidJob", true),
    ("diff", "DiffAnswer", false),
    ("dockerfile", "DockerfileAnswer", false),
    ("find", "FindAnswer", false),
    ("history", "HistoryAnswer", false),
    ("history-renovate", "Datasource", false),
    ("index-verify", "IndexAnswer", false),
    ("layers", "LayersAnswer", false),
    ("lineage", "LineageAnswer", false),
    ("ls", "RepositoriesAnswer", false),
    ("outdated", "OutdatedList", false),
    ("parent", "ParentAnswer", false),
    ("stats", "StatsAnswer", false),
    ("tags", "TagsAnswer", false),
    ("verify", "VerifyAnswer", false),
];

/// Commands whose output is no answer.
const NO_ANSWER: [&str; 5] = ["completions", "man", "help", "schedule", "forget"];

fn page() -> String {
    std::fs::read_to_string(root().join(PAGE)).expect("the page is there")
}

#[test]
fn p690_the_tables_are_what_is_written_as_json() {
    assert_made_anew(PAGE);
}

/// One source: what a word means stands at its enum.
#[test]
fn p876_the_words_of_the_dictionary_mean_what_their_enums_say() {
    assert_made_anew(VALUES);
}

#[track_caller]
fn assert_made_anew(path: &str) {
    let page = std::fs::read_to_string(root().join(path)).expect("the page is there");
    let now = tables::made_anew(&page, &Shapes::read());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(root().join(path), &now).expect("the page can be written");
        return;
    }
    let differs = page.lines().zip(now.lines()).find(|(page, now)| page != now);
    assert!(page == now, "{path} is behind; run with UPDATE_GOLDEN=1: {differs:?}");
}

/// Every type that an answer is made of has a table, and no other.
#[test]
fn p690_the_page_tells_of_all_types_and_no_others() {
    let shapes = Shapes::read();
    let told = tables::told(&page());
    let mut queue: VecDeque<String> = GOLDEN.iter().map(|(_, key, _)| (*key).to_owned()).collect();
    let mut reached = BTreeSet::new();
    while let Some(key) = queue.pop_front() {
        if !reached.insert(key.clone()) {
            continue;
        }
        let fields: Vec<_> = match shapes.get(&key) {
            Shape::Object(fields) => fields.iter().collect(),
            Shape::Words(words) => shapes.words(words).into_iter().flat_map(|(_, _, fields)| fields).collect(),
            Shape::Value(_) => Vec::new(),
        };
        let is_object = matches!(shapes.get(&key), Shape::Object(_));
        assert!(!is_object || told.contains_key(&key), "{PAGE} has no <!-- fields: {key} -->");
        queue.extend(fields.iter().filter_map(|field| field.kind.shape().map(str::to_owned)));
    }
    let others: Vec<&String> = told.keys().filter(|key| !reached.contains(*key)).collect();
    assert!(others.is_empty(), "no answer holds {others:?}");
}

#[test]
fn p691_golden_answers_are_as_the_page_says() {
    let shapes = Shapes::read();
    let mut seen = Seen::default();
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("tests/contract")).expect("golden files") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let Some(name) = name.strip_suffix(".json").filter(|name| !name.ends_with(".sarif")) else { continue };
        let of = GOLDEN.iter().filter(|(begins, ..)| name.starts_with(begins)).max_by_key(|(begins, ..)| begins.len());
        let (begins, key, is_list) = of.unwrap_or_else(|| panic!("of what type is {name}.json?"));
        used.insert(*begins);
        let text = std::fs::read_to_string(&path).expect("golden files are text");
        let kind = Kind::Shape((*key).to_owned());
        let kind = if *is_list { Kind::List(Box::new(kind)) } else { kind };
        for document in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
            seen.look(&document.expect("golden files are JSON"), &kind, name, &shapes);
        }
    }
    let flaws: Vec<&str> = seen.flaws.iter().map(String::as_str).collect();
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    let unused: Vec<_> = GOLDEN.iter().map(|(begins, ..)| begins).filter(|begins| !used.contains(**begins)).collect();
    assert!(unused.is_empty(), "no golden file begins with {unused:?}");
    let told = tables::told(&page());
    let unseen: Vec<&str> = told.keys().map(String::as_str).filter(|key| !seen.types.contains(*key)).collect();
    assert!(
        unseen.is_empty(),
        "no golden answer holds {}: add a run that does to tests/tests/contract.rs, or of the crawler to \
         tests/tests/jobs/contract.rs",
        unseen.join(", ")
    );
}

fn help(program: &str, command: &[&str]) -> String {
    let output = Command::new(binary(program)).args(command).arg("--help").output().expect("the program runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // Further lines of what a command does are indented more.
    listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next()).collect()
}

#[test]
fn p692_every_command_has_its_place() {
    let page = page();
    let told: BTreeSet<&str> = page.split('`').skip(1).step_by(2).collect();
    let mut seen = 0;
    for (program, prefix) in [("forebear", ""), ("forebear-crawl", "forebear-crawl ")] {
        for command in commands(&help(program, &[])).into_iter().filter(|command| !NO_ANSWER.contains(command)) {
            let inner_help = help(program, &[command]);
            let inner: Vec<&str> =
                commands(&inner_help).into_iter().filter(|inner| !NO_ANSWER.contains(inner)).collect();
            let whole = |inner: &&str| format!("{prefix}{command} {inner}");
            let all =
                if inner.is_empty() { vec![format!("{prefix}{command}")] } else { inner.iter().map(whole).collect() };
            for command in all {
                seen += 1;
                assert!(told.contains(command.as_str()), "{PAGE} does not tell what `{command}` prints as JSON");
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// The numbers of a program's exit codes, as its source has them.
fn exit_codes(source: &str) -> BTreeSet<u32> {
    let text = std::fs::read_to_string(root().join(source)).expect("the source");
    let file = syn::parse_file(&text).expect("Rust");
    let exit = file.items.iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "Exit" => Some(item),
        _ => None,
    });
    let number = |variant: &syn::Variant| match &variant.discriminant {
        Some((_, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }))) => {
            number.base10_parse().expect("a number")
        }
        _ => panic!("{} has no number", variant.ident),
    };
    exit.expect("an enum Exit").variants.iter().map(number).collect()
}

#[test]
fn p693_exit_codes_are_the_programs() {
    let page = page();
    for (heading, source) in [
        ("| `forebear` | means |", "crates/forebear/src/exit.rs"),
        ("| `forebear-crawl` | means |", "crates/forebear-crawl/src/cli/exit.rs"),
    ] {
        let table = page.lines().skip_while(|line| *line != heading).skip(2).take_while(|line| line.starts_with('|'));
        let told: BTreeSet<u32> = table.filter_map(|line| line.split('|').nth(1)?.trim().parse().ok()).collect();
        assert_eq!(told, exit_codes(source), "{heading}");
    }
}
