//! Worlds made for measuring, against the brute force: what is measured there
//! must be right here.

use forebear_index::build;
use forebear_testkit::scale::World;

use crate::oracle;

#[test]
fn generated_worlds_match_the_oracle() {
    for (seed, count) in [(1, 100), (2, 100), (3, 250), (4, 600)] {
        let facts = World::new(seed, count).facts();
        let view = build::open_in_memory(&facts).unwrap().view();
        assert_eq!(view.image_count(), count);
        oracle::verify(&facts, &view).unwrap_or_else(|error| panic!("seed {seed}, {count} images: {error}"));
    }
}
