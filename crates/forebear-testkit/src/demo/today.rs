//! What is there on the first day.

use std::sync::OnceLock;

use super::shelf::Shelf;
use super::{applications, distributions, experiments, languages, users};

/// The first day's shelf, built once a process: tests ask for it often.
pub(crate) fn shelf() -> Shelf {
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
        assert!(build().into_world() == shelf().into_world());
    }
}
