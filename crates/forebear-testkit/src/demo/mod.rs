//! A registry in small, with the families and the oddities of the real ones:
//! distributions, languages and applications built on each other for three
//! platforms, and users' images of every kind a resolver has to tell apart.
//!
//! Names, versions and histories look like the real ones and are not: every
//! layer holds a few hundred bytes of text.

mod applications;
mod distributions;
mod experiments;
mod languages;
mod shelf;
mod today;
mod tomorrow;
mod users;

use crate::world::World;

/// The registry on the first day.
#[must_use]
pub fn world() -> World {
    today::shelf().into_world()
}

/// What a day changes: `alpine:3.20` and `debian:bookworm` are rebuilt, some
/// of what stands on them too, a tag is gone and a repository is new. Images
/// built on yesterday's bases stay.
pub fn tomorrow(world: &mut World) {
    tomorrow::apply(world);
}
