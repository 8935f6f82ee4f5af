//! Indexes that are older, replaced meanwhile, or hold what nobody would build.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use forebear_ask::ReferenceGlobs;
use forebear_export::{ExportFormat, ExportObserver, ExportRequest, Filter};
use forebear_testkit::{History, ImageBuilder, Server, World, demo};
use forebear_tests::{Data, binary, run};
use serde_json::json;

use crate::{TABLES, assert_keys_hold, export, rows};

/// What is read of older files is exported, and what is not is refused with a sentence.
#[test]
fn p625_indexes_of_older_versions() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/forebear-index/tests/fixtures");
    let data = Data::new();
    let mut read = 0;
    for entry in fs::read_dir(fixtures).expect("fixtures") {
        let index = entry.expect("a file").path();
        let folder = data.path().join(format!("out{read}"));
        let mut command = std::process::Command::new(binary("forebear"));
        let command = command.arg("export").arg(&folder).arg("--index").arg(&index).args(["--format", "jsonl"]);
        if index.ends_with("v1.forebear") {
            let told = run(command, "").expect_code(2).stderr;
            assert!(told.contains("has index format 1") && !folder.exists(), "{told}");
            continue;
        }
        _ = run(command, "").expect_code(0);
        assert_keys_hold(&folder);
        assert!(!rows(&folder, "images").is_empty(), "{}", index.display());
        read += 1;
    }
    assert!(read >= 2, "{read}");
}

fn request() -> ExportRequest {
    ExportRequest {
        format: ExportFormat::JsonLines,
        tables: Vec::new(),
        filter: Filter { globs: ReferenceGlobs::default(), platforms: Vec::new() },
        by_registry: false,
        reports: Vec::new(),
    }
}

/// Does something once, when the first rows are written.
struct Once<F: Fn() + Sync>(AtomicBool, F);

impl<F: Fn() + Sync> ExportObserver for Once<F> {
    fn advanced(&self, _things: u64) {
        if !self.0.swap(true, Ordering::Relaxed) {
            self.1();
        }
    }
}

/// The index that an export began with is the one it ends with.
#[test]
fn p626_an_index_that_is_replaced_meanwhile() {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    let (before, _) = export(&data, "before", &["--format", "jsonl"], 0);
    let index = forebear_index::publish::open_current(&data.path().join("index")).expect("an index");
    let replace = || {
        server.world(demo::tomorrow);
        data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
        fs::remove_file(index.file()).unwrap_or_default();
    };
    let meanwhile = data.path().join("meanwhile");
    let observer = Once(AtomicBool::new(false), replace);
    forebear_export::export(&index.view(), &meanwhile, &request(), &observer).expect("an export");
    assert!(observer.0.load(Ordering::Relaxed), "it was replaced");
    for file in
        TABLES.map(|table| format!("{table}.jsonl")).iter().map(String::as_str).chain(["MANIFEST.json", "README.md"])
    {
        assert!(fs::read(before.join(file)).expect("it") == fs::read(meanwhile.join(file)).expect("it"), "{file}");
    }
    let (after, _) = export(&data, "after", &["--format", "jsonl"], 0);
    assert!(rows(&after, "tags").len() > rows(&before, "tags").len());
}

#[test]
fn p627_an_image_of_twenty_thousand_steps() {
    let mut steps: Vec<_> = (0..19_999)
        .map(|at| json!({ "created": "2024-01-01T00:00:00Z", "created_by": format!("ENV V{at}={at}"), "empty_layer": at > 0 }))
        .collect();
    let mut world = World::new();
    let base =
        ImageBuilder::scratch("linux/amd64").add_rootfs("base").history(History::Raw(steps.clone().into())).build();
    world.push("acme/long:1", &base);
    steps.push(json!({ "created": "2024-01-02T00:00:00Z", "created_by": "RUN make" }));
    world.push("acme/long:2", &ImageBuilder::from(&base).run("make").history(History::Raw(steps.into())).build());
    let server = Server::start(world);
    let data = Data::new();
    data.crawl_hub(&server.host(), &[]);
    for format in ["parquet", "csv", "jsonl"] {
        export(&data, format, &["--format", format], 0);
    }
    let steps = rows(&data.path().join("jsonl"), "steps");
    assert_eq!(steps.len(), 39_999);
    assert_eq!(steps.iter().filter(|step| step["inherited"] == false).count(), 20_000);
    assert_keys_hold(&data.path().join("jsonl"));
}
