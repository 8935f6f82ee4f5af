//! The case list, as far as the index answers it: M1 to M33 by their ids, then
//! each class of agreement, each step of the ranking, each reason for no
//! parent, each relation of equal layers. Notation: `world.rs`.

use crate::oracle;
use crate::world::{World, answer, short, tell};

/// Asks about `query`, a label of the world or an image in its notation. Every
/// world is also compared with brute force, image by image.
#[track_caller]
pub(crate) fn check(world: &str, query: &str, expected: &str) {
    let world = World::read(world);
    let view = world.open();
    if let Err(why) = oracle::verify(&world.facts, &view) {
        panic!("{why}");
    }
    let got = tell(&world, &view, &answer(&world, &view, query));
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(got.lines().collect::<Vec<_>>(), expected, "asked about {query}");
}

/// The names of an image, best first.
#[track_caller]
fn check_names(world: &str, label: &str, expected: &[&str]) {
    let world = World::read(world);
    let view = world.open();
    let names = view.names_of(world.find(&view, label));
    let got: Vec<String> = names.iter().map(|name| short(&name.reference)).collect();
    assert_eq!(got, expected);
}

#[test]
fn m1_official_before_a_copy_of_it() {
    let world = "alpine:3.21 = A
                 dude/dude   = A";
    check(world, "A,B", "on alpine:3.21 exact, 1 layers, 1 steps, official before dude/dude");
}

#[test]
fn m2_official_before_its_staging_mirror() {
    let world = "oisupport/staging-amd64:jammy@1 = A
                 ubuntu:jammy@2                  = A";
    check(world, "A,B", "on ubuntu:jammy exact, 1 layers, 1 steps, official before oisupport/staging-amd64:jammy");
}

#[test]
fn m3_one_image_with_three_names() {
    let world = "ubuntu:jammy@1-3, ubuntu:22.04@1-3, ubuntu:jammy-20230804@2-3 = A";
    check(world, "A,B", "on ubuntu:jammy-20230804 exact, 1 layers, 1 steps");
    check_names(world, "ubuntu:jammy@1-3", &["ubuntu:22.04", "ubuntu:jammy", "ubuntu:jammy-20230804"]);
}

#[test]
fn m4_a_parent_in_the_same_repository() {
    let world = "node:8.11.2         = A,B,C,D,E,F,G,H
                 node:8.11.2-onbuild = A,B,C,D,E,F,G,H,I";
    let expected = "on node:8.11.2 exact, 8 layers, 8 steps
                    same node:8.11.2-onbuild same-image";
    check(world, "node:8.11.2-onbuild", expected);
}

#[test]
fn m5_an_indexed_image_is_not_its_own_parent() {
    let world = "base = A
                 x    = A,B";
    let expected = "on base exact, 1 layers, 1 steps
                    same x same-image";
    check(world, "x", expected);
    check("x = A,B", "x", "none nothing_shared\n same x same-image");
    // The same image read from elsewhere, say from an archive.
    check(world, "A,B id=x", expected);
}

#[test]
fn m6_mirrors_are_identical_not_parents() {
    let one = "a/mirror, b/mirror = A,B";
    check(one, "a/mirror", "none nothing_shared\n same a/mirror same-image");
    check_names(one, "a/mirror", &["a/mirror", "b/mirror"]);
    let two = "a/mirror = A,B
               b/mirror = A,B";
    let expected = "none nothing_shared
                    same a/mirror same-image
                    same b/mirror same-build";
    check(two, "a/mirror", expected);
}

#[test]
fn m7_an_unknown_layer_between_does_not_stop_the_walk() {
    let world = "debian = A
                 php    = A,B,C,D";
    check(world, "A,B,C,D,E", "on php exact, 4 layers, 4 steps");
}

#[test]
fn m8_the_declared_base_is_not_indexed() {
    let expected = "on debian exact, 1 layers, 1 steps
                    declared annotation buildpack-deps:bookworm not_indexed";
    check("debian = A", "A,B,C base=buildpack-deps:bookworm", expected);
}

#[test]
fn m9_no_tag_leads_to_the_parent_any_more() {
    let world = "debian:12@1-3! = A
                 debian:12@4-5  = Z";
    check(world, "A,B", "on debian:12 exact, 1 layers, 1 steps");
    // No tag ever did: known as an entry of a list, or from a digest.
    check("#p = A", "A,B", "on #p exact, 1 layers, 1 steps");
}

#[test]
fn m10_scratch_is_not_unknown() {
    let world = "alpine = A";
    check(world, "X base=scratch", "none scratch\n declared annotation scratch agrees");
    // Layers win: something declared as built on scratch may not be.
    check(world, "A,B base=scratch", "on alpine exact, 1 layers, 1 steps\n declared annotation scratch contradicts");
}

#[test]
fn m11_a_child_that_only_adds_metadata() {
    let world = "#p = A,B (A@1 B@2)
                 #q = A,B (A@1 B@2 -ENV_x@3 -CMD_y@3)";
    check(world, "#q", "on #p exact, 2 layers, 2 steps\n same #q same-image");
    check(world, "#p", "none nothing_shared\n same #p same-image");
    // Two steps up: the nearest is the parent, the other no mere look-alike.
    let query = "A,B (A@1 B@2 -ENV_x@3 -CMD_y@3 -USER_z@4)";
    check(world, query, "on #q exact, 2 layers, 4 steps");
}

#[test]
fn m12_equal_layers_history_decides() {
    let world = "#one = A (A@1 -CMD_a@2)
                 #two = A (A@1 -CMD_b@2)
                 #bare = A (A@1)";
    check(world, "A,B (A@1 -CMD_b@2 B@3)", "on #two exact, 1 layers, 2 steps");
    check(world, "A,B (A@1 -CMD_c@2 B@3)", "on #bare exact, 1 layers, 1 steps");
}

#[test]
fn m13_empty_layers_count_in_order_and_number() {
    let world = "#p = A,E
                 #q = A,E,E";
    check(world, "A,E,E,B", "on #q exact, 3 layers, 3 steps");
    check(world, "A,E,B", "on #p exact, 2 layers, 2 steps");
    check(world, "E,A,E", "none shared_but_no_prefix\n shares 3 scattered with #q\n shares 2 scattered with #p");
}

#[test]
fn m14_one_layer_after_two_prefixes() {
    let world = "#ad = A,D
                 #bd = B,D";
    check(world, "B,D,X", "on #bd exact, 2 layers, 2 steps");
}

#[test]
fn m15_the_same_layers_in_another_order() {
    check("#y = B,A", "A,B,C", "none shared_but_no_prefix\n shares 2 scattered with #y");
}

#[test]
fn m16_a_recompressed_base() {
    let world = "alpine = A";
    check(world, "A/zst,B", "on alpine exact, 1 layers, 1 steps");
    check(world, "A,B no-blobs", "on alpine exact, 1 layers, 1 steps");
    // Both compressions in the index are one image.
    let world = "#gz, alpine  = A id=a
                 #zst, mirror = A/zst id=a";
    check(world, "#zst", "none nothing_shared\n same #gz same-image");
    // Its blobs alone are known, and the copy taught what one of them is.
    check(world, "A/zst,B unread", "on #gz unread, 1 layers, 0 steps");
}

#[test]
fn m17_a_windows_base_pushed_again() {
    let world = "#p = W/old (Apply_image_10.0.20348.643@1) windows/amd64:10.0.20348.643";
    let query = "W/new,B (Apply_image_10.0.20348.643@1 B@2) windows/amd64:10.0.20348.643";
    check(world, query, "on #p exact, 1 layers, 1 steps");
    // Text alone names no parent: an image without layers has no parent.
    let query = "V,B (Apply_image_10.0.20348.643@1 B@2) windows/amd64:10.0.20348.643";
    check(world, query, "none nothing_shared");
}

#[test]
fn m18_compressed_digests_and_diff_ids_cannot_be_compared() {
    check("alpine = A unread", "A,B no-blobs", "none not_comparable");
    check("alpine = A", "A/zst,B unread", "none not_comparable");
    // Something of both sides is known: an answer.
    check("alpine = A unread", "A,B", "on alpine unread, 1 layers, 0 steps");
    check("alpine = A", "A,B unread", "on alpine unread, 1 layers, 0 steps");
}

#[test]
fn m19_a_build_stage_is_no_parent() {
    let world = "golang = G,O
                 alpine = A";
    let expected = "on alpine exact, 1 layers, 1 steps
                    declared annotation golang contradicts";
    check(world, "A,B base=golang", expected);
}

#[test]
fn m20_layers_win_over_a_decoy() {
    let world = "decoy  = D
                 java:21 = J";
    check(world, "J,B base=decoy", "on java:21 exact, 1 layers, 1 steps\n declared annotation decoy contradicts");
}

#[test]
fn m21_squashed_with_an_annotation() {
    let world = "registry.access.redhat.com/ubi8 = U";
    let query = "S (S@9) base=registry.access.redhat.com/ubi8";
    let expected = "none nothing_shared
                    declared annotation registry.access.redhat.com/ubi8 contradicts";
    check(world, query, expected);
}

#[test]
fn m22_base_digest_of_a_manifest_or_of_an_index() {
    let world = "#amd = A
                 #arm = R linux/arm64
                 #list, alpine:3.21 = {#amd #arm}
                 #old = Z";
    let declared = |verdict| format!("on #amd exact, 1 layers, 1 steps\n declared annotation a digest {verdict}");
    check(world, "A,B base-digest=#amd", &declared("agrees"));
    check(world, "A,B base-digest=#list", &declared("agrees"));
    check(world, "A,B base-digest=#old", &declared("contradicts"));
}

#[test]
fn m23_attestations_are_no_images() {
    let world = World::read(
        "#1 = A linux/amd64
         #2 = B linux/arm64
         alpine = {#1 attestation #2 attestation}",
    );
    let view = world.open();
    assert_eq!(view.image_count(), 2);
    let list = view.find_manifest(world.digest("alpine")).unwrap();
    assert_eq!(view.entries_of(list).count(), 2);
    let platforms: Vec<String> = view.platforms().iter().map(ToString::to_string).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
}

#[test]
fn m24_all_platforms_share_one_chain() {
    let platforms = ["amd64", "arm64", "386", "ppc64le", "riscv64", "s390x", "arm/v6", "arm/v7"];
    let images: Vec<String> = platforms.iter().map(|p| format!("#{p} = A linux/{p}")).collect();
    let labels: Vec<String> = platforms.iter().map(|p| format!("#{p}")).collect();
    let text = format!("{}\n data:1 = {{{}}}", images.join("\n"), labels.join(" "));
    let world = World::read(&text);
    let view = world.open();
    assert_eq!((view.image_count(), forebear_index::stats::stats(&view).trie_nodes), (8, 1));
    for platform in platforms {
        let id = world.find(&view, &format!("#{platform}"));
        assert_eq!(view.platform_of(id, None).unwrap().to_string(), format!("linux/{platform}"));
        let resolution = answer(&world, &view, &format!("A,B linux/{platform}"));
        assert_eq!(resolution.parent.unwrap().image, id, "{platform}");
        assert_eq!(view.reference_of(id), "docker.io/library/data:1");
    }
}

#[test]
fn m25_another_platforms_parent_is_not_dropped() {
    let arm = "#arm = A linux/arm64";
    check(arm, "A,B", "on #arm exact, 1 layers, 1 steps");
    let both = "#arm, alpine = A linux/arm64
                #amd, x/long-name = A";
    check(both, "A,B", "on #amd exact, 1 layers, 1 steps, platform before #arm");
    check(both, "A,B linux/arm64/v8", "on #arm exact, 1 layers, 1 steps, platform before #amd");
    check(both, "A,B no-platform", "on #arm exact, 1 layers, 1 steps, official before #amd");
}

#[test]
fn m26_layers_shared_anywhere() {
    let layers = |from: char, to: char| (from..=to).map(String::from).collect::<Vec<_>>().join(",");
    let world = format!("#sibling = X,{}", layers('a', 'p'));
    check(&world, &layers('a', 'u'), "none shared_but_no_prefix\n shares 16 scattered with #sibling");
    // The image itself shares more layers with itself than are listed.
    let world = format!("{world}\n#q = {}\n#on-q = {},Z", layers('a', 'z'), layers('a', 'z'));
    let expected = "none shared_but_no_prefix
                    same #q same-image
                    shares 16 scattered with #sibling";
    check(&world, "#q", expected);
    // So does one look-alike, and does not keep the others out.
    let world = format!("#near = Y,{}\n#far = X,a,b", layers('a', 'z'));
    let expected = "none shared_but_no_prefix
                    shares 26 scattered with #near
                    shares 2 scattered with #far";
    check(&world, &layers('a', 'z'), expected);
}

#[test]
fn m27_the_run_image_of_a_buildpacks_app() {
    let world = "paketo/run:base = A,B,C,D (A@1 B@1 C@1 D@1 -LABEL@1)";
    // Buildpacks write no empty entries, and here none for the run image.
    let query = "A,B,C,D,E,F (A@1 B@1 C@1 D@1 E@2 F@2) buildpacks=paketo/run:base";
    let expected = "on paketo/run:base filled, 4 layers, 4 steps
                    declared buildpacks paketo/run:base agrees";
    check(world, query, expected);
}

#[test]
fn m28_buildahs_from_comment() {
    let world = "registry.access.redhat.com/ubi8 = A";
    let query = "A,B (A@1 B@2%FROM_registry.access.redhat.com/ubi8:latest)";
    let expected = "on registry.access.redhat.com/ubi8 exact, 1 layers, 1 steps
                    declared history registry.access.redhat.com/ubi8:latest agrees";
    check(world, query, expected);
}

#[test]
fn m29_nothing_could_be_read() {
    check("alpine = A", "- unread", "none unreadable");
    check("alpine = A", "- (-CMD_x@1)", "none nothing_shared");
}

#[test]
fn m30_the_prefix_decides_not_the_command() {
    let world = "nginx:1-alpine-slim = A,B (A@1 B@1 -CMD_nginx@1)
                 nginx:1-alpine      = A,B,C (A@1 B@1 -CMD_nginx@1 C@2)";
    let query = "A,B,C,D (A@1 B@1 -CMD_nginx@1 C@2 D@3 -CMD_nginx@3)";
    check(world, query, "on nginx:1-alpine exact, 3 layers, 4 steps");
}

#[test]
fn m31_a_placeholder_date_orders_nothing() {
    let world = "x/a@2 = A created=1
                 y/b@1 = A created=1700000000
                 z/c@3 = A created=315532800";
    check(world, "A,B", "on y/b exact, 1 layers, 1 steps, first_seen before x/a z/c");
}

#[test]
fn m32_media_types_do_not_matter() {
    let mut world = World::read("windows = F,B");
    for (_, manifest) in &mut world.facts.manifests {
        if let forebear_image::ManifestFacts::Image(image) = manifest {
            image.layers[0].media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip".to_owned();
        }
    }
    let view = world.open();
    let got = tell(&world, &view, &answer(&world, &view, "F,B,C"));
    assert_eq!(got, "on windows exact, 2 layers, 2 steps");
}

#[test]
fn m33_steps_are_not_joined_before_comparing() {
    let world = "#p = A,B (ab@1 c@1)";
    check(world, "A,B,C (a@1 bc@1 d@1)", "on #p differs, 2 layers, 0 steps");
}

#[test]
fn a_deeper_image_of_another_history_is_a_sibling() {
    // `bash:3.2` on an older `bash:3.2` by layers, on `alpine:3.5` in truth.
    let world = "alpine:3.5 = A (ADD@1)
                 #old       = A,B (ADD@1 -ENV_1@2 B@2)";
    let query = "A,B,C (ADD@1 -ENV_2@3 B@3 C@3)";
    check(world, query, "on alpine:3.5 exact, 1 layers, 1 steps\n shares 2 with #old");
}

#[test]
fn agreement_exact() {
    let world = "#p = A (A@1 -CMD)";
    // A missing time matches any, on either side.
    check(world, "A,B (A@1 -CMD@5 B@6)", "on #p exact, 1 layers, 2 steps");
    check("#p = A (A@1 -CMD@5)", "A,B (A -CMD B@6)", "on #p exact, 1 layers, 2 steps");
    // Whether a step made a layer is no part of it (P310).
    check(world, "A,B (A@1 CMD@5 B@6)", "on #p exact, 1 layers, 2 steps");
}

#[test]
fn agreement_filled() {
    let world = "#p = A,B (A@1 -ENV@1 B@1 -CMD@1)";
    check(world, "A,B,C (A@1 B@1 C@2)", "on #p filled, 2 layers, 2 steps");
    // With any empty entry left, nothing was dropped.
    check(world, "A,B,C (A@1 B@1 -USER@2 C@2)", "on #p differs, 2 layers, 0 steps");
    check(world, "A,B,C (A@1 B@3 C@3)", "on #p differs, 2 layers, 0 steps");
    // Nothing but empty steps is no evidence.
    check("#p = A (-CMD@1)", "A,B (B@1)", "on #p differs, 1 layers, 0 steps");
    // S4: at one depth an exact one comes first, however long the other's
    // history and whatever its name.
    let world = "alpine = A (A@1 -CMD@1 -LABEL@1)
                 x/p = A (A@1)";
    check(world, "A,C (A@1 C@2)", "on x/p exact, 1 layers, 1 steps");
}

#[test]
fn agreement_above() {
    let world = "#p = A,B ()";
    check(world, "A,B,C (C@1 -CMD@1)", "on #p above, 2 layers, 0 steps");
    check(world, "A,B,C (B@1 C@1)", "on #p differs, 2 layers, 0 steps");
    check(world, "A,B,C ()", "on #p above, 2 layers, 0 steps");
    // Only metadata on top of an image without history.
    check(world, "A,B (-CMD@1)", "on #p above, 2 layers, 0 steps");
    check(world, "A,B ()", "none nothing_shared\n same #p same-build");
}

#[test]
fn agreement_text() {
    let world = "#p = A,B (A@1 B@1)
                 #deep = A (A@9)";
    check(world, "A,B,C (A@5 B@5 C@5)", "on #p text, 2 layers, 2 steps");
    check(world, "A,B,C (A_@1 _B@1 C@5)", "on #p text, 2 layers, 2 steps");
    // The better class wins over the greater depth.
    check(world, "A,B,C (A@9 B@9 C@9)", "on #deep exact, 1 layers, 1 steps\n shares 2 with #p");
}

#[test]
fn agreement_unread() {
    let world = "#unread = A,B unread
                 #text = A (A@1)
                 #other = A (Z@1)";
    check(world, "A,B,C (A@5 B@5 C@5)", "on #text text, 1 layers, 1 steps\n shares 2 with #unread");
    check(world, "A,B,C (Y@5)", "on #unread unread, 2 layers, 0 steps");
    check(world, "A,B,C unread", "on #unread unread, 2 layers, 0 steps");
    // Without a config nothing tells a parent from an equal: never at full depth.
    check("#p = A unread", "A", "none nothing_shared\n same #p same-layers");
}

#[test]
fn agreement_differs() {
    let world = "#p = A,B (P@1 Q@1)
                 #u = A unread";
    check(world, "A,B,C (X@1 Y@1 Z@1)", "on #u unread, 1 layers, 0 steps\n shares 2 with #p");
    check("#p = A,B (P@1 Q@1)", "A,B,C (X@1 Y@1 Z@1)", "on #p differs, 2 layers, 0 steps");
}

#[test]
fn images_without_layers() {
    let world = "#args = - (-ARG_x@1)
                 #more = - (-ARG_x@1 -ENV_y@2)
                 #none = - ()";
    check(world, "A (-ARG_x@1 -ENV_y@2 A@3)", "on #more exact, 0 layers, 2 steps");
    check(world, "A (-ARG_x@5 -ENV_y@6 A@7)", "none nothing_shared");
    check(world, "#more", "on #args exact, 0 layers, 1 steps\n same #more same-image");
    check(world, "A (A@1)", "none nothing_shared");
}

#[test]
fn schema_1_is_compared_by_blobs_and_its_own_history() {
    let world = "#one = A,B (A@1 -ENV@1 B@1) schema1";
    check(world, "A,B,C (A@1 -ENV@1 B@1 C@2)", "on #one exact, 2 layers, 3 steps");
    check(world, "A/zst,B,C", "none shared_but_no_prefix\n shares 1 scattered with #one");
}

#[test]
fn contradicting_configs_teach_nothing() {
    // One blob, two diff_ids: a third image that lists it matches it as a blob.
    let world = "#a = A/!x
                 #b = B/!x
                 #u = U/!x unread";
    let read = World::read(world);
    assert_eq!(read.open().meta().contradicted_blobs, 1);
    check(world, "V/!x,C unread", "on #u unread, 1 layers, 0 steps");
    check(world, "A,C", "on #a exact, 1 layers, 1 steps");
    check(world, "B/!x,C", "on #b exact, 1 layers, 1 steps");
}

#[test]
fn ranked_by_platform() {
    let world = "#1, alpine = A windows/amd64:10.0.1
                 #2, x/y = A windows/amd64:10.0.2";
    check(world, "A,B windows/amd64:10.0.2", "on #2 exact, 1 layers, 1 steps, platform before #1");
}

#[test]
fn ranked_by_declared() {
    let world = "alpine = A
                 x/y = A";
    let expected = "on x/y exact, 1 layers, 1 steps, declared before alpine";
    check(world, "A,B base=x/y", &format!("{expected}\n declared annotation x/y agrees"));
    check(
        world,
        "A,B base=docker.io/x/y:latest",
        &format!("{expected}\n declared annotation docker.io/x/y:latest agrees"),
    );
    check(world, "A,B label-base=x/y", &format!("{expected}\n declared label x/y agrees"));
    check(world, "A,B base-digest=x/y", &format!("{expected}\n declared annotation a digest agrees"));
}

#[test]
fn a_declared_digest_decides_where_a_tag_has_moved() {
    let world = "#old, alpine:3@1-2! = A
                 #new, alpine:3@3-4 = A";
    let expected = "on #new exact, 1 layers, 1 steps, declared before #old
                    declared annotation alpine:3 agrees";
    check(world, "A,B base=alpine:3 base-digest=#new", expected);
    // The other build is known, and it is not this image's base.
    let world = "#old, alpine:3@1-2! = A
                 #new, alpine:3@3-4 = B";
    let expected = "on #old exact, 1 layers, 1 steps
                    declared annotation alpine:3 contradicts";
    check(world, "A,C base=alpine:3 base-digest=#new", expected);
    // A digest nobody has seen decides nothing.
    let expected = "on #old exact, 1 layers, 1 steps
                    declared annotation alpine:3 agrees";
    check(&format!("{world}\n #lost = ?"), "A,C base=alpine:3 base-digest=#lost", expected);
}

#[test]
fn a_base_declared_by_indexes() {
    // Each says something else of the same image: the smallest, in any order.
    let image = "debian:12 = A
                 #q = A,B";
    let lists = ["list:1 = {#q<ubuntu:24>}", "list:2 = {#q<debian:12>}"];
    for [first, second] in [lists, [lists[1], lists[0]]] {
        let expected = "on debian:12 exact, 1 layers, 1 steps
                        same #q same-image
                        declared annotation debian:12 agrees";
        check(&format!("{image}\n{first}\n{second}"), "#q", expected);
    }
    // Its own manifest's word goes before theirs.
    let expected = "on debian:12 exact, 1 layers, 1 steps
                    same #q same-image
                    declared annotation fedora:40 not_indexed";
    check(&format!("{image} base=fedora:40\n{}", lists[1]), "#q", expected);
}

#[test]
fn ranked_by_official() {
    let world = "a/a@1 = A
                 ghcr.io/library/b@1 = A
                 alpine@9 = A";
    check(world, "A,B", "on alpine exact, 1 layers, 1 steps, official before ghcr.io/library/b a/a");
}

#[test]
fn p320_ranked_by_a_library_path() {
    let world = "reg.example/team/multi:1@1 = A created=1700000000
                 reg.example/library/alpine:3@2 = A created=1700000009";
    let expected =
        "on reg.example/library/alpine:3 exact, 1 layers, 1 steps, library-path before reg.example/team/multi:1";
    check(world, "A,B", expected);
    let proxied = "reg.example/team/multi:1@1 = A
                   reg.example/hub/library/alpine:3@2 = A
                   alpine:3@3 = A";
    let expected = "on alpine:3 exact, 1 layers, 1 steps, official before reg.example/hub/library/alpine:3 \
                    reg.example/team/multi:1";
    check(proxied, "A,B", expected);
    // What is called so outside the path, or within a segment, is none.
    let other = "reg.example/my-library/alpine:3@2 = A
                 x/team:1@1                        = A
                 reg.example/library:3@3           = A";
    let expected = "on x/team:1 exact, 1 layers, 1 steps, \
                    first_seen before reg.example/my-library/alpine:3 reg.example/library:3";
    check(other, "A,B", expected);
}

/// An image that was made by editing another's config.
#[test]
fn p321_ranked_by_when_it_was_built() {
    let world = "x/multi:1@1        = A created=1700000009
                 x/alpine-orig:3@2  = A created=1700000000";
    check(world, "A,B", "on x/alpine-orig:3 exact, 1 layers, 1 steps, created before x/multi:1");
    let three = "x/multi:1@1       = A created=1700000009
                 x/fixed:1@2       = A created=1
                 x/alpine-orig:3@3 = A created=1700000000";
    let expected = "on x/fixed:1 exact, 1 layers, 1 steps, first_seen before x/alpine-orig:3 x/multi:1";
    check(three, "A,B", expected);
    let placeholders = "x/multi:1@1       = A created=315532800
                        x/alpine-orig:3@2 = A created=0";
    check(placeholders, "A,B", "on x/multi:1 exact, 1 layers, 1 steps, first_seen before x/alpine-orig:3");
}

#[test]
fn p322_the_name_of_a_mirror_comes_before_that_of_a_copy() {
    let world = "reg.example/a/b:1@1, reg.example/library/alpine:3@2, #x = A";
    check_names(world, "#x", &["reg.example/library/alpine:3", "reg.example/a/b:1"]);
    let gone = "reg.example/a/b:1@1-2, reg.example/library/alpine:3@1!, #x = A";
    check_names(gone, "#x", &["reg.example/a/b:1", "reg.example/library/alpine:3"]);
}

#[test]
fn ranked_by_first_seen() {
    let world = "x/long-name@1 = A
                 y/z@2 = A
                 #untagged = A";
    check(world, "A,B", "on x/long-name exact, 1 layers, 1 steps, first_seen before y/z #untagged");
    // A tag that came back to an image: its first time counts.
    let world = "#back, x/y:1@1-2!, x/y:1@5-9 = A
                 #between, x/y:1@3-4! = Z
                 #later, z/z:1@2-9 = A";
    check(world, "A,B", "on #back exact, 1 layers, 1 steps, first_seen before #later");
}

#[test]
fn ranked_by_shorter_name() {
    let world = "x/abc = A
                 x/z = A";
    check(world, "A,B", "on x/z exact, 1 layers, 1 steps, shorter_name before x/abc");
}

#[test]
fn ranked_by_alphabet() {
    let world = "x/b = A
                 x/a = A";
    check(world, "A,B", "on x/a exact, 1 layers, 1 steps, alphabet before x/b");
}

#[test]
fn no_parent_because() {
    let world = "alpine = A
                 #far = P,Q,R";
    check(world, "X label-base=scratch", "none scratch\n declared label scratch agrees");
    check(world, "X (ADD_rootfs.tar_/_#_buildkit@1 -CMD@1)", "none scratch_inferred");
    check(world, "X,Y (ADD_rootfs.tar_/@1 RUN_y@99)", "none scratch_inferred");
    check(world, "X,Y (ADD_rootfs.tar_/@1 RUN_y@99999)", "none nothing_shared");
    check(world, "X", "none nothing_shared");
    check(world, "X linux/s390x", "none platform_not_indexed");
    check(world, "P,Q,X", "none shared_but_no_prefix\n shares 2 with #far");
    check(world, "X,R,Q linux/s390x", "none shared_but_no_prefix\n shares 2 scattered with #far");
    check(world, "X unread", "none not_comparable");
    check(world, "- unread", "none unreadable");
    check("", "X", "none platform_not_indexed");
}

#[test]
fn identical_relations() {
    let world = "#me = A (A@1 -CMD@1)
                 #build = A (A@1 -CMD@1)
                 #times = A (A@2 -CMD@2)
                 #other = A (Z@1)
                 #unread = A unread
                 #parent = A (A@1)
                 #child = A (A@1 -CMD@1 -USER@1)";
    let expected = "on #parent exact, 1 layers, 1 steps
                    same #me same-image
                    same #build same-build
                    same #times same-dockerfile
                    same #other same-layers
                    same #unread same-layers";
    check(world, "#me", expected);
    let expected = expected.replace("same #me same-image\n", "same #me same-build\n");
    // Known by nothing but its layers and history.
    let world = World::read(world);
    let view = world.open();
    let got = tell(&world, &view, &answer(&world, &view, "A (A@1 -CMD@1) no-blobs"));
    let mut got: Vec<&str> = got.lines().collect();
    let mut expected: Vec<&str> = expected.lines().map(str::trim).collect();
    got.sort_unstable();
    expected.sort_unstable();
    assert_eq!(got, expected);
}

#[test]
fn an_unread_copy_is_the_same_image_by_its_manifest() {
    // Read now, by the manifest that the crawl could not read the config of.
    let world = World::read("#m = A unread");
    let view = world.open();
    let mut image = world.ask("A");
    image.manifest_digest = Some(world.digest("#m"));
    let subject = forebear_index::resolve::Subject { image: &image, known: None };
    let got = tell(&world, &view, &forebear_index::resolve::resolve(&view, subject));
    assert_eq!(got, "none nothing_shared\nsame #m same-image");
}

/// P862: the sentence is true of those too that have the image's layers.
#[test]
fn p862_that_nothing_is_shared_is_said_where_nothing_is() {
    #[track_caller]
    fn check_why(world: &str, query: &str, expected: &str) {
        let world = World::read(world);
        let view = world.open();
        let why = answer(&world, &view, query).parent.unwrap_err();
        assert_eq!(why.code, forebear_index::resolve::Reason::NothingShared);
        assert_eq!(why.message, expected);
    }
    let (none, other) =
        ("no image in the index has any of its layers", "no other image in the index has any of its layers");
    let below = "no image in the index is below it: those that have its layers have";
    let (same, above) = ("no more of them, and no history that its own goes on from", "more on top");
    check_why("alpine = A", "X", none);
    check_why("alpine = A\n x = X", "x", other);
    // Asked about in a file, it is none of those beside it.
    check_why("x = X", "X id=x", other);
    check_why("#p = A (A@1)\n #q = A (A@2)", "#p", &format!("{below} {same}"));
    check_why("#p = A (A@1)", "A (A@2)", &format!("{below} {same}"));
    check_why("#p = A\n #q = A,B", "#p", &format!("{below} {above}"));
    check_why(
        "#p = A (A@1)\n #q = A (A@2)\n #r = A,B",
        "#p",
        &format!("{below} more on top, or no history that its own goes on from"),
    );
    check_why("#p = A (A@1)\n #q = A (A@1 -ENV_x@2)", "#p", &format!("{below} {same}"));
    check_why("#p = A unread", "A", &format!("{below} {same}; 1 images there are known by compressed digests only"));
}

#[test]
fn sharing_is_counted_beyond_the_parent() {
    let world = "#base = A
                 #cousin = A,B,X
                 #twin = A,B,C,Y
                 #child = A,B,C,D,E
                 #stranger = Z,B,C";
    let expected = "on #base exact, 1 layers, 1 steps
                    shares 3 with #twin
                    shares 2 with #cousin";
    check(world, "A,B,C,D", expected);
}

#[test]
fn a_repeated_layer_is_shared_as_often_as_both_have_it() {
    check("#p = X,E,E", "A,E,E,B", "none shared_but_no_prefix\n shares 2 scattered with #p");
    check("#p = X,E", "A,E,E,B", "none shared_but_no_prefix\n shares 1 scattered with #p");
    check("#p = X,E,E,E", "A,E,B", "none shared_but_no_prefix\n shares 1 scattered with #p");
}
