//! Histories of the greatest length that is read, in the index: ten times the
//! steps are some ten times the work of building and asking, not a hundred.

use std::time::{Duration, Instant};

use forebear_facts::rows::MemorySource;
use forebear_image::Annotations;
use forebear_image::{
    BlobDigest, ConfigDigest, ConfigFacts, DiffId, HistoryEntry, Image, ImageManifest, LayerDescriptor, ManifestDigest,
    ManifestFacts, Timestamp,
};
use forebear_index::build::open_in_memory;
use forebear_index::resolve::{Subject, resolve};

const FEW: usize = 2_000;
const MANY: usize = 20_000;
const LIMIT: f64 = 40.0;
/// Seconds that are too short to measure.
const FLOOR: f64 = 0.02;

/// A history of `count` steps, of which `own` are not those of other builds.
fn config(count: usize, own: usize, layers: usize) -> ConfigFacts {
    let entry = |at: usize| HistoryEntry {
        created: Some(Timestamp { seconds: i64::try_from(at).unwrap(), nanos: 0 }),
        created_by: if at < count - own { format!("ENV V{at}=a") } else { format!("ENV W{own}x{at}=a") },
        empty: true,
        ..HistoryEntry::default()
    };
    let diff_ids = (0..layers).map(|at| DiffId::of(&at.to_le_bytes())).collect();
    ConfigFacts { diff_ids, history: (0..count).map(entry).collect(), ..ConfigFacts::default() }
}

/// A base of half the steps, a sibling that differs at the end, and a child.
fn source(count: usize) -> MemorySource {
    let mut source = MemorySource::default();
    for (at, config) in [config(count / 2, 0, 1), config(count - 1, 9, 1), config(count, 0, 2)].into_iter().enumerate()
    {
        let digest = ConfigDigest::of(&at.to_le_bytes());
        let layer = |at: usize| LayerDescriptor {
            digest: BlobDigest::of(&at.to_be_bytes()),
            size: None,
            media_type: String::new(),
        };
        let manifest = ImageManifest {
            media_type: forebear_image::media_type::OCI_MANIFEST.to_owned(),
            config: digest,
            config_size: 0,
            layers: (0..config.diff_ids.len()).map(layer).collect(),
            annotations: Annotations::new(),
            odd: Vec::new(),
        };
        source.configs.push((digest, config));
        source.manifests.push((ManifestDigest::of(&at.to_le_bytes()), ManifestFacts::Image(manifest)));
    }
    source
}

/// Builds, and asks for an image of the index and for one from outside.
fn build_and_ask(count: usize) -> Duration {
    let (source, outside) = (source(count), Image::from_config(&config(count, 1, 2)));
    let begun = Instant::now();
    let view = open_in_memory(&source).unwrap().view();
    let base = view.find_image(&forebear_image::Identity::Config(source.configs[0].0));
    let child = view.find_image(&forebear_image::Identity::Config(source.configs[2].0)).unwrap();
    let known = view.load(child, None).unwrap();
    for subject in [Subject { image: &known, known: Some(child) }, Subject { image: &outside, known: None }] {
        let parent = resolve(&view, subject).parent.unwrap();
        assert_eq!((Some(parent.image), parent.comparison.steps), (base, count / 2));
    }
    begun.elapsed()
}

#[test]
#[ignore = "a timing: make bench-scale"]
fn long_histories_are_built_and_compared_in_step() {
    let short = build_and_ask(FEW).min(build_and_ask(FEW));
    let long = build_and_ask(MANY);
    let ratio = long.as_secs_f64() / short.as_secs_f64().max(FLOOR);
    assert!(ratio < LIMIT, "{FEW} steps {short:?}, {MANY} steps {long:?}");
}
