//! Names over time: what tags led to and lead to now, seen from an image.

use forebear_image::Reference;
use forebear_index::names::{Role, roles};
use forebear_index::resolve;

use crate::world::{World, day, day_of, short};

/// Where the tag of an image's best name leads now, or of the name given.
#[track_caller]
fn check(world: &str, label: &str, name: &str, expected: &str) {
    let world = World::read(world);
    let view = world.open();
    let id = world.find(&view, label);
    let names = view.names_of(id);
    let known = names.iter().find(|known| short(&known.reference) == name);
    let known = known.unwrap_or_else(|| panic!("{label} has no name {name}, but {names:?}"));
    let now = view.tag_now(known, id);
    let leads = now.digest.map(|digest| {
        let label = world.labels.iter().find(|(_, own)| **own == digest);
        label.map_or_else(|| digest.to_string(), |(label, _)| label.clone())
    });
    let mut got = vec![format!("seen {}-{}", day_of(known.first_seen), day_of(known.last_seen))];
    got.extend(now.gone.then(|| "gone".to_owned()));
    got.extend(now.moved.then(|| "moved".to_owned()));
    got.extend(leads.map(|label| format!("leads to {label}")));
    got.extend(now.since.map(|since| format!("since {}", day_of(since))));
    got.push(format!("{} behind", now.builds_behind));
    assert_eq!(got.join(", "), expected);
}

#[test]
fn a_tag_that_stayed() {
    check("#1, alpine:3@1-9 = A", "#1", "alpine:3", "seen 1-9, leads to #1, 0 behind");
}

#[test]
fn a_tag_that_moved() {
    let world = "#1, alpine:3@1-2! = A
                 #2, alpine:3@3-5! = B
                 #3, alpine:3@6-9  = C";
    check(world, "#1", "alpine:3", "seen 1-2, moved, leads to #3, since 3, 2 behind");
    check(world, "#2", "alpine:3", "seen 3-5, moved, leads to #3, since 6, 1 behind");
    check(world, "#3", "alpine:3", "seen 6-9, leads to #3, 0 behind");
}

#[test]
fn a_tag_that_is_gone() {
    let world = "#1, alpine:3@1-2! = A
                 #2, alpine:3@3-5! = B";
    check(world, "#2", "alpine:3", "seen 3-5, gone, 0 behind");
    check(world, "#1", "alpine:3", "seen 1-2, gone, since 3, 1 behind");
}

#[test]
fn a_tag_that_moved_back() {
    let world = "#1, alpine:3@1-2!, alpine:3@6-9 = A
                 #2, alpine:3@3-5! = B";
    check(world, "#1", "alpine:3", "seen 6-9, leads to #1, 0 behind");
    check(world, "#2", "alpine:3", "seen 3-5, moved, leads to #1, since 6, 1 behind");
}

#[test]
fn a_tag_that_was_deleted_and_came_back() {
    let world = "#1, alpine:3@1-2! = A
                 #2, alpine:3@7-9 = B";
    check(world, "#1", "alpine:3", "seen 1-2, moved, leads to #2, since 7, 1 behind");
}

#[test]
fn each_platform_moves_by_itself() {
    let world = "#amd = A linux/amd64
                 #arm1 = B linux/arm64
                 #arm2 = C linux/arm64
                 #list1, alpine:3@1-2! = {#amd #arm1}
                 #list2, alpine:3@3-4  = {#amd #arm2}";
    check(world, "#amd", "alpine:3", "seen 3-4, leads to #amd, 0 behind");
    check(world, "#arm1", "alpine:3", "seen 1-2, moved, leads to #arm2, since 3, 1 behind");
    let dropped = "#amd = A linux/amd64
                   #arm = B linux/arm64
                   #list1, alpine:3@1-2! = {#amd #arm}
                   #list2, alpine:3@3-4  = {#arm}";
    // Offered for this platform no more: it leads nowhere, though it is there.
    check(dropped, "#amd", "alpine:3", "seen 1-2, since 3, 0 behind");
}

#[test]
fn a_copy_is_no_new_build() {
    let world = "#1, alpine:3@1-2! = A id=a
                 #2, alpine:3@3-4  = A/zst id=a";
    check(world, "#1", "alpine:3", "seen 3-4, leads to #2, 0 behind");
    // An index that was put together again from the same images, twice.
    let world = "#amd = A
                 #old = Z
                 #list0, alpine:3@1! = {#old}
                 #list1, alpine:3@2! = {#amd}
                 #list2, alpine:3@3! = {#amd attestation}
                 #list3, alpine:3@4 = {#amd attestation attestation}";
    check(world, "#old", "alpine:3", "seen 1-1, moved, leads to #amd, since 2, 1 behind");
}

#[test]
fn builds_that_were_never_read_count() {
    let world = "#1, alpine:3@1! = A
                 #2, alpine:3@2! = ?
                 #3, alpine:3@3  = ?";
    check(world, "#1", "alpine:3", "seen 1-1, moved, leads to #3, since 2, 2 behind");
}

#[test]
fn an_index_inside_an_index() {
    let world = "#1 = A linux/arm64
                 #2 = B linux/arm64
                 #in1 = {#1}
                 #in2 = {#2}
                 #out1, alpine:3@1! = {#in1}
                 #out2, alpine:3@2 = {#in2}";
    check(world, "#1", "alpine:3", "seen 1-1, moved, leads to #2, since 2, 1 behind");
}

#[test]
fn entries_without_a_platform() {
    let world = "#1 = A
                 #2 = B
                 #arm = C linux/arm64
                 #list1, alpine:3@1! = {#arm? #1?}
                 #list2, alpine:3@2 = {#arm? #2?}";
    check(world, "#1", "alpine:3", "seen 1-1, moved, leads to #2, since 2, 1 behind");
}

/// The story of one name, as of a day if one is given.
#[track_caller]
fn check_story(world: &str, today: Option<i64>, label: &str, name: &str, expected: &str) {
    let world = World::read(world);
    let view = today.map_or_else(|| world.open(), |today| world.as_of(day(today)));
    let id = world.find(&view, label);
    let names = view.names_of(id);
    let known = names.iter().find(|known| short(&known.reference) == name);
    let known = known.unwrap_or_else(|| panic!("{label} has no name {name}, but {names:?}"));
    let story = view.over_time(known, id);
    let until = story.until.map_or_else(|| "now".to_owned(), |until| day_of(until).to_string());
    let mut got = vec![format!("{} to {until}", day_of(story.since))];
    got.extend(story.now.moved.then(|| "moved".to_owned()));
    got.extend(story.now.gone.then(|| "gone".to_owned()));
    got.extend(story.superseded.map(|superseded| format!("superseded {}", day_of(superseded))));
    got.push(format!("{} builds, {} days behind", story.now.builds_behind, story.days_behind));
    got.push(format!("of {}", story.builds_seen));
    assert_eq!(got.join(", "), expected, "{name} of {label}, as of {today:?}");
}

#[test]
fn a_name_over_time() {
    let world = "#1, alpine:3@1-2! = A
                 #2, alpine:3@5-7! = B
                 #3, alpine:3@9-9! = C
                 #4, alpine:3@11-20 = D
                 #z, other:1@1-30 = Z";
    // Days count from the first run that saw another build to the last run of all.
    check_story(world, None, "#1", "alpine:3", "1 to 2, moved, superseded 5, 3 builds, 25 days behind, of 4");
    check_story(world, None, "#3", "alpine:3", "9 to 9, moved, superseded 11, 1 builds, 19 days behind, of 4");
    check_story(world, None, "#4", "alpine:3", "11 to now, 0 builds, 0 days behind, of 4");
    // As of a day, what came later is not known.
    check_story(world, Some(3), "#1", "alpine:3", "1 to now, 0 builds, 0 days behind, of 1");
    check_story(world, Some(5), "#1", "alpine:3", "1 to 2, moved, superseded 5, 1 builds, 0 days behind, of 2");
    check_story(world, Some(10), "#1", "alpine:3", "1 to 2, moved, superseded 5, 2 builds, 5 days behind, of 3");
    // Nobody looked after the last run.
    check_story(world, Some(99), "#1", "alpine:3", "1 to 2, moved, superseded 5, 3 builds, 25 days behind, of 4");
}

#[test]
fn the_last_period_of_a_name_counts() {
    let back = "#1, alpine:3@1-2!, alpine:3@6-7!, alpine:3@8-9 = A
                #2, alpine:3@3-5! = B";
    check_story(back, None, "#1", "alpine:3", "6 to now, 0 builds, 0 days behind, of 2");
    check_story(back, None, "#2", "alpine:3", "3 to 5, moved, superseded 6, 1 builds, 3 days behind, of 2");
    // A list put together anew interrupts nothing.
    let lists = "#amd = A linux/amd64
                 #arm1 = B linux/arm64
                 #arm2 = C linux/arm64
                 #list1, alpine:3@1-2! = {#amd #arm1}
                 #list2, alpine:3@3-8  = {#amd #arm2}";
    check_story(lists, None, "#amd", "alpine:3", "1 to now, 0 builds, 0 days behind, of 1");
    check_story(lists, None, "#arm1", "alpine:3", "1 to 2, moved, superseded 3, 1 builds, 5 days behind, of 2");
    let gone = "#1, alpine:3@1-2! = A
                #2, alpine:3@3-5! = B
                #z, other:1@1-9 = Z";
    check_story(gone, None, "#1", "alpine:3", "1 to 2, gone, superseded 3, 1 builds, 6 days behind, of 2");
    check_story(gone, None, "#2", "alpine:3", "3 to 5, gone, 0 builds, 0 days behind, of 2");
    let dropped = "#amd = A linux/amd64
                   #arm = B linux/arm64
                   #list1, alpine:3@1-2! = {#amd #arm}
                   #list2, alpine:3@3-8  = {#arm}";
    check_story(dropped, None, "#amd", "alpine:3", "1 to 2, 0 builds, 0 days behind, of 1");
}

/// Which names roll, and which says most.
#[track_caller]
fn check_roles(world: &str, label: &str, expected: &[(&str, Option<Role>)]) {
    let world = World::read(world);
    let view = world.open();
    let id = world.find(&view, label);
    let names: Vec<_> = view.names_of(id).iter().map(|name| view.over_time(name, id)).collect();
    let roles = roles(&names).into_iter().map(|role| role.map(|role| role.role));
    let got: Vec<_> = names.iter().map(|name| short(&name.name.reference)).zip(roles).collect();
    let got: Vec<(&str, Option<Role>)> = got.iter().map(|(name, role)| (name.as_str(), *role)).collect();
    assert_eq!(got, expected);
}

#[test]
fn m3_roles_by_evidence() {
    let (rolling, specific) = (Some(Role::Rolling), Some(Role::MostSpecific));
    let image = "#1, ubuntu:jammy@1-3, ubuntu:22.04@1-3, ubuntu:jammy-20230804@2-3 = A";
    let told = [("ubuntu:22.04", None), ("ubuntu:jammy", rolling), ("ubuntu:jammy-20230804", specific)];
    check_roles(image, "#1", &told);
    // Seen leading elsewhere before: evidence for the other one too.
    let moved = "#0, ubuntu:22.04@1! = Z
                 #1, ubuntu:jammy@2-3, ubuntu:22.04@2-3, ubuntu:jammy-20230804@2-3 = A";
    check_roles(moved, "#1", &[("ubuntu:22.04", rolling), told[1], told[2]]);
    // No evidence, nothing said.
    check_roles("#1, x/a:latest, x/a:stable = A", "#1", &[("x/a", None), ("x/a:stable", None)]);
    check_roles("#1, x/a:3 = A", "#1", &[("x/a:3", None)]);
    // Another repository's tags say nothing of this one's.
    check_roles("#1, x/a:3, y/b:3.1 = A", "#1", &[("x/a:3", None), ("y/b:3.1", None)]);
    // Two that say most: neither is named. One that moved says nothing for sure.
    check_roles("#1, x/a:3, x/a:3-x, x/a:3-y = A", "#1", &[("x/a:3", rolling), ("x/a:3-x", None), ("x/a:3-y", None)]);
    let rebuilt = "#0, x/a:3.1@1! = Z
                   #1, x/a:3@2, x/a:3.1@2 = A";
    check_roles(rebuilt, "#1", &[("x/a:3", rolling), ("x/a:3.1", rolling)]);
}

#[test]
fn names_in_order() {
    // Official, current, longest known, shortest, alphabet.
    let world = "#1, x/b@2, x/aa@2, x/a@2, x/long@1, x/over@1!, alpine:9@9, alpine:1@1! = A";
    let world = World::read(world);
    let view = world.open();
    let names = view.names_of(world.find(&view, "#1"));
    let got: Vec<String> = names.iter().map(|name| short(&name.reference)).collect();
    assert_eq!(got, ["alpine:9", "alpine:1", "x/long", "x/a", "x/b", "x/aa", "x/over"]);
}

#[test]
fn repositories_and_tags_are_found_by_name() {
    // In the order of text, `docker.io` does not come before `docker.io:80`.
    let world = "#1, a:1, a:2, a/b:1, docker.io:80/x:1, docker.io-x/y:1, ghcr.io/a/b:1, a:0 = A";
    let world = World::read(world);
    let view = world.open();
    for observation in &world.facts.observations {
        let repository = view.find_repository(&observation.repository).unwrap();
        assert_eq!(view.repository_name(repository), observation.repository.to_string());
        let tag = view.find_tag(repository, &observation.tag).unwrap();
        assert_eq!(view.tag_name(tag), observation.tag);
        assert_eq!(
            view.observed_manifest(view.observations_of_tag(tag).next().unwrap()),
            view.find_manifest(world.digest("#1"))
        );
        assert_eq!(view.find_tag(repository, "nobody"), None);
    }
    let ending = |path: &str| view.repositories_ending_in(path).len();
    assert_eq!((ending("a"), ending("b"), ending("a/b"), ending("library/a"), ending("y")), (1, 2, 2, 1, 1));
}

/// What a tag leads to as of a day; `None` when it had not been seen, or was gone.
#[test]
fn as_of_a_day_a_tag_leads_where_it_led() {
    #[track_caller]
    fn check(today: i64, expected: Option<&str>) {
        let world = World::read(
            "#1, alpine:3@1-2!, alpine:3@6-6! = A
             #2, alpine:3@3-5! = B
             #3, debian:1@1-9 = C",
        );
        let view = world.as_of(day(today));
        let repository = view.find_repository(&"alpine".parse::<Reference>().unwrap().repository).unwrap();
        let target = view.tag_target(view.find_tag(repository, "3").unwrap());
        let expected = expected.map(|label| world.digest(label));
        assert_eq!(target.and_then(|id| view.manifest_digest(id)), expected, "as of day {today}");
    }
    check(0, None);
    check(1, Some("#1"));
    check(2, Some("#1"));
    check(3, Some("#2"));
    check(5, Some("#2"));
    check(6, Some("#1"));
}

/// Nobody's parent is an image that had not been seen yet; children agree.
#[test]
fn as_of_a_day_only_what_had_been_seen_is_a_candidate() {
    #[track_caller]
    fn check(today: i64, parent: &str, children: &[&str]) {
        let world = World::read(
            "#base, alpine:3@1-9 = A
             #late, mid/x:1@5-9 = A,B
             #top, top/y:1@1-9 = A,B,C",
        );
        let view = world.as_of(day(today));
        let id = world.find(&view, "#top");
        let image = view.load(id, None).unwrap();
        let subject = resolve::Subject { image: &image, known: Some(id) };
        let got = resolve::parent_of(&view, subject).map(|parent| short(&view.reference_of(parent.image)));
        assert_eq!(got.as_deref(), Some(parent), "as of day {today}");
        let base = world.find(&view, "#base");
        let image = view.load(base, None).unwrap();
        let found = resolve::children(&view, resolve::Subject { image: &image, known: Some(base) });
        let found: Vec<String> = found.iter().map(|id| short(&view.reference_of(id))).collect();
        assert_eq!(found, children, "as of day {today}");
    }
    check(4, "alpine:3", &["top/y:1"]);
    check(5, "mid/x:1", &["mid/x:1"]);
}
