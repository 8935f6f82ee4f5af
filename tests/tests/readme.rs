//! The README's examples, run as they stand on the demo's data.

use std::path::Path;

use forebear_testkit::{Server, demo};
use forebear_tests::{Data, binary};

#[test]
fn examples_are_true() {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    server.world(demo::tomorrow);
    data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
    trycmd::TestCases::new()
        .register_bin("forebear", binary("forebear").as_path())
        .env("FOREBEAR_DATA", data.path().to_string_lossy())
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
}

/// Examples that need a registry's port or a file's path are golden files:
/// `<!-- golden: NAME -->` stands before the block that holds one.
#[test]
fn quoted_golden_files_are_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(folder.join("../README.md")).expect("the README");
    let mut quoted = 0;
    for part in readme.split("<!-- golden: ").skip(1) {
        let (name, rest) = part.split_once(" -->").expect("a name");
        let block = rest.split("```").nth(1).expect("a block");
        let (_, block) = block.split_once('\n').expect("a block of lines");
        let golden = std::fs::read_to_string(folder.join("contract").join(name)).expect(name);
        assert!(block.ends_with(&golden), "{name} is quoted as\n{block}\nbut is\n{golden}");
        quoted += 1;
    }
    assert!(quoted > 0);
}
