//! What `docker image inspect` and its like print.

#![no_main]

use forebear_image::added::all_steps;
use forebear_image::inspect;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| match inspect::parse(bytes, None) {
    Ok(inspected) => {
        let image = inspected.image;
        let steps = all_steps(&image);
        assert!(steps.iter().filter_map(|step| step.link.index()).all(|at| at < image.layers.len()));
        let odd = image.runtime.iter().flat_map(|runtime| &runtime.odd);
        assert!(odd.into_iter().all(|field| field.to_string().len() < 1024), "a note as long as the input");
    }
    Err(error) => assert!(error.to_string().len() < 4096, "an error as long as the input"),
});
