//! A digest that several repositories list, and not all of them have: each is asked
//! in the run that comes to it, until one has it.

use forebear_image::{ConfigDigest, ManifestDigest};
use forebear_testkit::{Fault, Image, Matcher, Times, World};

use crate::harness::{DAY, NIGHT, Night, Place, image};

/// `aa/x:1` and `bb/x:1` list something that both are to have, and `bb/x` an image of
/// its own beside.
struct Shared {
    place: Place,
    shared: Image,
    own: Image,
}

impl Shared {
    /// They share an image.
    fn image() -> Self {
        let (shared, own) = (image("shared", "linux/amd64"), image("own", "linux/arm64"));
        let mut world = World::new();
        world.push_platforms("aa/x:1", &[&shared]);
        world.push_platforms("bb/x:1", &[&shared, &own]);
        Self { place: Place::new(world), shared, own }
    }

    /// They share a config only.
    fn config() -> Self {
        let (shared, own) = (image("shared", "linux/amd64"), image("own", "linux/arm64"));
        let mut world = World::new();
        world.push("aa/x:1", &shared);
        world.push_platforms("bb/x:1", &[&shared.with_annotation("org.example.copy", "1"), &own]);
        Self { place: Place::new(world), shared, own }
    }

    fn index(&self) -> ManifestDigest {
        self.place.server.world(|world| world.resolve("bb/x:1")).unwrap()
    }

    /// Has what `aa/x` is asked for answered when `bb/x` has been come to, with the
    /// wish for it, and that not before it was asked of `aa/x`.
    fn answers_late(&self, asked: &str) {
        let (aa, index) = (format!("/v2/aa/x/{asked}"), format!("/v2/bb/x/manifests/{}", self.index()));
        let next = format!("/v2/bb/x/manifests/{}", self.own.manifest_digest);
        self.place.server.options(|options| options.after = vec![(index, aa.clone()), (aa, next)]);
    }

    fn has(&self, digest: ManifestDigest, config: ConfigDigest) -> bool {
        self.place.has(digest) && self.place.store.has_config(&config).unwrap()
    }
}

/// Whatever the first repository's failure is.
#[test]
fn p457_it_is_asked_of_the_next_in_the_same_run() {
    #[track_caller]
    fn check(at: &Shared, asked: &str, fault: Fault) {
        at.answers_late(asked);
        at.place.server.fault(Matcher::get(&format!("/aa/x/{asked}")), fault, Times::Always);
        let report = at.place.crawl(&Night::default());
        assert!(at.has(at.shared.manifest_digest, at.shared.config_digest), "{report:?}");
        assert_eq!((report.failed(), report.open, report.stopped.clone()), (1, 0, None), "{report:?}");
        let requests = at.place.asked();
        let count = |repository: &str| requests.iter().filter(|asking| asking.contains(repository)).count();
        let path = |repository: &str| format!("GET /v2/{repository}/x/{asked}");
        assert_eq!((count(&path("aa")), count(&path("bb"))), (1, 1), "{requests:#?}");
        // The next run finds everything, and asks for nothing.
        let next = at.place.crawl(&Night::at(NIGHT + DAY));
        assert_eq!((next.failed(), next.delayed, next.unchanged), (0, 0, true), "{next:?}");
    }
    let denied = || Fault::status(403, "DENIED");
    for fault in [Fault::not_found(), denied(), Fault::unauthorized("Basic realm=\"r\""), Fault::server_error()] {
        let at = Shared::image();
        check(&at, &format!("manifests/{}", at.shared.manifest_digest), fault);
    }
    for fault in [Fault::not_found(), denied(), Fault::WrongBytes, Fault::Reset] {
        let at = Shared::config();
        check(&at, &format!("blobs/{}", at.shared.config_digest), fault);
    }
}

/// What the first has is not asked of the next.
#[test]
fn p457_what_comes_is_fetched_once() {
    let at = Shared::image();
    let asked = format!("manifests/{}", at.shared.manifest_digest);
    at.answers_late(&asked);
    let report = at.place.crawl(&Night::default());
    assert_eq!((report.failed(), report.images_new, report.images_known, report.open), (0, 2, 0, 0), "{report:?}");
    assert_eq!(at.place.count(&asked), 1);
}

/// One after the other, however many: the last of them has it.
#[test]
fn p458_all_of_them_are_asked_in_one_run() {
    let shared = image("shared", "linux/amd64");
    let mut world = World::new();
    let names: Vec<String> = (10..30).map(|number| format!("r{number}/x")).collect();
    for (number, name) in names.iter().enumerate() {
        let own = image(&format!("own {number}"), "linux/arm64");
        world.push_platforms(&format!("{name}:1"), &[&shared, &own]);
    }
    let place = Place::new(world);
    let part = format!("/manifests/{}", shared.manifest_digest);
    let (lacking, last) = names.split_at(names.len() - 1);
    for name in lacking {
        place.server.fault(Matcher::get(&format!("{name}{part}")), Fault::not_found(), Times::Always);
    }
    let report = place.crawl(&Night { concurrency: 32, ..Night::default() });
    assert!(place.has(shared.manifest_digest), "{report:?}");
    // Nobody is asked after the one that has it, and nobody twice.
    let requests = place.asked();
    let mut asked: Vec<&String> = requests.iter().filter(|request| request.contains(&part)).collect();
    assert!(asked.iter().any(|request| request.contains(&last[0])));
    let all = asked.len();
    asked.dedup();
    assert_eq!((asked.len(), report.failed()), (all, all as u64 - 1), "{asked:#?}");
}

/// The wish is kept: a run that ended before the first had answered goes on with it,
/// though the tag that led there is not asked for again.
#[test]
fn p459_the_next_is_asked_after_a_restart() {
    let at = Shared::image();
    let asked = format!("manifests/{}", at.shared.manifest_digest);
    at.answers_late(&asked);
    let first = Matcher::get(&format!("/aa/x/{asked}"));
    at.place.server.fault(first.clone(), Fault::StallBeforeHeaders, Times::Once);
    at.place.server.fault(first, Fault::not_found(), Times::Always);
    // Both indexes, the image of bb/x and its config.
    let stop_at = Some(("/bb/x/blobs/", 1));
    let stopped = at.place.crawl(&Night { stop_at, ..Night::default() });
    assert!(stopped.stopped.is_some() && stopped.open > 0, "{stopped:?}");
    assert!(!at.place.has(at.shared.manifest_digest));
    _ = at.place.asked();
    let report = at.place.crawl(&Night::default());
    assert_eq!((report.resumed, report.open, report.failed()), (true, 0, 1), "{report:?}");
    assert!(at.has(at.shared.manifest_digest, at.shared.config_digest));
    assert_eq!(at.place.count("HEAD"), 0);
}
