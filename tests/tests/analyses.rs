//! The analyses of `jobs/analysis`: on the demo's registry as two nights saw it, against answers
//! that were found by reading what the demo is made of; on recorded registries, against what
//! `docs/analysis.md` shows.

use forebear_testkit::real::real_file;
use forebear_tests::Data;
use forebear_tests::python::Python;
use forebear_tests::served::Served;

#[test]
#[ignore = "needs DuckDB: make test-tools"]
fn p660_p870_p875_p879_analyses_find_what_is_known_of_the_demo() {
    let Some(python) = Python::with("tools", "tests/tools/requirements.txt") else { return };
    let data = Data::of_demo();
    for (name, arguments) in [("flat", &[][..]), ("parts", &["--partition-by", "registry"])] {
        let folder = data.path().join(name);
        let export = ["export", folder.to_str().expect("text"), "--format", "parquet"];
        _ = data.query(&[&export, arguments].concat()).expect_code(0);
        let ran = python.run("tests/tools/check_analyses.py", &[&folder]).expect_code(0);
        println!("{}", ran.stdout);
    }
}

#[test]
#[ignore = "needs DuckDB: make test-tools"]
fn p663_the_page_shows_what_analyses_find_in_recorded_registries() {
    let Some(python) = Python::with("tools", "tests/tools/requirements.txt") else { return };
    let Some(later) = real_file("official/2018-01-28.storage.tar.zst") else { return };
    let first = ["--now", "2018-01-15T03:00:00Z"];
    let Some(mut served) = Served::crawled("official/2018-01-15.storage.tar.zst", &first) else { return };
    served.registry.serve_instead(&later);
    served.data.crawl_hub(&served.registry.host(), &["--now", "2018-01-28T03:00:00Z"]);
    let folder = served.data.path().join("export");
    let export = ["export", folder.to_str().expect("text"), "--format", "parquet"];
    _ = served.data.query(&export).expect_code(0);
    let ran = python.run("tests/tools/check_analysis_page.py", &[&folder]).expect_code(0);
    println!("{}", ran.stdout);
}
