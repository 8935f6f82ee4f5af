//! What is larger, deeper, longer or stranger than any real image: answered,
//! or refused with a sentence, by both binaries and in every form.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod archives;
mod documents;
mod memory;
mod pages;
mod repositories;
mod sizes;

use forebear_tests::Ran;

/// Refused with these words, in a message for people.
#[track_caller]
fn assert_refused(ran: &Ran, words: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.starts_with("error: ") && ran.stdout.is_empty() && ran.stderr.len() < 4_000, "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "no '{word}' in: {}", ran.stderr);
    }
}
