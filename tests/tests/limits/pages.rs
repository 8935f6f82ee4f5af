//! Pages of a base that very many images stand on.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use forebear_facts::rows::MemorySource;
use forebear_image::Timestamp;
use forebear_index::publish::publish_from;
use forebear_testkit::ImageBuilder;
use forebear_tests::memory::measured;
use forebear_tests::{Data, facts};

/// Images of one repository.
const IN_ONE: usize = 250;

/// An index of `library/base:1` and so many images that are built on it.
fn crowd(children: usize) -> Data {
    let now = Timestamp { seconds: 1_733_022_000, nanos: 0 };
    let mut source = MemorySource::default();
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    facts::add(&mut source, "docker.io/library/base:1", &base, now);
    for child in 0..children {
        let image = ImageBuilder::from(&base).run(&format!("child {child}")).build();
        facts::add(&mut source, &format!("docker.io/team-{}/service:{child}", child / IN_ONE), &image, now);
    }
    let data = Data::new();
    publish_from(&data.path().join("index"), &source).unwrap();
    data
}

/// Pages of the base: how many, the largest in bytes, all of them in bytes; and the most memory that
/// writing them took, in MiB.
fn pages_of_base(data: &Data, children: usize) -> (usize, u64, u64, u64) {
    let site = data.path().join("site");
    let arguments = ["export", site.to_str().unwrap(), "--format", "html", "--repo", "library/base"];
    let (ran, memory) = measured(&mut data.command("forebear", &arguments));
    _ = ran.expect_code(0);
    let mut listed = BTreeSet::new();
    let mut sizes = Vec::new();
    for page in pages(&site.join("image")) {
        let text = fs::read_to_string(&page).unwrap();
        sizes.push(text.len() as u64);
        if page.to_string_lossy().contains(".children.") {
            let tags =
                text.split("<bdi>").skip(1).filter_map(|rest| rest.split("</bdi>").next()?.parse::<usize>().ok());
            tags.for_each(|tag| assert!(listed.insert(tag), "{tag} is listed twice"));
        } else {
            assert!(text.contains(&format!("<span class=\"count\">{children}</span>")), "the base says how many");
        }
    }
    assert_eq!(listed, (0..children).collect(), "each is listed");
    (sizes.len(), sizes.iter().copied().max().unwrap(), sizes.iter().sum(), memory)
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    folders.flat_map(|own| fs::read_dir(own).unwrap().map(|entry| entry.unwrap().path())).collect()
}

/// However many there are, no page grows, and all of them together grow as their number does.
#[test]
fn p835_a_base_with_fifty_thousand_children() {
    let (some, many) = (5_000, 50_000);
    let (few_pages, few_largest, few_bytes, few_memory) = pages_of_base(&crowd(some), some);
    let (pages, largest, bytes, memory) = pages_of_base(&crowd(many), many);
    eprintln!("{some}: {few_pages} pages, {few_bytes} bytes, {few_memory} MiB; {many}: {pages}, {bytes}, {memory} MiB");
    assert_eq!((few_pages, pages), (1 + some.div_ceil(400), 1 + many.div_ceil(400)));
    assert!(largest < 100_000 && largest < few_largest + 5_000, "{few_largest}, {largest}");
    assert!(bytes < few_bytes * 11, "{few_bytes}, {bytes}");
    // What is listed is held once: 1 KiB for each, and what any export takes.
    assert!(memory < few_memory + 100, "{few_memory} MiB, {memory} MiB");
}
