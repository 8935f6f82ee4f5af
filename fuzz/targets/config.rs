//! Configs: alignment of history and layers, and the Dockerfile made of them.

#![no_main]

use forebear_image::added::all_steps;
use forebear_image::dockerfile::{Context, From, reconstruct, render};
use forebear_image::{Image, config};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(facts) = config::parse(bytes) else { return };
    let image = Image::from_config(&facts);
    assert_eq!(image.layers.len(), facts.diff_ids.len());
    let steps = all_steps(&image);
    // Every layer is credited to at most one step.
    let mut credited: Vec<usize> = steps.iter().filter_map(|step| step.link.index()).collect();
    assert!(credited.iter().all(|at| *at < image.layers.len()));
    let count = credited.len();
    credited.sort_unstable();
    credited.dedup();
    assert_eq!(credited.len(), count, "a layer with two steps");
    for parent in [None, image.runtime.as_ref()] {
        let lines = reconstruct(&steps, Context { parent, image: image.runtime.as_ref() });
        assert!(lines.len() >= steps.len());
        let text = render(&From::Scratch, &lines);
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
    }
});
