//! In-toto statements, bare and in envelopes, and the images they list.

#![no_main]

use forebear_image::Reference;
use forebear_image::provenance::{self, MAX_MATERIALS, MAX_SUBJECTS};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match provenance::parse(bytes) {
        Ok(Some(said)) => {
            assert!(said.materials.len() <= MAX_MATERIALS && said.subjects.len() <= MAX_SUBJECTS);
            for material in said.materials {
                assert!(material.name.is_some() || material.digest.is_some(), "a material that is nothing");
                // A name is the index's own spelling, or no reference at all.
                let name = material.name.unwrap_or_default();
                if let Ok(reference) = name.parse::<Reference>() {
                    assert!(reference.to_string() == name, "{name} would be found as {reference}");
                }
            }
        }
        Ok(None) => {}
        Err(error) => assert!(error.to_string().len() < 4096, "an error as long as the input"),
    }
});
