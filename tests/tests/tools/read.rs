//! Exporting, and handing exports to the tools.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use forebear_tests::{Data, run};
use serde_json::{Value, json};

/// Runs a script of `tests/tools/` with the Python that `make test-tools` set up.
#[track_caller]
pub(crate) fn python(script: &str, arguments: &[&Path]) {
    let arguments: Vec<&str> = arguments.iter().map(|path| path.to_str().expect("text")).collect();
    python_with(script, &arguments);
}

#[track_caller]
fn python_with(script: &str, arguments: &[&str]) {
    let python = std::env::var_os("FOREBEAR_TOOLS").expect("make test-tools runs these, and says where the tools are");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(script);
    let ran = run(Command::new(python).arg("-B").arg(script).args(arguments), "").expect_code(0);
    println!("{}", ran.stdout.trim());
}

/// `forebear export` into a folder of the data.
#[track_caller]
pub(crate) fn export(data: &Data, name: &str, arguments: &[&str]) -> PathBuf {
    let folder = data.path().join("exports").join(name);
    _ = data.query(&[&["export", folder.to_str().expect("text")], arguments].concat()).expect_code(0);
    folder
}

/// One export in each format.
pub(crate) struct Formats {
    pub(crate) parquet: PathBuf,
    pub(crate) csv: PathBuf,
    pub(crate) jsonl: PathBuf,
}

impl Formats {
    #[track_caller]
    pub(crate) fn of(data: &Data, name: &str, arguments: &[&str]) -> Self {
        let one = |format| export(data, &format!("{name}-{format}"), &[&["--format", format], arguments].concat());
        Self { parquet: one("parquet"), csv: one("csv"), jsonl: one("jsonl") }
    }

    fn rows(&self, table: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.jsonl.join(format!("{table}.jsonl"))).expect("a table");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[track_caller]
    fn read(&self, more: &[&str]) {
        let folders = [&self.parquet, &self.csv, &self.jsonl].map(|path| path.to_str().expect("text"));
        python_with("read_exports.py", &[&folders, more].concat());
    }

    /// Everything holds, and every row is as `forebear parent` says; these agreements occur.
    #[track_caller]
    pub(crate) fn check(&self, data: &Data, agreements: &[&str]) {
        let (answers, stats) = (data.path().join("answers.jsonl"), data.path().join("stats.json"));
        fs::write(&answers, self.answers(data)).expect("a file");
        fs::write(&stats, data.query(&["stats", "--json"]).expect_code(0).stdout).expect("a file");
        self.read(&["--answers", answers.to_str().expect("text"), "--stats", stats.to_str().expect("text")]);
        let parents = self.rows("parents");
        let found: BTreeSet<&str> = parents.iter().filter_map(|row| row["agreement"].as_str()).collect();
        assert!(agreements.iter().all(|agreement| found.contains(agreement)), "{found:?}");
    }

    /// A part of an index: keys hold; not every candidate for a parent is there.
    #[track_caller]
    pub(crate) fn check_part(&self, data: &Data) {
        _ = data;
        self.read(&["--filtered"]);
        assert!(self.rows("images").iter().any(|image| image["selected"] == true));
    }

    /// All of an index at an earlier time: the rule holds.
    #[track_caller]
    pub(crate) fn check_rule(&self, data: &Data) {
        _ = data;
        self.read(&[]);
    }

    /// What `forebear parent` says of every manifest that a tag leads or led to.
    #[track_caller]
    fn answers(&self, data: &Data) -> String {
        let rows = self.rows("tag_images");
        let asked: BTreeMap<String, &Value> = rows
            .iter()
            .filter(|row| row["image"].is_string())
            .map(|row| (format!("{}@{}", text(&row["repository"]), text(&row["manifest"])), row))
            .collect();
        let lines: String = asked.keys().map(|reference| format!("{reference}\n")).collect();
        let answers = data.query_with(&["parent", "-", "--format", "json"], &lines).json_lines();
        assert_eq!(answers.len(), asked.len());
        let line = |(row, answer): (&&Value, &Value)| {
            let parent = &answer["parent"];
            // An image whose config was not read is known by its manifest.
            let key =
                if parent["config_digest"].is_null() { &parent["manifest_digest"] } else { &parent["config_digest"] };
            let told = json!({
                "repository": row["repository"], "manifest": row["manifest"], "parent": key,
                "parent_reference": parent["reference"], "parent_manifest": parent["manifest_digest"],
                "evidence": parent["evidence"], "agreement": parent["agreement"], "ranked_by": parent["ranked_by"],
                "builds_behind": parent["builds_behind"], "days_behind": parent["days_behind"],
                "freshness": parent["freshness"], "no_parent_because": answer["no_parent_because"]["code"],
                "counting_name": parent["counting_name"], "newest_build": parent["newest_build"],
            });
            format!("{told}\n")
        };
        asked.values().zip(&answers).map(line).collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
