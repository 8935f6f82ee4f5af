//! Whatever a history says, the Dockerfile is one that Docker's parser reads,
//! with the instructions that the lines say and no other: text must not break
//! out of its line.

mod hostile;
mod reader;

use forebear_image::dockerfile::Fidelity;
use proptest::prelude::*;

fn check(input: hostile::Input) {
    let (lines, text) = hostile::dockerfile(input);
    assert!(text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()), "{text:?}");
    let read = reader::read(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let got: Vec<&str> = read.iter().map(|instruction| instruction.keyword.as_str()).collect();
    assert_eq!(got, hostile::expected(&lines), "{text}");
    for line in &lines {
        assert!(!line.dockerfile.starts_with('#') || line.fidelity == Fidelity::Unknown, "{line:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_out(input in hostile::input()) {
        check(input);
    }
}
