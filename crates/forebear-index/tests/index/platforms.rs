//! Which entry of an index is meant by a platform.

use crate::world::World;

/// An index of images for these platforms, in this order.
const WORLD: &str = "x/five, #five = A,B linux/arm/v5
                     x/six, #six = A,C linux/arm/v6
                     x/amd, #amd = A,D linux/amd64
                     x/inner, #inner = {#six}
                     list:1, #list = {#five #inner #amd}";

#[track_caller]
fn check(platform: &str, expected: Option<&str>) {
    let world = World::read(WORLD);
    let view = world.open();
    let list = view.find_manifest(world.digest("#list")).unwrap();
    let found = view.for_platform(list, &platform.parse().unwrap());
    assert_eq!(found, expected.map(|label| view.find_manifest(world.digest(label)).unwrap()), "{platform}");
}

#[test]
fn the_same_platform_else_the_newest_older_variant() {
    check("linux/arm/v5", Some("#five"));
    check("linux/arm/v6", Some("#six"));
    check("linux/arm/v7", Some("#six"));
    check("linux/amd64", Some("#amd"));
    check("linux/amd64/v3", Some("#amd"));
    check("linux/arm64", None);
    check("windows/amd64", None);
}
