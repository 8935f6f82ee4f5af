//! Folders that cannot be written to, and disks that are full.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use forebear_tests::{Data, Ran, binary, run};

use crate::export;

/// Runs a script with a file system of this size, in KiB, mounted at `$1`, the program as
/// `$2` and the index as `$3`; `None` where that is not allowed.
fn on_small_disk(folder: &Path, kib: u32, script: &str, index: &Path) -> Option<Ran> {
    let mount = format!("mount -t tmpfs -o size={kib}k small \"$1\" 2>/dev/null || exit 77; {script}");
    let mut command = Command::new("unshare");
    command.args(["--mount", "bash", "-c", &mount, "bash"]).arg(folder).arg(binary("forebear")).arg(index);
    let ran = run(command.env_remove("FOREBEAR_DATA"), "");
    (ran.code != 77 && !ran.stderr.contains("unshare")).then_some(ran)
}

fn index_of(folder: &Path) -> std::path::PathBuf {
    let current = fs::read_to_string(folder.join("index/CURRENT")).expect("an index");
    folder.join("index").join(current.trim())
}

/// At whatever size, there is a whole export or the one from before, and nothing half written. How
/// often it was refused, and written.
#[expect(clippy::print_stderr, reason = "a helper of tests says what it left out")]
fn on_full_disks(format: &str, sizes: &[u32]) -> Option<(usize, usize)> {
    let data = Data::of_demo();
    let index = index_of(data.path());
    let script = r#"
        folder=$1; program=$2; index=$3
        "$program" export "$folder/out" --index "$index" --quiet --table coverage >/dev/null || exit 78
        before=$(cat "$folder/out/MANIFEST.json")
        "$program" export "$folder/out" --index "$index" --quiet --format "$FORMAT" >/dev/null
        code=$?
        [ "$code" = 0 ] || [ "$before" = "$(cat "$folder/out/MANIFEST.json")" ] || exit 79
        [ "$(ls -A "$folder")" = out ] || { ls -A "$folder" >&2; exit 80; }
        exit "$code"
    "#;
    let script = format!("FORMAT={format}\n{script}");
    let (mut refused, mut written) = (0, 0);
    for kib in sizes {
        let small = tempfile::tempdir().expect("a folder");
        let Some(ran) = on_small_disk(small.path(), *kib, &script, &index) else {
            eprintln!("SKIPPED: a file system of its own cannot be mounted here");
            return None;
        };
        match ran.code {
            0 => written += 1,
            2 => {
                refused += 1;
                let told = &ran.stderr;
                assert!(told.contains("nothing was exported") && told.contains("no space left on device"), "{told}");
                assert_eq!(told.lines().count(), 1, "{told}");
            }
            // Too small for the least.
            78 if *kib < 300 => {}
            code => panic!("{format} on {kib} KiB: exit code {code}: {}", ran.stderr),
        }
    }
    Some((refused, written))
}

#[test]
fn p622_a_full_disk_leaves_what_was_there() {
    let sizes = [100, 250, 500, 750, 1_000, 1_500, 2_500, 4_000, 6_000, 30_000];
    let all: Option<Vec<(usize, usize)>> =
        ["parquet", "csv", "jsonl"].iter().map(|format| on_full_disks(format, &sizes)).collect();
    let Some(all) = all else { return };
    let refused: usize = all.iter().map(|(refused, _)| refused).sum();
    let written: usize = all.iter().map(|(_, written)| written).sum();
    assert!(refused >= 6 && written >= 3, "{refused} refused, {written} written");
}

/// Pages are many small files: the disk is full at the first of them, between, or at the last.
#[test]
fn p837_a_full_disk_leaves_the_pages_that_were_there() {
    let Some((refused, written)) = on_full_disks("html", &[300, 700, 1_500, 3_000, 6_000, 60_000]) else { return };
    assert!(refused >= 3 && written >= 1, "{refused} refused, {written} written");
}

#[test]
fn p623_a_place_that_cannot_be_written_to() {
    let data = Data::of_demo();
    fs::write(data.path().join("file"), "mine").expect("a file");
    for (place, part) in
        [("file", "is no folder"), ("file/below", "file is no folder"), ("/proc/forebear/out", "/proc/forebear")]
    {
        let (_, told) = export(&data, place, &[], 2);
        assert!(told.contains(part), "{place}: {told}");
        assert_eq!(told.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{told}");
    }
    let script = r#"mount -o remount,ro "$1"; "$2" export "$1/out" --index "$3" --quiet"#;
    let small = tempfile::tempdir().expect("a folder");
    if let Some(ran) = on_small_disk(small.path(), 1_000, script, &index_of(data.path())) {
        assert!(ran.code == 2 && ran.stderr.contains("read-only file system"), "{ran:?}");
    }
}

/// What a killed export left goes with the next; what another one writes stays.
#[test]
fn p624_what_a_killed_export_left_is_cleared_away() {
    let data = Data::of_demo();
    let [left, held, file] =
        ["killed", "held", "notes"].map(|name| data.path().join(format!(".forebear-export-{name}")));
    for folder in [&left, &held] {
        fs::create_dir(folder).expect("a folder");
        fs::write(folder.join("images.parquet"), "half").expect("a file");
    }
    fs::write(&file, "mine").expect("a file");
    let lock = File::open(&held).expect("a folder");
    lock.lock().expect("a lock");
    export(&data, "out", &["--table", "coverage"], 0);
    assert_eq!((left.exists(), held.exists(), file.exists()), (false, true, true));
}

/// Two at once into one folder: each ends well, and the folder is one of them, whole.
#[test]
fn p834_pages_that_are_written_twice_at_once() {
    let data = Data::of_demo();
    let folder = data.path().join("site");
    let pages =
        || run(&mut data.command("forebear", &["export", folder.to_str().expect("text"), "--format", "html"]), "");
    let told =
        |ran: &Ran| ran.code == 0 || ran.stderr.starts_with("error: ") && ran.stderr.contains("nothing was exported");
    std::thread::scope(|scope| {
        let both = [scope.spawn(pages), scope.spawn(pages)].map(|ran| ran.join().expect("it ends"));
        assert!(both.iter().any(|ran| ran.code == 0) && both.iter().all(told), "{both:?}");
    });
    assert!(folder.join("index.html").exists() && folder.join("MANIFEST.json").exists());
    let left = fs::read_dir(data.path()).expect("a folder").filter_map(Result::ok);
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
    // A program that stands in the folder, or reads a page, is in nobody's way.
    let page = File::open(folder.join("index.html")).expect("a page");
    let standing = pages();
    assert_eq!(standing.code, 0, "{}", standing.stderr);
    assert!(std::io::read_to_string(page).expect("the page as it was").contains("What images are built on"));
}
