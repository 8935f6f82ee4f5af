//! Lineages and whole indexes as graphs, opened with the programs that they are for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use forebear_testkit::real::{have, skipped};
use forebear_testkit::{ImageBuilder, Server, World};
use forebear_tests::{Data, Ran, readers, run};

fn lineage(data: &Data, images: &[&str], format: &str, code: i32) -> Ran {
    data.query(&[&["lineage"], images, &["--format", format]].concat()).expect_code(code)
}

/// Graphviz draws it; what it says of nodes and edges.
fn graphviz(file: &Path) -> Option<(usize, usize)> {
    if !have("dot") {
        skipped("graphviz is not installed");
        return None;
    }
    let ran = run(Command::new("dot").arg("-Tplain").arg(file), "").expect_code(0);
    assert_eq!(ran.stderr, "", "Graphviz has nothing to complain of");
    let count = |kind: &str| ran.stdout.lines().filter(|line| line.starts_with(kind)).count();
    Some((count("node "), count("edge ")))
}

#[test]
fn p760_the_lineages_of_several_images_are_one_graph() {
    let data = Data::of_demo();
    let images = ["acme/shop-frontend:5", "acme/web:2.3.0", "redis:7.4-alpine"];
    let dot = lineage(&data, &images, "dot", 0).stdout;
    let file = data.path().join("lineage.dot");
    fs::write(&file, &dot).expect("written");
    let alpine = dot.lines().filter(|line| line.contains("[label=\"docker.io/library/alpine:3.20")).count();
    assert_eq!(alpine, 1, "what they have in common is there once:\n{dot}");
    if let Some((nodes, edges)) = graphviz(&file) {
        assert_eq!((nodes, edges), (8, 6));
    }
    let mermaid = lineage(&data, &images, "mermaid", 0).stdout;
    assert!(mermaid.starts_with("flowchart BT\n"), "{mermaid}");
    assert_eq!(mermaid.matches("-->").count(), 6);
    assert!(mermaid.contains("build behind"), "what is outdated says so:\n{mermaid}");
    // From standard input, and with one that is not there.
    let listed = data.query_with(&["lineage", "-", "--format", "dot"], &images.join("\n")).expect_code(0);
    assert_eq!(listed.stdout, dot);
    let ran = lineage(&data, &["acme/web:2.3.0", "acme/nothing"], "dot", 2);
    assert!(ran.stdout.contains("acme/web:2.3.0") && ran.stderr.contains("acme/nothing"), "{}", ran.stderr);
}

#[test]
fn p761_the_picture_is_told_in_words_too() {
    let data = Data::of_demo();
    let svg = lineage(&data, &["acme/shop-frontend:5"], "svg", 0).stdout;
    for part in [
        "role=\"img\" aria-labelledby=\"forebear-title forebear-desc\"",
        "<title id=\"forebear-title\">Lineage of docker.io/acme/shop-frontend:5</title>",
        "docker.io/acme/shop-frontend:5 is built on docker.io/library/nginx:1.27-alpine, +2 layers",
        "As observed until 2024-12-02.",
    ] {
        assert!(svg.contains(part), "{part} in\n{svg}");
    }
    assert_eq!(svg, lineage(&data, &["acme/shop-frontend:5"], "svg", 0).stdout, "the same bytes");
    if have("rsvg-convert") {
        let file = data.path().join("lineage.svg");
        fs::write(&file, &svg).expect("written");
        _ = run(Command::new("rsvg-convert").arg(&file).arg("-o").arg(data.path().join("lineage.png")), "")
            .expect_code(0);
    } else {
        skipped("librsvg2-bin is not installed");
    }
}

/// Text that an image brings along, and that means something to each of the formats.
#[test]
fn p762_names_from_files_cannot_break_a_format() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let mut world = World::new();
    _ = world.push("library/base:1", &base);
    let data = Data::new();
    _ = data.crawl_hub(&Server::start(world).host(), &[]);
    let image = ImageBuilder::from(&base).run("make").build();
    let odd = "a\"]};--&<b>'`#;\\\u{202e}\u{1b}[31m漢字";
    let folder = data.path().join(odd);
    forebear_tests::forms::write_dir(&image, &folder);
    let name = format!("dir:{}", folder.to_str().expect("text"));
    let dot = data.path().join("odd.dot");
    fs::write(&dot, lineage(&data, &[&name], "dot", 0).stdout).expect("written");
    if let Some(counted) = graphviz(&dot) {
        assert_eq!(counted, (2, 1));
    }
    let mermaid = lineage(&data, &[&name], "mermaid", 0).stdout;
    assert!(!mermaid.contains("<b>") && mermaid.contains("#60;b#62;"), "{mermaid}");
    let svg = lineage(&data, &[&name], "svg", 0).stdout;
    assert!(!svg.contains("<b>") && !svg.contains('\u{202e}') && !svg.contains('\u{1b}'), "{svg}");
    if have("rsvg-convert") {
        let file = data.path().join("odd.svg");
        fs::write(&file, &svg).expect("written");
        _ = run(Command::new("rsvg-convert").arg(&file).arg("-o").arg(data.path().join("odd.png")), "").expect_code(0);
    }
}

#[test]
fn p763_an_index_as_a_graph() {
    let data = Data::of_demo();
    let export = |name: &str, arguments: &[&str]| {
        let file = data.path().join(name);
        let ran = data.query(&[&["export", file.to_str().expect("text")], arguments].concat()).expect_code(0);
        (file, ran.stderr)
    };
    let (graphml, told) = export("all.graphml", &["--format", "graphml"]);
    assert!(told.contains("images, ") && told.contains(" parents"), "{told}");
    let (again, _) = export("again.graphml", &["--format", "graphml"]);
    assert_eq!(fs::read(&graphml).expect("read"), fs::read(again).expect("read"), "the same bytes");
    let stats = data.query(&["stats", "--json"]).json();
    let (part, _) = export("part.graphml", &["--format", "graphml", "--repo", "acme/web"]);
    if let (Some(all), Some(part)) = (readers::read("graphml", &graphml), readers::read("graphml", &part)) {
        let nodes = all["nodes"].as_object().expect("nodes");
        assert_eq!(nodes.len() as u64, stats["images"].as_u64().expect("a number"));
        let edges = all["edges"].as_array().expect("edges");
        assert_eq!(edges.len() as u64, stats["images_with_parent"].as_u64().expect("a number"));
        assert_eq!(all["forest"], true);
        let references: BTreeSet<&str> = nodes.values().filter_map(|node| node["reference"].as_str()).collect();
        assert!(references.contains("docker.io/acme/web:2.3.0"));
        assert!(edges.iter().any(|edge| edge[2]["freshness"] == "outdated" && edge[2]["builds_behind"] == 1));
        let part = part["nodes"].as_object().expect("nodes");
        let asked: BTreeSet<&str> = part
            .values()
            .filter(|node| node["asked"] == true)
            .filter_map(|node| node["reference"].as_str()?.rsplit_once(':'))
            .map(|(repository, _)| repository)
            .collect();
        assert_eq!(asked, BTreeSet::from(["docker.io/acme/web"]));
        assert!(part.len() > asked.len(), "its ancestors came too");
    }
    let (dot, _) = export("all.dot", &["--format", "dot", "--repo", "acme/*"]);
    assert!(graphviz(&dot).is_none_or(|(nodes, edges)| nodes > 5 && edges > 3));
    // A folder is no file.
    let ran = data.query(&["export", data.path().to_str().expect("text"), "--format", "dot"]).expect_code(2);
    assert!(ran.stderr.contains("a graph is one file"), "{}", ran.stderr);
}
