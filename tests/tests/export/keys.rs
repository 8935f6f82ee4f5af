//! What tells rows apart: the keys that the dictionary states of each table, over what a tag and an
//! index may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use forebear_image::Platform;
use forebear_testkit::{Format, Image, ImageBuilder, Index, Server, World};
use forebear_tests::Data;
use serde_json::Value;

use crate::{TABLES, export, rows};

/// The key of a table, as the dictionary beside it has it.
fn key(folder: &Path, table: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join("DICTIONARY.md")).expect("it");
    let (_, own) = text.split_once(&format!("\n## {table}\n")).expect("the table");
    let (_, own) = own.split_once(" Key: ").expect("its key");
    let (own, _) = own.split_once(". Sorted by ").expect("its end");
    own.split(", ").map(str::to_owned).collect()
}

#[track_caller]
fn assert_keys_tell_rows_apart(folder: &Path) {
    for table in TABLES {
        let key = key(folder, table);
        let mut seen = BTreeSet::new();
        for row in rows(folder, table) {
            let own: Vec<String> = key.iter().map(|column| row.get(column).expect("a column").to_string()).collect();
            assert!(seen.insert(own.clone()), "two rows of {table} have the key {key:?} = {own:?}");
        }
    }
}

fn image(name: &str) -> Image {
    ImageBuilder::scratch("linux/arm/v6").add_rootfs(name).build()
}

fn crawl(data: &Data, world: World, days: &[&dyn Fn(&mut World)]) {
    let server = Server::start(world);
    for (day, change) in (1..).zip(days) {
        server.world(|world| change(world));
        let now = format!("2024-12-0{day}T03:00:00Z");
        let run = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", &now];
        let _ran = data.crawl(&run).expect_code(0);
    }
}

#[test]
fn p877_keys_tell_rows_apart() {
    let data = Data::of_demo();
    let (folder, _) = export(&data, "all", &["--format", "jsonl"], 0);
    assert_keys_tell_rows_apart(&folder);
}

/// A tag that leads to A, to B and to A again has three rows; one that was gone and came back, two.
#[test]
fn p877_a_tag_has_a_row_for_each_period() {
    let (a, b) = (image("a"), image("b"));
    let data = Data::new();
    let to = |image: &Image| {
        let image = image.clone();
        move |world: &mut World| _ = world.push("acme/back:1", &image)
    };
    let gone = |world: &mut World| _ = world.untag("acme/back:gone");
    let there = {
        let a = a.clone();
        move |world: &mut World| _ = world.push("acme/back:gone", &a)
    };
    let first = |world: &mut World| {
        to(&a)(world);
        there(world);
    };
    let second = |world: &mut World| {
        to(&b)(world);
        gone(world);
    };
    crawl(&data, World::new(), &[&first, &second, &first]);
    let (folder, _) = export(&data, "all", &["--format", "jsonl"], 0);
    assert_keys_tell_rows_apart(&folder);
    for table in ["tags", "tag_images"] {
        let column = if table == "tags" { "digest" } else { "manifest" };
        let told = |tag: &str| -> Vec<(String, bool)> {
            let rows = rows(&folder, table);
            let own = rows.iter().filter(|row| row["tag"] == tag);
            own.map(|row| (row[column].as_str().expect("a digest").to_owned(), row["ended"] == true)).collect()
        };
        let [a, b] = [&a, &b].map(|image| image.manifest_digest.to_string());
        assert_eq!(told("1"), [(a.clone(), true), (b, true), (a.clone(), false)], "{table}");
        assert_eq!(told("gone"), [(a.clone(), true), (a, false)], "{table}");
    }
}

/// One manifest that an index lists for two platforms is a row for each, and one that it lists twice
/// for one platform is one.
#[test]
fn p878_what_an_index_lists_for_two_platforms_is_two_rows() {
    let image = image("a");
    let platform = |text: &str| text.parse::<Platform>().expect("a platform");
    let mut world = World::new();
    let index = Index::new(Format::Oci)
        .image_for(&image, platform("linux/arm/v6"))
        .image_for(&image, platform("linux/arm/v7"))
        .image_for(&image, platform("linux/arm/v7"));
    world.push_built_index("acme/two:1", &index);
    let data = Data::new();
    crawl(&data, world, &[&|_| ()]);
    let (folder, _) = export(&data, "all", &["--format", "jsonl"], 0);
    assert_keys_tell_rows_apart(&folder);
    let rows = rows(&folder, "tag_images");
    let platforms: Vec<&Value> = rows.iter().map(|row| &row["platform"]).collect();
    assert_eq!(platforms, ["linux/arm/v6", "linux/arm/v7"]);
    assert!(rows.iter().all(|row| row["manifest"] == image.manifest_digest.to_string()), "{rows:?}");
}
