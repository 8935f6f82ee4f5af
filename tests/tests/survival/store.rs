//! The store's own files, lost or damaged: told, and made again from the log.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use forebear_testkit::{Quota, Server};
use forebear_tests::Data;

use crate::worlds;

const NIGHTS: [&str; 2] = ["2024-12-01T03:00:00Z", "2024-12-02T03:00:00Z"];

/// Two nights of a registry that changes in between, published.
fn crawled() -> (Server, Data) {
    let server = Server::start(worlds::first());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", NIGHTS[0]]);
    server.world(|world| *world = worlds::second());
    _ = data.crawl_hub(&server.host(), &["--now", NIGHTS[1]]);
    (server, data)
}

fn index(data: &Data) -> Vec<u8> {
    let folder = data.path().join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index");
    std::fs::read(folder.join(current.trim())).expect("an index")
}

/// The last segment of the log.
fn last_segment(data: &Data) -> PathBuf {
    let segments = std::fs::read_dir(data.path().join("store/facts")).expect("a log");
    segments.map(|entry| entry.expect("an entry").path()).max().expect("a segment")
}

fn cut(file: &Path, share: usize) {
    let bytes = std::fs::read(file).expect("a file");
    std::fs::write(file, &bytes[..bytes.len() / 4 * share]).expect("it can be cut off");
}

/// What is derived is made again, whatever was left of it.
#[test]
fn p474_what_is_derived_is_made_again() {
    let (_server, data) = crawled();
    let before = index(&data);
    let store = data.path().join("store");
    #[track_caller]
    fn check(data: &Data, before: &[u8], is_told: Option<bool>) {
        let ran = data.crawl(&["publish"]).expect_code(0);
        assert!(index(data) == before, "{ran:?}");
        let told = ran.stderr.contains("the index of the store was made again from the log");
        assert!(is_told.is_none_or(|is_told| told == is_told), "{}", ran.stderr);
    }
    check(&data, &before, Some(false));
    // What sled leaves when the disk is full.
    std::fs::write(store.join("sled/snap.0000000001131032.generating"), "").expect("a file");
    check(&data, &before, Some(false));
    for share in [1, 2, 3] {
        cut(&store.join("sled/db"), share);
        // It may stand as it was a while ago, and is told the rest.
        check(&data, &before, None);
    }
    std::fs::write(store.join("sled/db"), vec![0x5a; 700_000]).expect("a file");
    std::fs::write(store.join("sled/conf"), "what is this").expect("a file");
    check(&data, &before, Some(true));
    for part in ["sled", "rows"] {
        std::fs::remove_dir_all(store.join(part)).expect("a folder");
        check(&data, &before, Some(false));
    }
    let again = data.crawl(&["store", "rebuild"]).expect_code(0);
    assert!(again.stdout.starts_with("index and rows were made again from "), "{}", again.stdout);
    check(&data, &before, Some(false));
    let checked = data.crawl(&["store", "check", "--format", "json"]).expect_code(0).json();
    assert_eq!((&checked["lost"], &checked["given_up"]), (&serde_json::json!([]), &serde_json::json!([])));
}

/// The same index after, and nothing to fetch.
#[test]
fn p481_a_compacted_store_is_the_same() {
    let (server, data) = crawled();
    let before = index(&data);
    let compacted = data.crawl(&["store", "compact", "--format", "json"]).expect_code(0).json();
    assert!(compacted["records_after"].as_u64() < compacted["records_before"].as_u64(), "{compacted}");
    _ = data.crawl(&["publish"]).expect_code(0);
    assert!(index(&data) == before);
    std::fs::remove_dir_all(data.path().join("store/sled")).expect("a folder");
    std::fs::remove_dir_all(data.path().join("store/rows")).expect("a folder");
    _ = data.crawl(&["publish"]).expect_code(0);
    assert!(index(&data) == before);
    let ran = data.crawl_hub(&server.host(), &["--now", NIGHTS[1]]);
    assert!(ran.stdout.contains("0 manifest GETs") || !ran.stdout.contains("manifest GET"), "{}", ran.stdout);
    let checked = data.crawl(&["store", "check"]).expect_code(0);
    assert!(checked.stdout.ends_with("nothing is lost\n"), "{}", checked.stdout);
}

/// Damage of what is derived is found by who looks, and mended.
#[test]
fn p482_a_check_reads_the_rows_too() {
    let (_server, data) = crawled();
    let before = index(&data);
    let rows = std::fs::read_dir(data.path().join("store/rows")).expect("a folder");
    let file = rows.map(|entry| entry.expect("an entry").path()).max().expect("a file of rows");
    let mut bytes = std::fs::read(&file).expect("a file");
    bytes[100] ^= 4;
    std::fs::write(&file, bytes).expect("it can be written");
    let checked = data.crawl(&["store", "check"]).expect_code(0);
    assert!(checked.stdout.contains("were damaged; they were made again\n"), "{}", checked.stdout);
    let checked = data.crawl(&["store", "check", "--format", "json"]).expect_code(0).json();
    assert_eq!(checked["rows_made_again"], false);
    _ = data.crawl(&["publish"]).expect_code(0);
    assert!(index(&data) == before);
}

/// Records that were committed and are gone: the index in force stays until
/// somebody has said what is to become of it.
#[test]
fn p475_damage_is_told_and_the_index_in_force_stays() {
    let (_server, data) = crawled();
    let before = index(&data);
    cut(&last_segment(&data), 2);
    // The index of the store is lost too: it would know most of it.
    std::fs::remove_dir_all(data.path().join("store/sled")).expect("a folder");
    for arguments in [&["publish"][..], &["publish"]] {
        let ran = data.crawl(arguments).expect_code(2);
        assert!(ran.stderr.contains("error: damaged: ") && ran.stderr.contains(" lost (segment 1, offset "), "{ran:?}");
        assert!(ran.stderr.contains("the index in force stays"), "{}", ran.stderr);
        assert!(ran.stderr.contains("hint: crawl again, which fetches what can be fetched"), "{}", ran.stderr);
        assert!(index(&data) == before);
    }
    let checked = data.crawl(&["store", "check"]).expect_code(2);
    assert!(checked.stdout.contains("\nlost: "), "{}", checked.stdout);
    let given_up = data.crawl(&["store", "accept-loss"]).expect_code(0);
    assert!(given_up.stdout.starts_with("given up: "), "{}", given_up.stdout);
    assert_eq!(data.crawl(&["store", "accept-loss"]).expect_code(0).stdout, "nothing is lost\n");
    let checked = data.crawl(&["store", "check"]).expect_code(0);
    assert!(checked.stdout.contains("\ngiven up earlier: "), "{}", checked.stdout);
    _ = data.crawl(&["publish"]).expect_code(0);
    assert!(index(&data) != before, "it holds less");
}

/// A complete run fetches what it can, says what was lost, and the next publishes.
#[test]
fn p476_a_run_fetches_again_what_was_lost() {
    let (server, data) = crawled();
    let (before, whole) = (index(&data), counts(&data));
    cut(&last_segment(&data), 2);
    server.clear_requests();
    let host = server.host();
    let run = ["run", "--registry", &host, "--name-as", "docker.io", "--now", NIGHTS[1]];
    let ran = data.crawl(&run).expect_code(2);
    assert!(ran.stderr.contains("error: damaged: "), "{ran:?}");
    assert!(ran.stderr.contains("What could be fetched again was fetched, and the loss is recorded"), "{}", ran.stderr);
    assert!(server.requests().iter().any(|request| request.method == "GET" && request.path.contains("/blobs/")));
    assert!(index(&data) == before, "the index in force stays");
    // What was seen of tags was known to the index of the store; then the log has all
    // of it again.
    for part in ["", "sled"] {
        if !part.is_empty() {
            std::fs::remove_dir_all(data.path().join("store").join(part)).expect("a folder");
        }
        _ = data.crawl(&["publish"]).expect_code(0);
        let (counted, lost) = counts(&data);
        assert_eq!(counted, whole.0, "nothing is missing");
        assert!(lost > 0, "it is on record");
    }
}

/// What an index holds in numbers, and what was given up before it was made.
fn counts(data: &Data) -> (serde_json::Value, u64) {
    let mut stats = data.query(&["stats", "--format", "json"]).expect_code(0).json();
    let lost = stats["lost_records"].take().as_u64().expect("a number");
    for field in ["file", "bytes", "bytes_per_image", "sections"] {
        _ = stats[field].take();
    }
    (stats, lost)
}

/// The frontier is lost with the index: lists and HEADs are asked for again, and
/// nothing that is stored.
#[test]
fn p477_a_lost_index_in_the_middle_of_a_crawl_fetches_nothing_again() {
    let server = Server::start(worlds::first());
    let whole = Data::new();
    _ = whole.crawl_hub(&server.host(), &["--now", NIGHTS[0]]);
    server.clear_requests();
    server.options(|options| {
        options.quota = Some(Quota { limit: 9, window: Duration::from_secs(3_600), retry_after: true });
    });
    let data = Data::new();
    let host = server.host();
    let run = ["run", "--registry", &host, "--name-as", "docker.io", "--now", NIGHTS[0]];
    let stopped = data.crawl(&[&run[..], &["--format", "json"]].concat()).expect_code(4).json();
    assert!(stopped["open"].as_u64() > Some(0), "{stopped}");
    std::fs::remove_dir_all(data.path().join("store/sled")).expect("a folder");
    server.options(|options| options.quota = None);
    _ = data.crawl(&[&run[..], &["--ignore-hold"]].concat()).expect_code(0);
    assert!(index(&data) == index(&whole), "the same end");
    let mut fetched: HashMap<String, usize> = HashMap::new();
    for request in server.requests() {
        let is_document = request.method == "GET" && request.path.contains("sha256:");
        if is_document && request.status == Some(200) {
            *fetched.entry(request.path).or_default() += 1;
        }
    }
    let again: Vec<_> = fetched.iter().filter(|(_, times)| **times > 1).collect();
    assert!(fetched.len() > 20 && again.is_empty(), "{again:?}");
}
