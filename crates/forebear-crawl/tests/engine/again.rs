//! The same registry on another night: what it costs and what is reported.

use std::sync::Arc;

use forebear_crawl::{Stop, TagCounts};
use forebear_image::Platform;
use forebear_store::LocalStore;
use forebear_testkit::{Fault, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, at, image};

fn world() -> World {
    let (amd, arm) = (image("one", "linux/amd64"), image("one", "linux/arm64"));
    let mut world = World::new();
    world.push_platforms("acme/app:1", &[&amd, &arm]);
    world.push_platforms("acme/app:latest", &[&amd, &arm]);
    world.push("acme/db:1", &image("db", "linux/amd64"));
    world.push("other/db:1", &image("db", "linux/amd64"));
    world.push_raw("acme/chart:1", "application/vnd.oci.image.manifest.v1+json", CHART);
    world
}

/// No image, and so nothing below it.
const CHART: &[u8] = br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":
"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}"#;

const HEADS_AND_LISTS: [&str; 10] = [
    "GET /v2/_catalog?n=1000",
    "GET /v2/acme/app/tags/list?n=1000",
    "GET /v2/acme/chart/tags/list?n=1000",
    "GET /v2/acme/db/tags/list?n=1000",
    "GET /v2/other/db/tags/list?n=1000",
    "HEAD /v2/acme/app/manifests/1",
    "HEAD /v2/acme/app/manifests/latest",
    "HEAD /v2/acme/chart/manifests/1",
    "HEAD /v2/acme/db/manifests/1",
    "HEAD /v2/other/db/manifests/1",
];

#[test]
fn r16_an_unchanged_registry_costs_one_head_a_tag() {
    let place = Place::new(world());
    let first = place.crawl(&Night::default());
    assert!(!first.unchanged);
    assert_eq!(first.tag_changes, TagCounts { new: 5, ..TagCounts::default() });
    let asked = place.asked();
    let digests: Vec<&String> = asked.iter().filter(|asked| asked.contains("sha256:")).collect();
    // An index, two images under it, a third, a chart; three configs.
    assert_eq!(digests.len(), 8, "each digest once: {digests:#?}");
    for night in 1..3 {
        let again = place.crawl(&Night::at(NIGHT + night * DAY));
        assert_eq!(place.asked(), HEADS_AND_LISTS);
        assert!(again.unchanged, "{again:?}");
        assert_eq!(again.tag_changes, TagCounts { unchanged: 5, ..TagCounts::default() });
        assert_eq!((again.images_new, again.images_known), (0, 3));
    }
}

/// Bytes by which the log grows in a night on which nothing has changed.
fn growth(repositories: usize, tags: usize) -> u64 {
    let mut world = World::new();
    for repository in 0..repositories {
        for tag in 0..tags {
            world.push(&format!("acme/app{repository}:{tag}"), &image("one", "linux/amd64"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let place = Place::over(world, Arc::new(LocalStore::open(folder.path(), 16 << 20).unwrap()));
    let length = || {
        let segments = std::fs::read_dir(folder.path().join("facts")).unwrap();
        segments.map(|segment| segment.unwrap().metadata().unwrap().len()).sum::<u64>()
    };
    (0..2).for_each(|night| _ = place.crawl(&Night::at(NIGHT + night * DAY)));
    let before = length();
    assert!(place.crawl(&Night::at(NIGHT + 2 * DAY)).unchanged);
    length() - before
}

/// However they are spread over batches: a record of its own for each repository would be
/// the most.
#[test]
fn p842_an_unchanged_night_costs_bytes_by_repositories_and_not_by_tags() {
    let (few, many) = (growth(30, 1), growth(30, 40));
    assert!(few < 30 * 300, "{few} bytes for 30 repositories");
    assert!(many < few + 30 * 39 * 8, "{many} bytes with 40 tags in each, {few} with one");
}

#[test]
fn tags_that_move_come_and_go() {
    let place = Place::new(world());
    _ = place.crawl(&Night::default());
    _ = place.asked();
    let before = place.open("acme/app", "latest").unwrap();
    place.server.world(|world| {
        world.push("acme/app:latest", &image("two", "linux/amd64"));
        world.push("acme/app:2", &image("two", "linux/amd64"));
        world.untag("acme/app:1");
        world.delete_repository("other/db");
    });
    let night = place.crawl(&Night::at(NIGHT + DAY));
    assert!(!night.unchanged);
    assert_eq!(night.tag_changes, TagCounts { unchanged: 2, moved: 1, new: 1, gone: 2, capped: 0 });
    assert_eq!((night.ended, night.images_new), (3, 1));
    let asked = place.asked();
    let fetched = asked.iter().filter(|asked| asked.contains("sha256:")).count();
    assert_eq!(fetched, 2, "the new manifest and its config: {asked:#?}");
    assert_eq!(asked.iter().filter(|asked| asked.contains("/other/db/")).count(), 1, "{asked:#?}");
    let story = place.story("latest");
    let times: Vec<_> = story.iter().map(|o| (o.first_seen, o.last_seen, o.ended)).collect();
    assert_eq!(times, [(at(NIGHT), at(NIGHT), true), (at(NIGHT + DAY), at(NIGHT + DAY), false)]);
    assert_eq!(story.first().map(|o| o.digest), Some(before.digest));
    assert_eq!(place.tags("acme/app"), ["2", "latest"]);
    assert!(place.tags("other/db").is_empty());
    // What is gone is not asked for every night from then on.
    let quiet = place.crawl(&Night::at(NIGHT + 2 * DAY));
    assert!(quiet.unchanged, "{quiet:?}");
    assert_eq!(place.count("/other/db/"), 0);
    // Until it comes back.
    place.server.world(|world| world.push("other/db:1", &image("db", "linux/amd64")));
    let back = place.crawl(&Night::at(NIGHT + 3 * DAY));
    assert_eq!((back.tag_changes.new, back.requests.manifest_get), (1, 0));
}

/// What a skip of an equal HEAD leaves out is only what is stored.
#[test]
fn a_child_that_is_missing_is_fetched_though_its_index_is_known() {
    let (amd, arm) = (image("one", "linux/amd64"), image("one", "linux/arm64"));
    let mut world = World::new();
    world.push_platforms("acme/app:1", &[&amd, &arm]);
    let place = Place::new(world);
    let mut only = Night::default();
    only.spec.platforms = vec!["linux/amd64".parse().unwrap()];
    _ = place.crawl(&only);
    _ = place.asked();
    let all = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((all.images_new, all.images_known, all.requests.manifest_get), (1, 1, 1));
}

/// Two jobs of one command have one time. What the first has looked at is known
/// to the second when it is resumed, but not all that it wants below.
#[test]
fn a_parked_job_goes_on_though_another_looked_at_its_tags() {
    let platforms = ["linux/amd64", "linux/arm64"];
    let (amd, arm) = (image("one", platforms[0]), image("one", platforms[1]));
    let mut world = World::new();
    world.push_platforms("acme/app:1", &[&amd, &arm]);
    world.push_platforms("acme/app:latest", &[&amd, &arm]);
    let place = Place::new(world);
    let [first, second] = platforms.map(|platform| {
        let mut night = Night::default();
        night.spec.platforms = vec![platform.parse::<Platform>().unwrap()];
        night
    });
    assert_eq!(place.crawl(&first).images_new, 1);
    place.server.fault(Matcher::path("/tags/list"), Fault::too_many_requests(Some("1")), Times::Once);
    assert!(matches!(place.crawl(&second).stopped, Some(Stop::Limit { .. })));
    _ = place.asked();
    let resumed = place.crawl(&second);
    assert_eq!((resumed.stopped, resumed.resumed, resumed.images_new), (None, true, 1));
    assert!(place.has(arm.manifest_digest));
    assert_eq!(place.count("HEAD"), 0, "where its tags lead is known");
}

/// A 404 that a proxy makes up is no word of the registry: nothing ends by it.
#[test]
fn a_web_page_in_place_of_an_answer_ends_nothing() {
    #[track_caller]
    fn check(part: &str, failures: u64) {
        let place = Place::new(world());
        _ = place.crawl(&Night::default());
        let page = Fault::Answer {
            status: 404,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: "<html><body>no such site</body></html>".into(),
        };
        place.server.fault(Matcher::path(part), page, Times::Always);
        let misled = place.crawl(&Night::at(NIGHT + DAY));
        assert_eq!((misled.failed(), misled.ended, misled.gone), (failures, 0, 0), "{misled:?}");
        assert_eq!(place.tags("acme/app"), ["1", "latest"]);
        place.server.clear_faults();
        let after = place.crawl(&Night { retry_failed: true, ..Night::at(NIGHT + 2 * DAY) });
        assert_eq!((after.failed(), after.tag_changes.unchanged), (0, 5));
    }
    check("/acme/app/tags/list", 1);
    check("/tags/list", 4);
    check("/acme/app/manifests/", 2);
    check("/manifests/", 5);
}

/// What was listed and is not there ends, on the registry's own word.
#[test]
fn a_listed_tag_that_is_not_there_ends() {
    let place = Place::new(world());
    _ = place.crawl(&Night::default());
    place.server.fault(Matcher::path("/acme/app/manifests/1"), Fault::not_found(), Times::Always);
    let night = place.crawl(&Night::at(NIGHT + DAY));
    assert_eq!((night.failed(), night.ended, night.gone), (0, 1, 1), "{night:?}");
    assert_eq!(place.tags("acme/app"), ["latest"]);
}
