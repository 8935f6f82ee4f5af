//! What images declare of their base: where it stands, how it is written, and
//! what is made of what cannot be compared.

use forebear_index::resolve::recompressed;

use crate::cases::check;
use crate::world::World;

#[test]
fn p13_annotations_of_the_index() {
    let world = "alpine:3.19, #base = A
                 #child             = S (COPY_/_/_#_buildkit@5)
                 acme/app:1, #list  = {#child} base=alpine:3.19 base-digest=#base";
    let expected = "none nothing_shared
                    same #child same-image
                    declared annotation alpine:3.19 contradicts";
    check(world, "#child", expected);
    // The entry says it nearer than the index, and the manifest nearest.
    let nearer = "#child       = A,B
                  acme/app:1   = {#child<debian:12>} base=alpine:3.19";
    check(nearer, "#child", "none nothing_shared\n same #child same-image\n declared annotation debian:12 not_indexed");
    let nearest = "#child      = A,B base=fedora:40
                   acme/app:1  = {#child<debian:12>} base=alpine:3.19";
    check(
        nearest,
        "#child",
        "none nothing_shared\n same #child same-image\n declared annotation fedora:40 not_indexed",
    );
}

#[test]
fn p332_annotations_of_an_index_that_lists_the_index() {
    let world = "#child      = A,B
                 #inner      = {#child}
                 acme/app:1  = {#inner} base=alpine:3.19";
    check(
        world,
        "#child",
        "none nothing_shared\n same #child same-image\n declared annotation alpine:3.19 not_indexed",
    );
    let inner = "#child      = A,B
                 #inner      = {#child} base=debian:12
                 acme/app:1  = {#inner<fedora:40>} base=alpine:3.19";
    check(inner, "#child", "none nothing_shared\n same #child same-image\n declared annotation debian:12 not_indexed");
    let entry = "#child      = A,B
                 #inner      = {#child}
                 acme/app:1  = {#inner<fedora:40>} base=alpine:3.19";
    check(entry, "#child", "none nothing_shared\n same #child same-image\n declared annotation fedora:40 not_indexed");
}

#[test]
fn p15_labels_are_inherited() {
    let world = "alpine:3.19 = A
                 acme/mid:1  = A,M (A@1 -LABEL@2 M@2) label-base=alpine:3.19
                 acme/app:1  = A,M,P (A@1 -LABEL@2 M@2 P@3) label-base=alpine:3.19
                 acme/own:1  = A,M,Q (A@1 -LABEL@2 M@2 Q@3) label-base=acme/mid:1
                 acme/odd:1  = A,M,R (A@1 -LABEL@2 M@2 R@3) label-base=debian:12";
    let on = |name: &str, below: &str, verdict: &str| {
        format!("on {below}\n same {name} same-image\n declared label {verdict}")
    };
    let (alpine, mid) = ("alpine:3.19 exact, 1 layers, 1 steps", "acme/mid:1 exact, 2 layers, 3 steps");
    check(world, "acme/mid:1", &on("acme/mid:1", alpine, "alpine:3.19 agrees"));
    check(world, "acme/app:1", &on("acme/app:1", mid, "alpine:3.19 inherited"));
    check(world, "acme/own:1", &on("acme/own:1", mid, "acme/mid:1 agrees"));
    check(world, "acme/odd:1", &on("acme/odd:1", mid, "debian:12 not_indexed"));
}

/// An add-on inherits what its base says of its own base.
#[test]
fn p824_the_label_of_home_assistant() {
    let world = "alpine:3.21                        = A
                 ghcr.io/home-assistant/base:3.21   = A,B label:io.hass.base.image=alpine:3.21
                 acme/addon:1                       = A,B,C label:io.hass.base.image=alpine:3.21";
    let of = |base: &str, verdict: &str| format!("on {base}\n declared home-assistant alpine:3.21 {verdict}");
    check(world, "A,X label:io.hass.base.image=alpine:3.21", &of("alpine:3.21 exact, 1 layers, 1 steps", "agrees"));
    let on = "ghcr.io/home-assistant/base:3.21 exact, 2 layers, 2 steps";
    check(world, "A,B,X label:io.hass.base.image=alpine:3.21", &of(on, "inherited"));
    let elsewhere = "none shared_but_no_prefix
                     shares 1 scattered with ghcr.io/home-assistant/base:3.21
                     shares 1 scattered with acme/addon:1
                     declared home-assistant alpine:3.21 contradicts";
    check(world, "B,X label:io.hass.base.image=alpine:3.21", elsewhere);
}

/// buildah's remark is part of the history, which a child copies; the label of
/// buildpacks is a label.
#[test]
fn p333_whatever_is_inherited() {
    let world = "alpine:3.19 = A
                 acme/mid:1  = A,M (A@1 M@2%FROM_docker.io/library/alpine:3.19)
                 acme/app:1  = A,M,P (A@1 M@2%FROM_docker.io/library/alpine:3.19 P@3)";
    let expected = "on acme/mid:1 exact, 2 layers, 2 steps
                    same acme/app:1 same-image
                    declared history docker.io/library/alpine:3.19 inherited";
    check(world, "acme/app:1", expected);
    let packed = "acme/run:1  = A
                  acme/mid:1  = A,M buildpacks=acme/run:1
                  acme/app:1  = A,M,P buildpacks=acme/run:1";
    let expected = "on acme/mid:1 exact, 2 layers, 2 steps
                    same acme/app:1 same-image
                    declared buildpacks acme/run:1 inherited";
    check(packed, "acme/app:1", expected);
}

#[test]
fn p32_localhost_is_no_registry() {
    let world = "quay.example/acme/base:1 = A
                 quay.example/acme/app:1  = A,B (A@1 B@2%FROM_localhost/acme/base:1) base=localhost/acme/base:1";
    let expected = "on quay.example/acme/base:1 exact, 1 layers, 1 steps
                    same quay.example/acme/app:1 same-image
                    declared annotation localhost/acme/base:1 local, as quay.example/acme/base:1
                    declared history localhost/acme/base:1 local, as quay.example/acme/base:1";
    check(world, "quay.example/acme/app:1", expected);
    // Looked up first.
    let known = "localhost/acme/base:1   = A
                 quay.example/acme/app:1 = A,B base=localhost/acme/base:1";
    let expected = "on localhost/acme/base:1 exact, 1 layers, 1 steps
                    same quay.example/acme/app:1 same-image
                    declared annotation localhost/acme/base:1 agrees";
    check(known, "quay.example/acme/app:1", expected);
    // Of another name, of a registry with a port, with no parent at all.
    let other = "quay.example/acme/base:2 = A
                 quay.example/acme/app:1  = A,B base=localhost/acme/base:1
                 quay.example/acme/two:1  = A,C base=localhost:5000/acme/base:2
                 quay.example/acme/six:1  = D,C base=localhost/acme/base:2";
    let expected = "on quay.example/acme/base:2 exact, 1 layers, 1 steps
                    same quay.example/acme/app:1 same-image
                    declared annotation localhost/acme/base:1 local";
    check(other, "quay.example/acme/app:1", expected);
    let expected = "on quay.example/acme/base:2 exact, 1 layers, 1 steps
                    same quay.example/acme/two:1 same-image
                    declared annotation localhost:5000/acme/base:2 not_indexed";
    check(other, "quay.example/acme/two:1", expected);
    let expected = "none shared_but_no_prefix
                    same quay.example/acme/six:1 same-image
                    shares 1 scattered with quay.example/acme/two:1
                    declared annotation localhost/acme/base:2 local";
    check(other, "quay.example/acme/six:1", expected);
}

#[test]
fn p334_a_digest_inside_a_name() {
    let digest = World::read("alpine:3.19, #base = A").digest("#base");
    let world = "alpine:3.19@2, #new  = N
                 alpine:3.19@1!, #base = A";
    let names = [
        format!("alpine:3.19@{digest}"),
        format!("docker.io/library/alpine@{digest}"),
        format!("docker-image://alpine:3.19@{digest}"),
    ];
    for name in names {
        let expected = format!("on #base exact, 1 layers, 1 steps\n declared annotation {name} agrees");
        check(world, &format!("A,B base={name}"), &expected);
    }
    let name = format!("alpine:3.19@{digest}");
    check(
        world,
        &format!("N,B base={name}"),
        &format!("on #new exact, 1 layers, 1 steps\n declared annotation {name} contradicts"),
    );
}

#[test]
fn p335_two_spellings_are_one_declaration() {
    let world = "alpine:3.19       = A
                 acme/app:1, #app  = A,B base=alpine:3.19
                 acme/app:2        = A,B id=#app base=docker.io/library/alpine:3.19";
    let expected = "on alpine:3.19 exact, 1 layers, 1 steps
                    same #app same-image
                    declared annotation docker.io/library/alpine:3.19 agrees";
    check(world, "#app", expected);
}

#[test]
fn p336_a_declared_base_comes_before_the_guess_of_scratch() {
    let world = "alpine:3.19 = A";
    check(world, "S (COPY_/_/@1)", "none scratch_inferred");
    let expected = "none nothing_shared\n declared annotation debian:12 not_indexed";
    check(world, "S (COPY_/_/@1) base=debian:12", expected);
    let expected = "none nothing_shared\n declared history debian:12 not_indexed";
    check(world, "S (COPY_/_/@1%FROM_debian:12)", expected);
    // What the build read need not be its base.
    check(
        world,
        "S (COPY_/_/@1) materials=debian:12",
        "none scratch_inferred\n declared provenance debian:12 not_indexed",
    );
}

#[test]
fn p24_digests_of_two_algorithms_cannot_be_compared() {
    let world = "alpine:3.19    = A (ADD@1 -CMD@1)
                 acme/app:mixed = ^A,^R (ADD@1 -CMD@1 R@2) base=alpine:3.19
                 acme/app:plain = ^A,^S (ADD@1 -CMD@1 S@2)";
    let expected = "none shared_but_no_prefix
                    same acme/app:mixed same-image
                    shares 1 with acme/app:plain
                    declared annotation alpine:3.19 not_comparable";
    check(world, "acme/app:mixed", expected);
    let alone = "alpine:3.19 = A (ADD@1 -CMD@1)";
    check(alone, "^A,^R base=alpine:3.19", "none not_comparable\n declared annotation alpine:3.19 not_comparable");
    check(alone, "^A,^R", "none not_comparable");
    check(
        "alpine:3.19 = ^A",
        "A,R base=alpine:3.19",
        "none not_comparable\n declared annotation alpine:3.19 not_comparable",
    );
    // Where the index has images of both, one of SHA-256 is compared with most.
    check("alpine:3.19 = ^A\n debian:12 = D", "A,R", "none nothing_shared");
    check("alpine:3.19 = ^A\n debian:12 = D", "^R", "none not_comparable");
    // The nearest that can be compared is the parent all the same.
    let both = "alpine:3.19     = A
                alpine:3.19-512 = ^A (A@1)";
    let expected = "on alpine:3.19-512 exact, 1 layers, 1 steps\n declared annotation alpine:3.19 not_comparable";
    check(both, "^A,^R (A@1 R@1) base=alpine:3.19", expected);
}

/// A base of which no config was read is known by its blobs alone, which say
/// nothing of layers in another compression.
#[test]
fn p343_a_base_whose_config_was_not_read() {
    let world = "debian:12 = D unread";
    check(world, "A,B base=debian:12", "none not_comparable\n declared annotation debian:12 not_comparable");
    let known = "debian:12 = D unread
                 alpine:3  = A";
    let expected = "on alpine:3 exact, 1 layers, 1 steps\n declared annotation debian:12 not_comparable";
    check(known, "A,B base=debian:12", expected);
    // Its blob is known for another layer.
    let taught = "debian:12 = D unread
                  x/copy    = D
                  alpine:3  = A";
    let expected = "on alpine:3 exact, 1 layers, 1 steps\n declared annotation debian:12 contradicts";
    check(taught, "A,B base=debian:12", expected);
}

/// The index may know an image nearer than the base that was named.
#[test]
fn p345_a_declared_ancestor_of_the_parent() {
    let world = "alpine:3.19 = A
                 acme/mid:1  = A,M
                 acme/low:1  = A,M,N";
    let expected = "on acme/low:1 exact, 3 layers, 3 steps\n declared annotation alpine:3.19 ancestor";
    check(world, "A,M,N,P base=alpine:3.19", expected);
    let expected = "on acme/mid:1 exact, 2 layers, 2 steps\n declared annotation acme/low:1 contradicts";
    check(world, "A,M,P base=acme/low:1", expected);
}

/// A name with a transport before it.
#[test]
fn p344_a_transport_before_the_name() {
    for name in ["docker://docker.io/library/alpine:3.19", "docker-image://alpine:3.19"] {
        let expected = format!("on alpine:3.19 exact, 1 layers, 1 steps\n declared annotation {name} agrees");
        check("alpine:3.19 = A", &format!("A,B base={name}"), &expected);
    }
}

#[test]
fn p341_blobs_that_cannot_be_compared_are_not_recompressed() {
    for (base, child, expected) in [
        ("A,B", "A,B,C", Some(false)),
        ("A,B", "A,B/zst,C", Some(true)),
        ("A,B", "A,B/!x~,C", None),
        ("A,B/!x~", "A,B,C", None),
        ("A,B", "A/zst,B/!x~,C", Some(true)),
        ("A,B/!x~", "A,B/!x~,C", Some(false)),
    ] {
        let world = World::read(&format!("base = {base}"));
        let view = world.open();
        let parent = world.find(&view, "base");
        assert_eq!(recompressed(&view, &world.ask(child), parent, 2), expected, "{child} on {base}");
    }
}
