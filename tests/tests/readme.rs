//! The README's examples, run as they stand on the demo's data.

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
