//! `export --format html`: pages, looked at as files; `make test-browser` opens them in Chromium.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use forebear_testkit::real::{DockerRegistry, real_file};
use forebear_testkit::{History, ImageBuilder, Server, World};
use forebear_tests::Data;
use serde_json::{Value, json};

/// What registries may hold that pages must bear: markup, text from right to left, what cannot be
/// seen, one long word, 127 layers, 20,000 steps, 1,500 images on one base.
fn odd_world() -> World {
    let mut world = World::new();
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    _ = world.push("library/base:1", &base);
    let evil = "</span></pre><script>window.broken=1</script><img src=x onerror=window.broken=1>";
    let rtl = "echo \u{202e}gnirts\u{202c} שלום עולם مرحبا \u{200b}\u{7}";
    let long = "x".repeat(9_000);
    let odd = ImageBuilder::from(&base)
        .run(evil)
        .run(rtl)
        .run(&long)
        .label("org.opencontainers.image.base.name", evil)
        .env("WORD", &long)
        .build();
    _ = world.push("acme/odd:1", &odd);
    let mut many = ImageBuilder::from(&base);
    for layer in 1..127 {
        many = many.run(&format!("make layer-{layer}"));
    }
    for step in 0..19_870 {
        many = many.step(&format!("LABEL step={step}"), false);
    }
    _ = world.push("acme/odd:many", &many.build());
    for child in 0..1_500 {
        let image = ImageBuilder::from(&base).run(&format!("child {child}")).build();
        _ = world.push(&format!("team-{}/service:{child}", child % 7), &image);
    }
    let name = "a".repeat(60);
    let deep = format!("{name}/{name}/{name}/{name}:{}", "T".repeat(128));
    _ = world.push(&deep, &ImageBuilder::from(&odd).run("deep").build());
    world
}

fn odd_data() -> Data {
    let data = Data::new();
    data.crawl_hub(&Server::start(odd_world()).host(), &["--now", "2024-12-01T03:00:00Z"]);
    data
}

#[track_caller]
fn export(data: &Data, folder: &Path, arguments: &[&str]) -> String {
    let folder = folder.to_str().expect("text");
    let ran = data.query(&[&["export", folder, "--format", "html"], arguments].concat()).expect_code(0);
    assert!(ran.stdout.contains("index.html"), "it says what to open: {}", ran.stdout);
    ran.stdout
}

/// All files, by path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(own) = waiting.pop() {
        for entry in fs::read_dir(&own).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_str().expect("text").to_owned();
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}

/// Values of an attribute.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    html.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Every link leads to a file that is there, and none to another host.
#[track_caller]
fn assert_links_hold(all: &BTreeMap<String, String>) {
    let mut followed = 0;
    for (path, html) in all.iter().filter(|(path, _)| path.ends_with(".html")) {
        let ids: BTreeSet<&str> = attributes(html, "id").into_iter().collect();
        assert_eq!(ids.len(), attributes(html, "id").len(), "an id twice in {path}");
        for link in attributes(html, "href").into_iter().chain(attributes(html, "src")) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let mut to: Vec<&str> = path.split('/').collect();
            to.pop();
            for part in file.split('/') {
                match part {
                    ".." => assert!(to.pop().is_some(), "{link} in {path} leaves the folder"),
                    _ => to.push(part),
                }
            }
            let to = if file.is_empty() { path.clone() } else { to.join("/") };
            let there = all.get(&to).unwrap_or_else(|| panic!("{link} in {path} leads nowhere"));
            assert!(place.is_empty() || attributes(there, "id").contains(&place), "{link} in {path}");
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
}

/// What a file of the search hands over.
fn handed(text: &str) -> (String, Value) {
    let inner = text.strip_prefix("forebear.take(").and_then(|rest| rest.strip_suffix(")\n")).expect("a call");
    let both: Value = serde_json::from_str(&format!("[{inner}]")).expect("JSON");
    (both[0].as_str().expect("a key").to_owned(), both[1].clone())
}

#[test]
fn p770_pages_hold_together_and_are_the_same_for_the_same_index() {
    let data = Data::of_demo();
    let (one, two) = (data.path().join("one"), data.path().join("two"));
    export(&data, &one, &[]);
    export(&data, &two, &[]);
    // Again, in place of the earlier one.
    export(&data, &two, &[]);
    let all = files(&one);
    assert!(all == files(&two), "the same index, the same bytes");
    assert_links_hold(&all);
    for (path, text) in all.iter().filter(|(path, _)| path.starts_with("search/")) {
        let (key, _) = handed(text);
        assert_eq!(&format!("search/{key}.js"), path);
    }
    for (path, text) in all.iter().filter(|(path, _)| path.starts_with("badge/")) {
        let badge: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!((&badge["schemaVersion"], &badge["label"]), (&json!(1), &json!("base")), "{path}");
    }
    let badge: Value = serde_json::from_str(&all["badge/docker.io~acme~shop-frontend/5.json"]).expect("JSON");
    assert_eq!(badge["message"], "nginx:1.27-alpine · 1 behind");
    assert_eq!(badge["color"], "orange");
}

#[test]
fn p771_pages_say_what_the_commands_answer() {
    let data = Data::of_demo();
    let folder = data.path().join("site");
    export(&data, &folder, &[]);
    let all = files(&folder);
    let image = |reference: &str| {
        let digest = data.ask("parent", reference)["image"]["config_digest"].as_str().expect("a digest").to_owned();
        let hex = &digest["sha256:".len()..];
        all[&format!("image/{}/{}.html", &hex[..2], &hex[2..32])].clone()
    };
    let page = image("acme/shop-frontend:5");
    for part in [
        "Outdated",
        "nginx:1.27-alpine",
        "Rebuilt on 2024-12-02: this image is 1 build behind",
        "As observed until 2024-12-02",
        "FROM docker.io/library/nginx:1.27-alpine@sha256:",
    ] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    let children = data.query(&["children", "debian:12-slim", "--json"]).json();
    let page = image("debian:12-slim");
    assert!(page.contains(&format!("<span class=\"count\">{}</span>", children["total"])), "{page}");
    let none = image("startup/tool:1.0-annotated");
    assert!(none.contains("No known parent"), "{none}");
    let repository = &all["repository/docker.io~library~nginx.html"];
    assert!(repository.contains("shop-frontend") && repository.contains(">1.27-alpine<"), "{repository}");
}

#[test]
fn p772_a_part_of_an_index_links_to_what_is_there() {
    let data = Data::of_demo();
    let folder = data.path().join("acme");
    export(&data, &folder, &["--repo", "acme/*"]);
    let all = files(&folder);
    assert_links_hold(&all);
    assert!(all.contains_key("repository/docker.io~acme~web.html"));
    assert!(!all.keys().any(|path| path.contains("redis")), "what was not asked for is not there");
}

#[test]
fn p773_what_registries_hold_stays_text() {
    let data = odd_data();
    let folder = data.path().join("odd");
    export(&data, &folder, &[]);
    let all = files(&folder);
    assert_links_hold(&all);
    let unseen = ['\u{202e}', '\u{202c}', '\u{200b}', '\u{7}'];
    let mut shown = 0;
    for (path, html) in all.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!html.contains("<script>") && !html.contains("<img"), "markup in {path}");
        assert!(!html.contains(unseen), "what is not seen in {path}");
        assert!(html.len() < 600_000, "{path} has {} bytes", html.len());
        shown += usize::from(html.contains("&#60;script&#62;") && html.contains("202e") && html.contains("שלום"));
    }
    assert!(shown >= 2, "it is shown, on the image and what is built on it: {shown}");
    // 20,000 steps: the page has a beginning, the file beside it all of them.
    let whole = all.iter().find(|(path, _)| path.ends_with(".Dockerfile.txt")).expect("a Dockerfile");
    assert!(whole.1.contains("step=19869") || whole.1.contains("step=\"19869\""), "{} bytes", whole.1.len());
    // 1,500 images on one base, each listed once on some page.
    let mut listed = BTreeMap::new();
    for (_, html) in all.iter().filter(|(path, _)| path.contains(".children.")) {
        for tag in html.split("<bdi>").skip(1).filter_map(|rest| rest.split("</bdi>").next()?.parse::<u32>().ok()) {
            *listed.entry(tag).or_insert(0) += 1;
        }
    }
    assert_eq!(listed.len(), 1_500);
    let twice: Vec<u32> = listed.iter().filter(|(_, count)| **count > 1).map(|(tag, _)| *tag).collect();
    assert!(twice.len() <= 2, "the odd images' own tags at most: {twice:?}");
}

#[test]
fn p774_nothing_at_all_and_no_parent_at_all_have_pages() {
    let data = Data::new();
    data.crawl_hub(&Server::start(World::new()).host(), &["--now", "2024-12-01T03:00:00Z"]);
    let folder = data.path().join("empty");
    export(&data, &folder, &[]);
    let all = files(&folder);
    assert!(all["repositories.html"].contains("There is none yet") && all["index.html"].contains("No image is built"));
    let mut world = World::new();
    _ = world.push("library/lone:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("lone").build());
    _ = world.push(
        "library/bare:1",
        &ImageBuilder::scratch("linux/amd64").add_rootfs("bare").history(History::Null).build(),
    );
    let data = Data::new();
    data.crawl_hub(&Server::start(world).host(), &["--now", "2024-12-01T03:00:00Z"]);
    export(&data, &folder_of(&data), &[]);
    assert_links_hold(&files(&folder_of(&data)));
}

fn folder_of(data: &Data) -> PathBuf {
    data.path().join("site")
}

#[test]
fn p775_a_folder_that_is_somebody_s_is_left_alone() {
    let data = Data::of_demo();
    let folder = data.path().join("theirs");
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join("thesis.txt"), "mine").expect("written");
    let name = folder.to_str().expect("text");
    let ran = data.query(&["export", name, "--format", "html"]).expect_code(2);
    assert!(ran.stderr.contains("thesis.txt"), "{}", ran.stderr);
    assert_eq!(files(&folder).len(), 1);
    let ran = data.query(&["export", name, "--format", "html", "--table", "images"]).expect_code(2);
    assert!(ran.stderr.contains("pages have no tables"), "{}", ran.stderr);
}

/// The recorded official images, as they were tagged on two days; `None`, after saying so, where
/// the recordings or the registry are missing.
fn official_data() -> Option<Data> {
    let data = Data::new();
    for day in ["2018-01-15", "2018-01-28"] {
        let registry = DockerRegistry::start(&real_file(&format!("official/{day}.storage.tar.zst"))?)?;
        data.crawl_hub(&registry.host(), &["--now", &format!("{day}T03:00:00Z")]);
    }
    Some(data)
}

/// The pages that `make test-browser` opens, into the folder that `FOREBEAR_SITES` names.
#[test]
#[ignore = "makes what make test-browser opens"]
fn sites_for_the_browser() {
    let folder = PathBuf::from(std::env::var_os("FOREBEAR_SITES").expect("FOREBEAR_SITES names a folder"));
    fs::create_dir_all(&folder).expect("made");
    export(&Data::of_demo(), &folder.join("demo"), &[]);
    if let Some(data) = official_data() {
        export(&data, &folder.join("official"), &[]);
    }
    export(&odd_data(), &folder.join("odd"), &[]);
}
