//! Worlds made for measuring, against the brute force: what is measured there
//! must be right here.

use forebear_index::build;
use forebear_testkit::scale::World;

use crate::oracle;

#[test]
fn generated_worlds_match_the_oracle() {
    for (seed, count) in [(1, 100), (2, 100), (3, 250), (4, 600)] {
        let facts = World::new(seed, count).facts();
        let index = build::open_in_memory(&facts).unwrap();
        assert_eq!(index.image_count(), count);
        oracle::verify(&facts, &index).unwrap_or_else(|error| panic!("seed {seed}, {count} images: {error}"));
    }
}
