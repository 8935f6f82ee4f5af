//! Layers: any compression, any tar. The first byte chooses what the rest is
//! wrapped in, so that tars need not be found by luck.

#![no_main]

use forebear_content::{Expected, Files, Lower, check_layer};
use forebear_image::Digest;

/// Bytes that are unpacked in one run.
const SHORT: u64 = 4 << 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut lower = Lower::with_capacity_for(1_000);
    lower.begin_layer();
    let mut files = Files::new(bytes, &Expected::default()).expect("memory does not fail");
    for entry in files.by_ref().flatten().take(10_000) {
        assert!(!entry.path.is_empty());
        lower.note(&entry);
    }
    // Bombs are for the tests: here every run has to be short.
    let small = forebear_content::unpack(bytes, &mut std::io::sink(), SHORT).is_ok_and(|written| written <= SHORT);
    if small {
        let checked = check_layer(bytes, &Expected::default()).expect("memory does not fail");
        assert_eq!(checked.sums.blob, Digest::sha256(bytes));
    }
});
