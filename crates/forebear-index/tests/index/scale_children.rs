//! Descendants by the hundred thousand: ten times as many are some ten times
//! the work to count, and a page of them costs the page.

use std::time::{Duration, Instant};

use forebear_facts::TagObservation;
use forebear_facts::rows::MemorySource;
use forebear_image::Annotations;
use forebear_image::{
    BlobDigest, ConfigDigest, ConfigFacts, DiffId, HistoryEntry, ImageManifest, LayerDescriptor, ManifestDigest,
    ManifestFacts, Reference, Timestamp,
};
use forebear_index::build::open_in_memory;
use forebear_index::resolve::{Subject, all_children, children};
use forebear_index::{ImageId, View};

const FEW: usize = 30_000;
const MANY: usize = 300_000;
const LIMIT: f64 = 40.0;
/// Seconds that are too short to measure.
const FLOOR: f64 = 0.01;

/// A base, a look-alike of it, and images on it: each tenth in a line of
/// descent, each hundredth with the same layers as the one before.
fn world(count: usize) -> (View, ImageId) {
    let mut source = MemorySource::default();
    let mut stack: Vec<(DiffId, String)> = Vec::new();
    for at in 0..count {
        if at > 1 {
            stack.truncate(1 + at % 10);
        }
        let same = at == 1 || at % 100 == 99;
        let name = if same { "none".to_owned() } else { format!("layer {at}") };
        if !same {
            stack.push((DiffId::of(name.as_bytes()), name));
        }
        let created = Some(Timestamp { seconds: 0, nanos: 0 });
        let entry =
            |text: &str, empty| HistoryEntry { created, created_by: text.to_owned(), empty, ..HistoryEntry::default() };
        let mut history: Vec<HistoryEntry> = stack.iter().map(|(_, name)| entry(name, false)).collect();
        history.extend((at % 100 == 99).then(|| entry("CMD", true)));
        let config = ConfigFacts { diff_ids: stack.iter().map(|(id, _)| *id).collect(), history, ..Default::default() };
        let digest = ConfigDigest::of(&at.to_le_bytes());
        let layer = |(id, _): &(DiffId, String)| LayerDescriptor {
            digest: BlobDigest(id.0),
            size: None,
            media_type: String::new(),
        };
        let manifest = ManifestDigest::of(&at.to_le_bytes());
        let facts = ImageManifest {
            media_type: forebear_image::media_type::OCI_MANIFEST.to_owned(),
            config: digest,
            config_size: 0,
            layers: stack.iter().map(layer).collect(),
            annotations: Annotations::new(),
            odd: Vec::new(),
        };
        source.configs.push((digest, config));
        source.manifests.push((manifest, ManifestFacts::Image(facts)));
        let time = Timestamp { seconds: 86_400, nanos: 0 };
        let repository = format!("acme/app-{}", at % 1_000).parse::<Reference>().unwrap().repository;
        let tag = format!("v{at}");
        source.observations.push(TagObservation {
            repository,
            tag,
            first_seen: time,
            last_seen: time,
            digest: manifest,
            ended: false,
        });
    }
    let view = open_in_memory(&source).unwrap().view();
    let base = view.find_image(&forebear_image::Identity::Config(source.configs[0].0)).unwrap();
    (view, base)
}

#[expect(clippy::print_stdout, reason = "a measurement")]
fn count_and_page(count: usize) -> Duration {
    let (view, base) = world(count);
    let image = view.load(base, None).unwrap();
    let subject = Subject { image: &image, known: Some(base) };
    let begun = Instant::now();
    let direct = children(&view, subject);
    let direct_took = begun.elapsed();
    let all = all_children(&view, subject);
    let all_took = begun.elapsed() - direct_took;
    let page = view.page(&all, 100, 10);
    let took = begun.elapsed();
    assert_eq!((all.len(), page.len()), (count - 2, 10));
    println!(
        "{count} images: {} children in {direct_took:?}, all {} in {all_took:?}, a page in {:?}",
        direct.len(),
        all.len(),
        took - direct_took - all_took
    );
    took
}

#[test]
#[ignore = "a timing: make bench-scale"]
fn descendants_are_counted_in_step() {
    let few = count_and_page(FEW).min(count_and_page(FEW));
    let many = count_and_page(MANY);
    let ratio = many.as_secs_f64() / few.as_secs_f64().max(FLOOR);
    assert!(ratio < LIMIT, "{FEW} images {few:?}, {MANY} images {many:?}");
}
