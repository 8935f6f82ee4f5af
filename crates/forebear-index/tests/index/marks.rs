//! A step is its time and text. Whether it made a layer is each image's own
//! word, which decides alignment and nothing else: tools mark one step
//! differently.

use crate::cases::check;

/// The parent whatever it and its child mark; the oracle compares what every
/// image says of its own steps with its config.
#[test]
fn p310_a_step_is_its_time_and_text() {
    for (base, child) in [
        ("A@1 -CMD@2", "A@1 CMD@2 B@3"),
        ("A@1 CMD@2", "A@1 -CMD@2 B@3"),
        ("-A@1 CMD@2", "A@1 -CMD@2 B@3"),
        ("A@1 -CMD@2", "-A@1 -CMD@2 -B@3"),
    ] {
        for names in [["base", "x"], ["other", "y"], ["third", "z"], ["fourth", "w"]] {
            let [base_name, name] = names;
            let world = format!("{base_name} = A ({base})\n {name} = A,B ({child})");
            let expected = format!("on {base_name} exact, 1 layers, 2 steps\n same {name} same-image");
            check(&world, name, &expected);
        }
    }
}

/// The longer history that agrees is the parent, also where it is marked
/// otherwise (`golang` images of old, whose bases another builder made).
#[test]
fn p311_a_mark_does_not_hide_the_longer_history() {
    let world = "base = A (A@1)
                 meta = A (A@1 -CMD@2)";
    check(world, "A,B (A@1 CMD@2 B@3)", "on meta exact, 1 layers, 2 steps");
}

#[test]
fn p312_the_same_steps_marked_differently_are_one_build() {
    let world = "one = A (A@1 -CMD@2)
                 two = A (A@1 CMD@2)
                 six = A (-A@1 -CMD@2)
                 old = A (A@1 -CMD@2) schema1";
    let expected = "none nothing_shared
                    same one same-image
                    same six same-build
                    same two same-build
                    same old same-build";
    check(world, "one", expected);
}

/// Of two images with one history, only the one whose steps made layers as
/// these did can have been filled in.
#[test]
fn p313_a_history_without_empty_steps_is_compared_with_each_images_own_marks() {
    let world = "one = A,B (A@1 -CMD@2 B@3)
                 two = A,B (A@1 CMD@2 B@3)";
    check(world, "A,B,C (A@1 B@3 C@4)", "on one filled, 2 layers, 2 steps");
    check(world, "A,B,C (A@1 CMD@2 B@3 C@4)", "on one exact, 2 layers, 3 steps, alphabet before two");
}
