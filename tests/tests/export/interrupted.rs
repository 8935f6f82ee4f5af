//! Exports that somebody stops.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use forebear_ask::ReferenceGlobs;
use forebear_export::{ExportError, ExportFormat, ExportObserver, ExportRequest, Filter};
use forebear_tests::Data;

use crate::export;

/// Wants it no more after some rows.
struct Until(AtomicU64);

impl ExportObserver for Until {
    fn advanced(&self, _things: u64) {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(1))).ok();
    }
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

fn left(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.starts_with('.')).collect()
}

#[test]
fn p628_whoever_stops_an_export_finds_nothing_new() {
    let data = Data::of_demo();
    let index = forebear_index::publish::open_current(&data.path().join("index")).expect("an index");
    let request = ExportRequest {
        format: ExportFormat::Parquet,
        tables: Vec::new(),
        filter: Filter { globs: ReferenceGlobs::default(), platforms: Vec::new() },
        by_registry: true,
        reports: Vec::new(),
    };
    let out = data.path().join("out");
    for rows in 0..8 {
        let ended = forebear_export::export(&index.view(), &out, &request, &Until(AtomicU64::new(rows)));
        assert!(matches!(ended, Err(ExportError::Cancelled)), "{rows}: {ended:?}");
        assert!(!out.exists() && left(data.path()).is_empty(), "{rows}: {:?}", left(data.path()));
    }
    // An earlier one stays as it was.
    let (earlier, _) = export(&data, "earlier", &["--table", "tags"], 0);
    let before = fs::read(earlier.join("MANIFEST.json")).expect("it");
    let ended = forebear_export::export(&index.view(), &earlier, &request, &Until(AtomicU64::new(3)));
    assert!(matches!(ended, Err(ExportError::Cancelled)));
    assert_eq!(fs::read(earlier.join("MANIFEST.json")).expect("it"), before);
}

/// Whether a signal came before the end.
fn interrupted(signal: &str, try_: usize, data: &Data) -> bool {
    let out = data.path().join(format!("out{signal}{try_}"));
    let mut command = data.command("forebear", &["export", out.to_str().expect("text"), "--format", "csv"]);
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    while left(data.path()).is_empty() && !out.exists() {
        std::thread::yield_now();
    }
    _ = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill runs");
    let ended = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(left(data.path()).is_empty(), "{:?}: {told}", left(data.path()));
    match ended.status.code() {
        Some(130) => assert!(told.contains("error: interrupted; nothing was exported") && !out.exists(), "{told}"),
        Some(0) => assert!(out.exists()),
        code => panic!("{code:?}: {told}"),
    }
    !out.exists()
}

/// Which comes first, the signal or the end, is the machine's to say: it is tried until the
/// signal does.
#[test]
fn p629_a_signal_clears_up() {
    let data = Data::of_demo();
    for signal in ["-INT", "-TERM"] {
        assert!((0..100).any(|try_| interrupted(signal, try_, &data)), "{signal}: it always ended before");
    }
}
