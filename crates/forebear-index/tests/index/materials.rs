//! Provenance beside the answer: lists of images of which at most one is the
//! base.

use super::cases::check;
use super::world::{World, answer, tell};

/// A base, a build stage's image on the same base, and an unrelated one.
const WORLD: &str = "#alpine, alpine:3.20 = A
                     #golang, golang:1.22 = A,G
                     #node, node:20       = N
                     docker/dockerfile:1  = F";

/// What is said of each material of `A,B`, or of another image.
#[track_caller]
fn judged(image: &str, materials: &str, expected: &[&str]) {
    let world = World::read(WORLD);
    let got = tell(&world, &world.open(), &answer(&world, &world.open(), &format!("{image} materials={materials}")));
    let declared: Vec<&str> = got.lines().filter_map(|line| line.strip_prefix("declared provenance ")).collect();
    assert_eq!(declared, expected, "{got}");
}

#[test]
fn m19_one_is_the_base_and_the_others_are_materials() {
    let all = "golang:1.22,alpine:3.20,docker/dockerfile:1";
    let verdicts = ["golang:1.22 material", "alpine:3.20 agrees", "docker/dockerfile:1 material"];
    judged("A,B", all, &verdicts);
    // No order means anything, and neither does what is not indexed.
    judged("A,B", "rust:1,alpine:3.20", &["rust:1 material", "alpine:3.20 agrees"]);
    judged("A,B", "alpine:3.20@#alpine,@#golang", &["alpine:3.20 agrees", "a digest material"]);
}

#[test]
fn a_base_that_is_not_indexed() {
    let verdicts = ["debian:12 not_indexed", "node:20 material", "docker/dockerfile:2 not_indexed"];
    judged("A,B", "debian:12,node:20,docker/dockerfile:2", &verdicts);
    // Nothing found, for want of the base or because there is none.
    judged("X", "debian:12,node:20", &["debian:12 not_indexed", "node:20 material"]);
}

#[test]
fn all_are_known_and_none_is_the_parent() {
    judged("A,B", "node:20,docker/dockerfile:1", &["node:20 contradicts", "docker/dockerfile:1 contradicts"]);
    judged("A,B", "node:20@#node", &["node:20 contradicts"]);
    // The digest decides: golang:1.22 was another build then.
    judged("A,B", "alpine:3.20@#node", &["alpine:3.20 contradicts"]);
    // Built on nothing, as most such images are: scratch is never listed.
    judged("X", "golang:1.22,docker/dockerfile:1", &["golang:1.22 material", "docker/dockerfile:1 material"]);
}

#[test]
fn a_base_below_the_parent() {
    // golang is nearer than the alpine that the build names.
    judged("A,G,B", "alpine:3.20,node:20", &["alpine:3.20 material", "node:20 material"]);
}

#[test]
fn a_list_of_platforms_none_of_which_is_this_one() {
    let world = "#alpine, alpine = A
                 #arm  = R linux/arm64
                 #list, multi = {#arm}";
    let line = |verdict| format!("on #alpine exact, 1 layers, 1 steps\n declared provenance multi {verdict}");
    check(world, "A,B materials=multi@#list", &line("not_indexed"));
    check(world, "A,B materials=multi@#list no-platform", &line("contradicts"));
}

#[test]
fn a_digest_without_a_tag_names_no_tag() {
    let world = "alpine = A";
    let gone = format!("alpine@sha256:{}", "ab".repeat(32));
    let mut world = World::read(world);
    world.labels.insert("#gone".to_owned(), gone.rsplit('@').next().unwrap().parse().unwrap());
    let view = world.open();
    let mut image = world.ask("A,B materials=x@#gone");
    image.declared.iter_mut().for_each(|declared| declared.name = Some(gone.clone()));
    let subject = forebear_index::resolve::Subject { image: &image, known: None };
    let resolution = forebear_index::resolve::resolve(&view, subject);
    assert_eq!(resolution.declared[0].verdict, forebear_index::resolve::Verdict::NotIndexed);
}

#[test]
fn provenance_ranks_equal_candidates() {
    let world = "dude/dude = A
                 alpine    = A (A@1) id=other";
    check(
        world,
        "A,B materials=golang,dude/dude",
        "on dude/dude exact, 1 layers, 1 steps, declared before alpine
         declared provenance golang material
         declared provenance dude/dude agrees",
    );
}

#[test]
fn m19_m23_of_a_crawled_image() {
    #[track_caller]
    fn check_listed(facts: &str, expected: &[&str]) {
        let lines: Vec<&str> = facts.lines().map(str::trim).collect();
        // Whichever comes first, the statement or the index that lists it.
        for reversed in [false, true] {
            let mut world = World::read(&format!("{WORLD}\n{}", lines.join("\n")));
            if reversed {
                world.facts.manifests.reverse();
            }
            let view = world.open();
            let got = tell(&world, &view, &answer(&world, &view, "#b"));
            let declared: Vec<&str> =
                got.lines().filter_map(|line| line.strip_prefix("declared provenance ")).collect();
            assert_eq!(declared, expected, "{got}");
            assert_eq!(view.image_count(), 5);
        }
    }
    let materials = "golang:1.22,alpine:3.20";
    let both = ["golang:1.22 material", "alpine:3.20 agrees"];
    check_listed(&format!("#b = A,B\n#p = attests #b {materials}\napp:1 = {{#b #p~#b}}"), &both);
    // Two attestations, of which one repeats the other.
    let two = format!("#b = A,B\n#p = attests #b {materials}\n#q = attests #b alpine:3.20\napp:1 = {{#b #p~#b #q~#b}}");
    let world = World::read(&format!("{WORLD}\n{two}"));
    let view = world.open();
    let declared = answer(&world, &view, "#b").declared;
    assert_eq!(declared.len(), 2, "{declared:?}");
    // Listed as about one image, and about another by its own word.
    check_listed(&format!("#b = A,B\n#p = attests #node {materials}\napp:1 = {{#b #p~#b}}"), &[]);
    // About it, but listed by no index, or beside another image.
    check_listed(&format!("#b = A,B\n#p = attests #b {materials}\napp:1 = {{#b}}"), &[]);
    check_listed(&format!("#b = A,B\n#p = attests #b {materials}\napp:1 = {{#node #p~#b}}"), &[]);
}
