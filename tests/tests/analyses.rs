//! The analyses of `jobs/analysis`, on the demo's registry as two nights saw it, against answers
//! that were found by reading what the demo is made of.

use forebear_testkit::{Server, demo};
use forebear_tests::Data;
use forebear_tests::python::Python;

#[test]
#[ignore = "needs DuckDB: make test-tools"]
fn p660_analyses_find_what_is_known_of_the_demo() {
    let Some(python) = Python::with("tools", "tests/tools/requirements.txt") else { return };
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    server.world(demo::tomorrow);
    data.crawl_hub(&server.host(), &["--now", "2024-12-02T03:00:00Z"]);
    for (name, arguments) in [("flat", &[][..]), ("parts", &["--partition-by", "registry"])] {
        let folder = data.path().join(name);
        let export = ["export", folder.to_str().expect("text"), "--format", "parquet"];
        let _ = data.query(&[&export, arguments].concat()).expect_code(0);
        let ran = python.run("tests/tools/check_analyses.py", &[&folder]).expect_code(0);
        println!("{}", ran.stdout);
    }
}
