//! Texts: written as they come, sorted by their SHA-256 already.

use std::collections::HashMap;

use forebear_facts::rows::FactSource;
use forebear_image::Platform;

use crate::error::IndexError;
use crate::format::records::Long;
use crate::format::{FileWriter, NONE, Section, Target};

use super::column::Column;
use super::stream::Stream;

/// How a platform's JSON begins.
const PLATFORM: &str = "{\"os\":";

/// What the rest of the build needs to know of texts.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// For each of the source's numbers, the text's place in the file.
    places: Column<u32>,
    /// For each place, the place of the same text without white space around it.
    pub trimmed: Column<u32>,
    /// Texts that are a platform, by place.
    pub platforms: HashMap<u32, Platform>,
}

impl Texts {
    /// The place of a text by the source's number; "none" stays "none".
    #[inline]
    pub(super) fn place(&self, id: u32) -> u32 {
        if id == NONE { NONE } else { self.places.get(id) }
    }
}

/// Streams all texts into the file.
pub(super) fn write<W: Target>(source: &impl FactSource, out: &mut FileWriter<W>) -> Result<Texts, IndexError> {
    let mut texts = Texts::default();
    let mut offsets = vec![Long::new(0)];
    let mut at = 0;
    let mut stream = Stream::of("texts");
    out.begin(Section::TextBytes);
    let read = source.texts(&mut |row| {
        stream.next(row.key, || {
            let place = texts.trimmed.next("texts")?;
            texts.places.reach(row.id, NONE);
            texts.places.set(row.id, place);
            texts.trimmed.push(row.trimmed);
            if row.text.starts_with(PLATFORM)
                && let Ok(platform) = serde_json::from_str::<Platform>(row.text)
            {
                texts.platforms.insert(place, platform);
            }
            out.write(row.text.as_bytes())?;
            at += row.text.len() as u64;
            offsets.push(Long::new(at));
            Ok(())
        });
    });
    stream.end(read)?;
    out.end()?;
    out.table(Section::TextOffsets, &offsets)?;
    for trimmed in texts.trimmed.iter_mut() {
        *trimmed = texts.places.get(*trimmed);
    }
    Ok(texts)
}
