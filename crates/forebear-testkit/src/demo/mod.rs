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
mod tomorrow;
mod users;

use std::sync::OnceLock;

use crate::demo::shelf::Shelf;
use crate::world::World;

/// The registry on the first day.
#[must_use]
pub fn world() -> World {
    today().into_world()
}

/// What a day changes: `alpine:3.20` and `debian:bookworm` are rebuilt, some
/// of what stands on them too, a tag is gone and a repository is new. Images
/// built on yesterday's bases stay.
pub fn tomorrow(world: &mut World) {
    tomorrow::apply(world);
}

/// The first day's shelf, built once a process: tests ask for it often.
fn today() -> Shelf {
    static TODAY: OnceLock<Shelf> = OnceLock::new();
    TODAY.get_or_init(build).clone()
}

fn build() -> Shelf {
    let mut shelf = Shelf::default();
    distributions::stock(&mut shelf);
    languages::stock(&mut shelf);
    applications::stock(&mut shelf);
    users::stock(&mut shelf);
    experiments::stock(&mut shelf);
    shelf
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_builds_are_equal() {
        assert!(build().into_world() == world());
    }
}
