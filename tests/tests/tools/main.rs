//! Exports read by the tools that people have: DuckDB, Polars, pandas, pyarrow, mlcroissant.
//! `make test-tools` installs them in a place of their own and runs these.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::print_stdout, reason = "helpers of tests")]

mod odd;
mod read;

use std::path::Path;

use forebear_testkit::real::{DockerRegistry, real_file};
use forebear_testkit::{ImageBuilder, Server, World, demo};
use forebear_tests::Data;

use read::{Formats, python};

#[test]
#[ignore = "make test-tools"]
fn p615_the_demo_world_in_every_tool_and_format() {
    let data = Data::of_demo();
    Formats::of(&data, "whole", &[]).check(&data, &[]);
    for (name, filter) in [
        ("named", &["--repo", "acme/*"][..]),
        ("platforms", &["--platform", "linux/arm64", "--platform", "linux/arm/v7"]),
        ("both", &["--repo", "library/*", "--platform", "linux/arm/v7"]),
    ] {
        Formats::of(&data, name, filter).check_part(&data);
    }
    Formats::of(&data, "yesterday", &["--as-of", "2024-12-01"]).check_rule(&data);
}

/// Registries that were recorded: all their rows, on two days, and the hard ones.
#[test]
#[ignore = "make test-tools"]
fn p616_recorded_registries_in_every_tool_and_format() {
    let storages = |names: &[&str]| -> Option<Vec<DockerRegistry>> {
        names
            .iter()
            .map(|name| DockerRegistry::start(&real_file(&format!("official/{name}.storage.tar.zst"))?))
            .collect()
    };
    for names in [&["2018-01-15", "2018-01-28"][..], &["hard"]] {
        let Some(registries) = storages(names) else { return };
        let data = Data::new();
        for (day, registry) in (1..).zip(&registries) {
            data.crawl_hub(&registry.host(), &["--now", &format!("2024-12-0{day}T03:00:00Z")]);
        }
        Formats::of(&data, "official", &[]).check(&data, &[]);
    }
}

/// Agreements that recorded registries do not have: `filled`, `above`, `unread`, steps without
/// times, images without layers.
#[test]
#[ignore = "make test-tools"]
fn p617_odd_texts_and_odd_histories_in_every_tool_and_format() {
    let server = Server::start(odd::world());
    let (host, data) = (server.host(), Data::new());
    let run = ["run", "--registry", &host, "--name-as", "docker.io", "--now", "2024-12-01T03:00:00Z"];
    // One config is not there.
    _ = data.crawl(&run).expect_code(3);
    let agreements = ["exact", "filled", "above", "text", "unread", "differs"];
    Formats::of(&data, "odd", &[]).check(&data, &agreements);
}

#[test]
#[ignore = "make test-tools"]
fn p618_partitions_are_one_table() {
    let (hub, quay) = (Server::start(demo::world()), Server::start(elsewhere()));
    let data = Data::new();
    data.crawl_hub(&hub.host(), &["--now", "2024-12-01T03:00:00Z"]);
    let run = [
        "run",
        "--registry",
        &quay.host(),
        "--name-as",
        "docker.io-mirror.example:5000",
        "--now",
        "2024-12-01T04:00:00Z",
    ];
    _ = data.crawl(&run).expect_code(0);
    let parts = read::export(&data, "parts", &["--format", "parquet", "--partition-by", "registry"]);
    let whole = Formats::of(&data, "whole", &[]);
    whole.check(&data, &[]);
    python("read_partitions.py", &[&parts, &whole.parquet]);
    python("read_croissant.py", &[&parts]);
}

fn elsewhere() -> World {
    let mut world = World::new();
    world.push("team/tool:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("tool").build());
    world
}

#[test]
#[ignore = "make test-tools"]
fn p619_croissant_describes_every_format() {
    let data = Data::of_demo();
    let all = Formats::of(&data, "whole", &[]);
    let some = read::export(&data, "some", &["--table", "parents", "--table", "images"]);
    python("read_croissant.py", &[&all.parquet, &all.csv, &all.jsonl, &some]);
}

#[test]
#[ignore = "make test-tools"]
fn p630_p874_the_page_on_data_sets_shows_what_its_queries_print() {
    let data = Data::of_demo();
    let folder = read::export(&data, "dataset", &[]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/datasets.md");
    python("read_page.py", &[&page, folder.parent().expect("a folder")]);
}
