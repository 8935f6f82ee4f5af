//! Whose layers are the lowest of these, in order: M7, M13 to M15, M17, M26,
//! M32.

use forebear_testkit::{Builder, Compression, Format, Image, ImageBuilder, Layer, LayerContent};

use super::asked::{Crawled, check, on, rootfs, world};

/// A layer of its own name, for [`stack`].
fn layer(name: &str) -> Layer {
    match name {
        "E" => Layer::new(&LayerContent::Empty, Compression::Gzip(6)),
        _ => Layer::new(&LayerContent::Seed(name.to_owned()), Compression::Gzip(6)),
    }
}

/// An image of these layers, each made by a step of that name at a time that
/// follows from its position, so that equal layers have equal steps.
fn stack(layers: &str) -> Image {
    let mut builder = ImageBuilder::scratch("linux/amd64");
    for name in layers.split(' ') {
        builder = builder.cached(&layer(name)).step(&format!("step {name}"), true);
    }
    builder.build()
}

#[test]
fn m7_an_unknown_layer_between_does_not_stop_the_walk() {
    let (debian, php) = (stack("A"), stack("A B C D"));
    let crawled = world(&[("debian:12", &debian), ("php:8", &php)]);
    check(crawled, &stack("A B C D E"), "on php:8 exact, 4 layers, 1 added");
}

#[test]
fn m13_empty_layers_count_in_order_and_number() {
    let crawled = || world(&[("p/one:1", &stack("A E")), ("q/two:1", &stack("A E E"))]);
    check(crawled(), &stack("A E E B"), "on q/two:1 exact, 3 layers, 1 added");
    check(crawled(), &stack("A E B"), "on p/one:1 exact, 2 layers, 1 added");
    let shuffled = "none shared_but_no_prefix
                    shares 3 with q/two:1
                    shares 2 with p/one:1";
    check(crawled(), &stack("E A E"), shuffled);
    // Compressed otherwise, the empty tar is another blob and the same layer.
    let other = Crawled::new(crawled());
    other.check(&stack("A E E B").recompressed(), "on q/two:1 exact, 3 layers, 1 added, recompressed");
}

#[test]
fn m14_one_layer_after_two_prefixes() {
    let crawled = world(&[("p/ad:1", &stack("A D")), ("q/bd:1", &stack("B D"))]);
    check(crawled, &stack("B D X"), "on q/bd:1 exact, 2 layers, 1 added");
}

#[test]
fn m15_the_same_layers_in_another_order() {
    let crawled = world(&[("p/ba:1", &stack("B A"))]);
    check(crawled, &stack("A B C"), "none shared_but_no_prefix\n shares 2 with p/ba:1");
}

#[test]
fn m17_a_windows_base_pushed_again() {
    let version = "Apply image 10.0.20348.643";
    let windows = |compression| {
        let builder = ImageBuilder::scratch("windows/amd64:10.0.20348.643").builder(Builder::Legacy);
        let builder = builder.format(Format::Docker).compression(compression);
        let builder = builder.content(LayerContent::Seed("windows".into()));
        builder.layer_media_type("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip").step(version, true)
    };
    let crawled = || world(&[("mcr/server:ltsc2022", &windows(Compression::Gzip(6)).build())]);
    let again = windows(Compression::Gzip(9)).build();
    check(crawled(), &on(&again, "setup.exe"), "on mcr/server:ltsc2022 exact, 1 layers, 1 added, recompressed");
    // Text alone names no parent (an image without layers has none).
    let other = ImageBuilder::scratch("windows/amd64:10.0.20348.643").step(version, true);
    check(crawled(), &on(&other.build(), "setup.exe"), "none nothing_shared");
}

#[test]
fn m26_layers_shared_anywhere() {
    let common = (0..40).map(|at| format!("c{at}")).collect::<Vec<_>>().join(" ");
    let sibling = stack(&format!("s0 {common} s1"));
    let image = stack(&format!("{common} {}", (0..20).map(|at| format!("o{at}")).collect::<Vec<_>>().join(" ")));
    let crawled = Crawled::new(world(&[("nix/sibling:1", &sibling)]));
    crawled.check(&image, "none shared_but_no_prefix\n shares 40 with nix/sibling:1");
}

#[test]
fn m32_foreign_layers_and_mixed_media_types() {
    let base = |format, foreign: &str| {
        let builder = ImageBuilder::scratch("linux/amd64").format(format).layer_media_type(foreign);
        builder.absent_layers().add_rootfs("foreign").build()
    };
    let docker = base(Format::Docker, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    let oci = base(Format::Oci, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");
    let crawled = Crawled::new(world(&[("vendor/base:1", &docker)]));
    let asked = crawled.server.requests().iter().filter(|r| r.path.contains("/blobs/")).count();
    assert_eq!(asked, 1, "its config, and no layer");
    crawled.check(&on(&oci, "make app"), "on vendor/base:1 exact, 1 layers, 1 added");
}

#[test]
fn an_image_that_no_parent_shares_a_layer_with() {
    check(world(&[("alpine:3", &rootfs("alpine"))]), &stack("X Y"), "none nothing_shared");
}
