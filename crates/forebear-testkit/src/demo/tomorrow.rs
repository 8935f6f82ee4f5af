//! What a day changes.

use crate::demo::distributions::{alpine, debian};
use crate::demo::{applications, today};
use crate::image::{Builder, Format, ImageBuilder};
use crate::world::World;

pub(crate) fn apply(world: &mut World) {
    // The second day's images are built on a fresh copy of the first day, and
    // only what is new goes into the world: whatever a test changed in it
    // stays changed.
    let before = today::shelf().into_world();
    let mut shelf = today::shelf();
    shelf.rootfs("alpine", "3.20 3.20.4 3 latest", "2025-01-08T12:07:30Z", |build| alpine(build, "3.20.4"));
    shelf.rootfs("debian", "bookworm 12 12.9 latest", "2025-01-13T00:00:00Z", |build| {
        debian(build, "bookworm", "stable", "@1736726400")
    });
    applications::nginx_alpine(&mut shelf, "2025-01-14T05:00:00Z");
    let newcomer = ImageBuilder::from(shelf.amd64("alpine:3.20"))
        .builder(Builder::BuildKit)
        .format(Format::Oci)
        .at("2025-01-14T09:00:00Z")
        .run("apk add --no-cache python3")
        .copy("newcomer.py", "/")
        .cmd(&["python3", "/newcomer.py"])
        .build();
    shelf.push("acme/newcomer:1", newcomer);
    let after = shelf.into_world();

    for (name, repository) in after.repositories() {
        let was = before.repository(name);
        let known = world.repository_mut(name);
        for (digest, stored) in &repository.manifests {
            if was.is_none_or(|was| !was.manifests.contains_key(digest)) {
                known.manifests.insert(*digest, stored.clone());
            }
        }
        for (digest, bytes) in &repository.blobs {
            if was.is_none_or(|was| !was.blobs.contains_key(digest)) {
                known.blobs.insert(*digest, bytes.clone());
            }
        }
        for (tag, digest) in &repository.tags {
            if was.is_none_or(|was| was.tags.get(tag) != Some(digest)) {
                known.tags.insert(tag.clone(), *digest);
            }
        }
    }
    world.untag("library/ghost:5-alpine");
}
