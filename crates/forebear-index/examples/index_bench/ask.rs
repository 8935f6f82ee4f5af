//! Parents of single images, known and unknown to the index.

use std::hint::black_box;
use std::time::Instant;

use forebear_image::{BlobDigest, DiffId, Digest, HistoryEntry, Image, Layer, Timestamp};
use forebear_index::resolve::{Subject, parent_of, parent_of_indexed, resolve};
use forebear_index::{ImageId, View};
use serde_json::{Value, json};

use crate::chance::Chance;

/// Names that lead to images with a parent.
pub(crate) fn names(view: &View, count: usize) -> Vec<String> {
    let mut chance = Chance(7);
    let mut names = Vec::new();
    for _ in 0..count * 100 {
        let image = chance.image(view);
        let name = view.reference_of(image);
        // Without a tag it is a digest.
        if names.len() < count && view.stored_parent(image).is_some() && !name.contains('@') && name.contains(':') {
            names.push(name);
        }
    }
    names
}

/// Median and 99th hundredth of every way to ask, in nanoseconds.
pub(crate) fn ask(view: &View, count: usize) -> Value {
    warm(view);
    let mut chance = Chance(8);
    let known: Vec<(ImageId, Image)> = (0..count)
        .filter_map(|_| {
            let id = chance.image(view);
            Some((id, view.load(id, None)?))
        })
        .collect();
    let outside: Vec<Image> = known.iter().map(|(_, image)| built_upon(image, &mut chance)).collect();
    let inside = || known.iter().map(|(id, image)| Subject { image, known: Some(*id) });
    let unknown = || outside.iter().map(|image| Subject { image, known: None });
    let found = unknown().filter(|subject| parent_of(view, *subject).is_some()).count();
    json!({
        "images": known.len(),
        "outside_found": found,
        "by_id": times(known.iter(), |(id, _)| parent_of_indexed(view, *id)),
        "known": times(inside(), |subject| parent_of(view, subject)),
        "outside": times(unknown(), |subject| parent_of(view, subject)),
        "known_resolve": times(inside(), |subject| resolve(view, subject)),
        "outside_resolve": times(unknown(), |subject| resolve(view, subject)),
    })
}

/// Brings the file into memory: what is measured is not the disk.
fn warm(view: &View) {
    black_box(view.index().verify().is_ok());
}

fn times<T, R>(of: impl Iterator<Item = T>, question: impl Fn(T) -> R) -> Value {
    let mut nanos: Vec<u64> = of
        .map(|subject| {
            let begun = Instant::now();
            let answer = black_box(question(subject));
            let taken = begun.elapsed().as_nanos() as u64;
            drop(answer);
            taken
        })
        .collect();
    nanos.sort_unstable();
    let at = |hundredth: usize| nanos.get((nanos.len() * hundredth / 100).min(nanos.len().saturating_sub(1)));
    json!({"median": at(50), "p99": at(99)})
}

/// What somebody made of an image: one or two layers nobody has, and a setting.
fn built_upon(below: &Image, chance: &mut Chance) -> Image {
    let mut image = below.clone();
    (image.identity, image.manifest_digest) = (None, None);
    for number in 0..=chance.next() % 2 {
        let unknown = chance.next().to_le_bytes();
        image.layers.push(Layer {
            blob: Some(BlobDigest(Digest::sha256(&[unknown, *b"the blob"].concat()))),
            diff_id: Some(DiffId(Digest::sha256(&unknown))),
            size: Some(1_000),
            media_type: None,
        });
        let history = image.history.get_or_insert_default();
        for (text, empty) in [("COPY . /srv/app # buildkit", false), ("CMD [\"/srv/app/run\"]", true)] {
            history.push(HistoryEntry {
                created: Some(Timestamp { seconds: 1_790_000_000 + number as i64, nanos: 0 }),
                created_by: text.to_owned(),
                empty,
                ..HistoryEntry::default()
            });
        }
    }
    image
}
