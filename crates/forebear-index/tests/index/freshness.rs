//! How far behind a build is, counted by its counting name, and which images are outdated.

use forebear_image::declared::{Declared, Source};

use crate::world::{World, day, day_of, short};

/// What is said of an image as the base of one that declares `declared`, if that is not empty.
#[track_caller]
fn check(world: &str, label: &str, declared: &str, expected: &str) {
    let world = World::read(world);
    let view = world.open();
    let id = world.find(&view, label);
    let declared: Vec<Declared> = Some(declared)
        .filter(|name| !name.is_empty())
        .map(|name| Declared::new(Source::Label, Some(name.to_owned()), None))
        .into_iter()
        .collect();
    let found = view.freshness(id, &view.names_of(id), &declared, |_| true).unwrap();
    let mut got = vec![short(&found.counting.reference), format!("{:?}", found.state).to_lowercase()];
    if found.builds_behind > 0 {
        let since = found.superseded.map_or(0, day_of);
        got.push(format!("{} builds {} days since {since}", found.builds_behind, found.days_behind));
    }
    got.extend(found.pinned.map(|name| format!("pinned {}", short(&name.reference))));
    let others: Vec<String> = found.other_lines.iter().map(|name| short(&name.reference)).collect();
    got.extend((!others.is_empty()).then(|| format!("beside {}", others.join(" "))));
    assert_eq!(got.join(", "), expected, "{label} {declared:?}");
}

/// 3.12.7 rebuilt twice, then 3.12.8 released, then 3.13.
const PYTHON: &str = "#1, python:3.12.7-slim@1-2!, python:3.12-slim@1-2!, python:3-slim@1-2! = A
                      #2, python:3.12.7-slim@3-4!, python:3.12-slim@3-4!, python:3-slim@3-4! = B
                      #3, python:3.12.7-slim@5-9, python:3.12-slim@5-6!, python:3-slim@5-6! = C
                      #4, python:3.12.8-slim@7-9, python:3.12-slim@7-9, python:3-slim@7-7! = D
                      #5, python:3.13.0-slim@8-9, python:3.13-slim@8-9, python:3-slim@8-9 = E";

#[test]
fn p504_builds_behind() {
    check(PYTHON, "#1", "", "python:3.12-slim, outdated, 3 builds 6 days since 3, beside python:3-slim");
    check(PYTHON, "#3", "", "python:3.12-slim, outdated, 1 builds 2 days since 7, beside python:3-slim");
    // A wider line moved on: it is shown, and calls nothing outdated.
    check(PYTHON, "#4", "", "python:3.12-slim, current, beside python:3-slim");
    // Who declares the wider line follows it.
    let declared = "python:3-slim, outdated, 1 builds 1 days since 8";
    check(PYTHON, "#4", "python:3-slim", declared);
    let pinned = "python:3.12-slim, outdated, 1 builds 2 days since 7, pinned python:3.12.7-slim, beside python:3-slim";
    check(PYTHON, "#3", "python:3.12.7-slim", pinned);
    check(PYTHON, "#3", "debian:12", "python:3.12-slim, outdated, 1 builds 2 days since 7, beside python:3-slim");
}

#[test]
fn p504_the_more_of_both() {
    // The old release was rebuilt after the line had left it.
    let world = "#1, x/y:1.2.3@1-2!, x/y:1.2@1-2! = A
                 #2, x/y:1.2.4@3-9, x/y:1.2@3-9 = B
                 #3, x/y:1.2.3@4-5! = C
                 #4, x/y:1.2.3@6-9 = D";
    check(world, "#1", "", "x/y:1.2, outdated, 2 builds 6 days since 3");
    // The line is gone; the builds that it led to count.
    let world = "#1, x/y:1.2.3@1-9, x/y:1.2@1-2! = A
                 #2, z@1-9 = Z";
    check(world, "#1", "", "x/y:1.2, gone");
}

#[test]
fn p505_what_nothing_tells() {
    check("#1, bash:5.2.37@1-9 = A", "#1", "", "bash:5.2.37, unproven");
    let rebuilt = "#0, bash:5.2.37@1-2! = Z
                   #1, bash:5.2.37@3-9 = A";
    check(rebuilt, "#1", "", "bash:5.2.37, current");
    check(rebuilt, "#0", "", "bash:5.2.37, outdated, 1 builds 6 days since 3");
    // Names of another repository say nothing.
    let copied = "#1, alpine:3.20@1-9, acme/base:3.20.3@1-9 = A";
    check(copied, "#1", "", "alpine:3.20, unproven");
    check(copied, "#1", "acme/base:3.20.3", "acme/base:3.20.3, unproven");
}

/// All outdated images, as `IMAGE on BASE builds/days`.
#[track_caller]
fn check_outdated(world: &str, as_of: Option<i64>, wanted: &str, expected: &[&str]) {
    check_further_down(world, as_of, wanted, expected, 0);
}

/// The same, and how many have an outdated ancestor further down.
#[track_caller]
fn check_further_down(world: &str, as_of: Option<i64>, wanted: &str, expected: &[&str], further_down: usize) {
    let world = World::read(world);
    let view = as_of.map_or_else(|| world.open(), |today| world.as_of(day(today)));
    let found = view.outdated(|names| {
        names.into_iter().filter(|name| !name.ended && short(&name.reference).starts_with(wanted)).collect()
    });
    let got: Vec<String> = found
        .images
        .iter()
        .map(|one| {
            let name = short(&view.tag_reference(one.tag).unwrap());
            format!("{name} on {} {}/{}", world.call(&view, one.base), one.builds_behind, one.days_behind)
        })
        .collect();
    assert_eq!(got, expected, "as of {as_of:?}, {wanted}");
    assert_eq!(found.further_down, further_down, "as of {as_of:?}, {wanted}");
}

/// P869: who is not told of, since not the base itself has a later build, is counted.
#[test]
fn p869_an_outdated_ancestor_further_down() {
    let world = "#1, base:1@1-2! = A
                 #2, base:1@3-9 = B
                 mid:1@1-9 = A,M
                 #m, mid:old@1-2! = A,N
                 acme/app:1@1-9 = A,M,X
                 acme/more:1@1-9 = A,M,X,Y
                 acme/gone:1@1-2! = A,M,Z
                 beta/app:1@1-9 = A,N,X
                 beta/fresh:1@3-9 = B,X
                 beta/more:1@3-9 = B,X,Y";
    let mid = "mid:1 on #1 1/6";
    check_further_down(world, None, "", &[mid], 3);
    check_further_down(world, None, "acme/", &[], 2);
    check_further_down(world, None, "beta/", &[], 1);
    check_further_down(world, None, "mid", &[mid], 0);
    // That a tag was gone is told by a listing, and there is none.
    check_further_down(world, Some(9), "", &[mid, "mid:old on #1 1/6"], 4);
    check_further_down(world, Some(2), "", &[], 0);
}

#[test]
fn p506_the_worst_first() {
    let world = "#1, base:1@1-2! = A
                 #2, base:1@3-4! = B
                 #3, base:1@5-9 = C
                 acme/old:1@1-9 = A,X
                 acme/less:1@3-9 = B,X
                 acme/fresh:1@5-9 = C,X
                 beta/old:1@1-9 = A,Y
                 beta/went:1@1-2! = A,Z
                 beta/copy:1@1-9 = A,Y id=copy label-base=base:1";
    let all = ["acme/old:1 on #1 2/6", "beta/copy:1 on #1 2/6", "beta/old:1 on #1 2/6", "acme/less:1 on #2 1/4"];
    check_outdated(world, None, "", &all);
    check_outdated(world, None, "acme/", &["acme/old:1 on #1 2/6", "acme/less:1 on #2 1/4"]);
    check_outdated(world, None, "nobody/", &[]);
    let then = ["acme/old:1 on #1 1/1", "beta/copy:1 on #1 1/1", "beta/old:1 on #1 1/1", "beta/went:1 on #1 1/1"];
    check_outdated(world, Some(4), "", &then);
    check_outdated(world, Some(2), "", &[]);
}
