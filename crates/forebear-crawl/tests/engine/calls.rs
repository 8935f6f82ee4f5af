//! How often the store is asked: by the chunk, not by the outcome.

use std::sync::Arc;

use forebear_crawl::SelectionSpec;
use forebear_store::LocalStore;
use forebear_testkit::{Fault, Matcher, Times, World};
use tempfile::TempDir;

use crate::counted::Counted;
use crate::harness::{DAY, NIGHT, Night, Place, image};

/// Of what outcomes speak of themselves; of two levels below tags, with the
/// configs of the first; of the rest of the configs; of tasks and failures.
const MOST: usize = 4;

fn world() -> World {
    let mut world = World::new();
    for number in 0..20 {
        let (amd, arm) = (image(&format!("{number}"), "linux/amd64"), image(&format!("{number}"), "linux/arm64"));
        world.push_platforms(&format!("acme/app:{number}"), &[&amd, &arm]);
        world.push(&format!("acme/db{}:{number}", number % 5), &image(&format!("db {number}"), "linux/amd64"));
        for other in 0..10 {
            world.push_platforms(&format!("acme/app:{number}.{other}"), &[&amd, &arm]);
        }
    }
    world
}

#[test]
fn the_store_is_asked_by_the_chunk() {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(Counted::new(LocalStore::open(folder.path(), 16 << 20).unwrap()));
    let place = Place::over(world(), Arc::<Counted>::clone(&store));
    let crawl = |night: &Night, outcomes: usize| {
        _ = place.crawl(night);
        let asked = store.asked();
        assert_eq!(asked.single, 0, "{asked:?}");
        assert_eq!(asked.outcomes, outcomes, "{asked:?}");
        // The catalog's end costs two more: what is on record, what was walked.
        assert!(asked.look_ups <= MOST * asked.chunks + 3, "{asked:?}");
    };
    // A catalog, six lists, 240 tags; of each of twenty an index of two images
    // and an image, each with its config.
    let (lists, tags, documents) = (7, 240, 20 * (1 + 2 * 2 + 2));
    crawl(&Night::default(), lists + tags + documents);
    crawl(&Night::at(NIGHT + DAY), lists + tags);
    // Platforms, failures.
    let platforms = vec!["linux/amd64".parse().unwrap()];
    let spec = SelectionSpec { platforms, ..SelectionSpec::default() };
    place.server.fault(Matcher::head("/manifests/"), Fault::server_error(), Times::N(3));
    crawl(&Night { now: NIGHT + 2 * DAY, ..Night::of(spec) }, lists + tags);
}
