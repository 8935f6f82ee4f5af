//! `jobs/spark/lineage.py` on a cluster of two workers: its parents are those of the index, row
//! for row. And exports in lakes.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use forebear_index::publish::publish_from;
use forebear_testkit::real::{have, real_file, skipped};
use forebear_testkit::scale::{RowFile, World, write};
use forebear_tests::Data;
use forebear_tests::python::Python;
use forebear_tests::served::Served;

/// Images of the generated world.
const IMAGES: u32 = 100_000;

#[test]
#[ignore = "needs Spark: make test-spark"]
fn p661_spark_finds_the_parents_of_the_index() {
    if !have("java") {
        skipped("no java for Spark");
        return;
    }
    let Some(python) = Python::with("spark", "jobs/spark/requirements.txt") else { return };
    let exports = Data::new();
    let mut folders = vec![exported(&Data::of_demo(), &exports, "demo", &[])];
    let storage = |set: &str| real_file(&format!("official/{set}.storage.tar.zst"));
    let (Some(later), Some(mut served)) = (
        storage("2018-01-28"),
        Served::crawled("official/2018-01-15.storage.tar.zst", &["--now", "2018-01-15T03:00:00Z"]),
    ) else {
        return;
    };
    served.registry.serve_instead(&later);
    served.data.crawl_hub(&served.registry.host(), &["--now", "2018-01-28T03:00:00Z"]);
    folders.push(exported(&served.data, &exports, "official", &[]));
    let Some(hard) = Served::crawled("official/hard.storage.tar.zst", &[]) else { return };
    folders.push(exported(&hard.data, &exports, "hard", &[]));
    folders.push(exported(&generated(), &exports, "generated", &[]));
    let scratch = exports.path().join("scratch");
    let arguments: Vec<&Path> = [scratch.as_path()].into_iter().chain(folders.iter().map(PathBuf::as_path)).collect();
    let ran = python.run("tests/tools/check_lineage.py", &arguments).expect_code(0);
    println!("{}", ran.stdout);
}

/// Two exports, one after the other, as snapshots.
#[test]
#[ignore = "needs DuckLake and Iceberg: make test-spark"]
fn p664_exports_are_snapshots_of_lakes() {
    let Some(python) = Python::with("lakes", "jobs/lake/requirements.txt") else { return };
    let (data, exports) = (Data::of_demo(), Data::new());
    let first = exported(&data, &exports, "first", &["--as-of", "2024-12-01"]);
    let second = exported(&data, &exports, "second", &[]);
    let ran = python.run("tests/tools/check_lakes.py", &[&exports.path().join("lakes"), &first, &second]);
    println!("{}", ran.expect_code(0).stdout);
}

fn exported(data: &Data, into: &Data, name: &str, arguments: &[&str]) -> PathBuf {
    let folder = into.path().join(name);
    let export = ["export", folder.to_str().expect("text"), "--format", "parquet"];
    _ = data.query(&[&export, arguments].concat()).expect_code(0);
    folder
}

/// An index of a generated world, with rewritten histories, copies and configs that nobody read.
fn generated() -> Data {
    let data = Data::new();
    let rows = data.path().join("rows");
    write(&World::new(1, IMAGES), &rows).expect("the world is written");
    let source = RowFile::open(&rows).expect("and read");
    _ = publish_from(&data.path().join("index"), &source).expect("and published");
    data
}
