//! Real disks that are too small.

use std::path::Path;
use std::process::Command;

use forebear_testkit::Server;
use forebear_tests::{Data, Ran, binary, run};

use crate::worlds;

const NIGHT: &str = "2024-12-01T03:00:00Z";

/// Runs a script with a file system of this size, in KiB, mounted at `$1`, and the
/// program as `$2`; `None` where that is not allowed.
fn on_small_disk(folder: &Path, kib: u32, script: &str, arguments: &[&str]) -> Option<Ran> {
    let mount = format!("mount -t tmpfs -o size={kib}k small \"$1\" 2>/dev/null || exit 77; {script}");
    let mut command = Command::new("unshare");
    command.args(["--mount", "bash", "-c", &mount, "bash"]).arg(folder).arg(binary("forebear-crawl"));
    command.args(arguments).env_remove("FOREBEAR_LOG").env_remove("FOREBEAR_DATA");
    let ran = run(&mut command, "");
    (ran.code != 77 && !ran.stderr.contains("unshare")).then_some(ran)
}

/// Three crawls on a disk that is too small, then room: at whatever size, each says
/// what is wrong or comes to its end, and with room the end is the same.
#[test]
fn p478_at_thirty_sizes_nothing_is_lost_and_with_room_it_goes_on() {
    let server = Server::start(worlds::first());
    let whole = Data::new();
    _ = whole.crawl_hub(&server.host(), &["--now", NIGHT]);
    let index = |folder: &Path| {
        let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index");
        std::fs::read(folder.join(current.trim())).expect("an index")
    };
    let expected = index(&whole.path().join("index"));
    let host = server.host();
    let run = ["run", "--registry", &host, "--name-as", "docker.io", "--now", NIGHT, "--data"];
    // The rest of the disk is given back by mounting it anew, larger.
    let script = r#"
        folder=$1; program=$2; out=$3; shift 3
        for crawl in 1 2 3; do
            "$program" "$@" "$folder/data" >/dev/null 2>"$out/$crawl.stderr"
            echo $? >"$out/$crawl.code"
            "$program" status --data "$folder/data" >"$out/$crawl.status" 2>/dev/null
        done
        mount -o remount,size=200m "$folder"
        "$program" "$@" "$folder/data" >/dev/null || exit 1
        cp -r "$folder/data/index" "$out/index"
    "#;
    let (mut refused, mut told) = (0, 0);
    for step in 0..30 {
        let (small, out) = (Data::new(), Data::new());
        let kib = 40 + 60 * step;
        let out_path = out.path().display().to_string();
        let arguments = [&[out_path.as_str()], &run[..]].concat();
        let Some(ran) = on_small_disk(small.path(), kib, script, &arguments) else {
            // The machine's word, not a program that could be installed.
            eprintln!("SKIPPED: a file system of its own cannot be mounted here");
            return;
        };
        assert_eq!(ran.code, 0, "{kib} KiB: {ran:?}");
        for crawl in 1..=3 {
            let code = std::fs::read_to_string(out.path().join(format!("{crawl}.code"))).expect("a code");
            let stderr = std::fs::read_to_string(out.path().join(format!("{crawl}.stderr"))).expect("a text");
            match code.trim() {
                "0" => {}
                "2" => {
                    refused += 1;
                    let status = std::fs::read_to_string(out.path().join(format!("{crawl}.status"))).expect("a text");
                    told += usize::from(status.contains("failed ") && status.contains("no space left on device"));
                    assert!(stderr.contains("error: ") && !stderr.contains("panicked"), "{kib} KiB: {stderr}");
                    assert!(stderr.contains("no space left on device"), "{kib} KiB: {stderr}");
                }
                other => panic!("{kib} KiB: exit code {other}: {stderr}"),
            }
        }
        assert!(index(&out.path().join("index")) == expected, "{kib} KiB: another index");
    }
    assert!(told > 0, "'status' says why the crawl ended: {refused} ended so");
    assert!(refused > 10, "some are too small, or nothing was tried: {refused}");
}
