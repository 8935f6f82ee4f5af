//! The edges of both programs: what they are given, and what they print.

#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

mod approved;
mod credentials;
mod files;
mod gone;
mod input;
mod logins;
mod mirrors;
mod output;
mod tls;
mod unseen;
mod words;

use forebear_testkit::{Builder, ImageBuilder, World};

/// A base, and an app on it.
fn world() -> World {
    let base = ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("base").cmd(&["sh"]).build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/app:1", &ImageBuilder::from(&base).run("make").build());
    world
}
