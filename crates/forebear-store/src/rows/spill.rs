//! The buffer as a sorted file.

use std::io;

use forebear_facts::rows::{Key, renumber_config, renumber_manifest};
use forebear_image::Digest;

use super::buffer::Buffer;
use super::covered::Covered;
use super::format::Section;
use super::writer::FileWriter;
use crate::disk::DiskFile;

/// Writes all of a buffer into an empty file, which then survives a power cut.
/// The buffer stays as it is.
///
/// # Errors
/// The file system's.
pub(super) fn write(buffer: &Buffer, covered: Covered, file: &dyn DiskFile) -> io::Result<()> {
    let texts: Vec<(&str, u32)> = buffer.texts.iter().collect();
    let mut order: Vec<(Key, u32)> =
        (0..).zip(&texts).map(|(number, (text, _))| (Digest::sha256(text.as_bytes()).key(), number)).collect();
    order.sort_unstable();
    let mut ranks = vec![0_u32; order.len()];
    for (rank, (_, number)) in (0..).zip(&order) {
        if let Some(place) = ranks.get_mut(*number as usize) {
            *place = rank;
        }
    }
    let rank = |number: u32| ranks.get(number as usize).copied();
    let text = |number: u32| texts.get(number as usize).copied().unwrap_or_default();

    let mut out = FileWriter::new(file, covered)?;
    for (key, number) in &order {
        let trimmed = rank(text(*number).1).unwrap_or_default();
        out.record(Section::TextKeys, &[key, &trimmed.to_le_bytes()])?;
    }
    for (_, number) in &order {
        out.record(Section::Texts, &[text(*number).0.as_bytes()])?;
    }
    for (key, text) in &buffer.other_digests {
        out.record(Section::OtherDigests, &[key, text.as_bytes()])?;
    }
    let mut ranked = Vec::new();
    for (key, row) in buffer.configs.sorted() {
        row.clone_into(&mut ranked);
        renumber_config(&mut ranked, rank).ok_or_else(no_row)?;
        out.record(Section::Configs, &[&key, &ranked])?;
    }
    for (key, row) in buffer.manifests.sorted() {
        row.clone_into(&mut ranked);
        renumber_manifest(&mut ranked, rank).ok_or_else(no_row)?;
        out.record(Section::Manifests, &[&key, &ranked])?;
    }
    let mut places: Vec<_> = buffer.places.iter().collect();
    places.sort_unstable();
    for (key, place) in places {
        out.record(Section::Places, &[key, place])?;
    }
    out.finish()
}

/// Rows of the buffer were made a moment ago.
fn no_row() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a row was made that cannot be read back")
}
