//! Documents of indexes: the first line of the input is the root, whatever is
//! asked for below it is one of the others.

#![no_main]

use std::convert::Infallible;

use forebear_image::descend::{Children, Choice, Descent, Document, Found, MAX_NESTING, Otherwise, children};
use forebear_image::{ManifestDigest, ManifestFacts, Platform, manifest};

/// More than any descent asks for: each of 64 entries with its config, and what
/// is beside the image.
const MOST: usize = 256;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let documents: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let (root, below) = documents.split_first().expect("a first line");
    if let Ok(facts @ ManifestFacts::Index { .. }) = &manifest::parse(root, None) {
        for depth in [0, MAX_NESTING] {
            match children(facts, depth, |_| true) {
                Children::Entries { manifests, attestations, .. } => {
                    assert!(attestations.iter().all(|claim| manifests.iter().any(|own| own.digest == claim.subject)));
                }
                Children::TooDeep { .. } => assert_eq!(depth, MAX_NESTING),
                Children::None | Children::Config { .. } => panic!("an index has entries"),
            }
        }
    }
    let wanted: [Option<Platform>; 3] = [None, "linux/arm/v6".parse().ok(), "windows/amd64:10.0".parse().ok()];
    for wanted in &wanted {
        for otherwise in [Otherwise::Default, Otherwise::Nothing] {
            let descent = Descent::new(Choice { wanted: wanted.as_ref(), otherwise });
            let mut asked = 0;
            let progress = descent.from_root(Some(ManifestDigest::of(root)), &Document::compared(*root));
            let descended = progress.finish(|_| {
                asked += 1;
                assert!(asked < MOST, "a descent without end");
                let answer = below.get(asked % below.len().max(1));
                Ok::<_, Infallible>(answer.map_or(Found::Missing, |bytes| Found::Document(Document::compared(*bytes))))
            });
            let descended = descended.expect("nothing fails");
            if let Err(error) = descended.image {
                assert!(!error.to_string().ends_with("it offers "), "an empty list of platforms");
            }
        }
    }
});
