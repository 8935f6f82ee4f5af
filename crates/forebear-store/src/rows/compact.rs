//! Several files as one.

use super::covered::Covered;
use super::format::Section;
use super::snapshot::Snapshot;
use super::writer::FileWriter;
use crate::disk::DiskFile;
use crate::error::StoreError;

/// Writes all rows of some files into an empty one, which then survives a power
/// cut.
///
/// # Errors
/// [`StoreError::Rows`] for a damaged file, [`StoreError::Io`] where the new one
/// cannot be written.
pub(super) fn write(rows: &Snapshot, covered: Covered, file: &dyn DiskFile) -> Result<(), StoreError> {
    let mut out = FileWriter::new(file, covered)?;
    rows.text_keys(|key, trimmed| Ok(out.record(Section::TextKeys, &[key, &trimmed.to_le_bytes()])?))?;
    rows.texts(|row| Ok(out.record(Section::Texts, &[row.text.as_bytes()])?))?;
    rows.other_digests(|key, text| Ok(out.record(Section::OtherDigests, &[key, text.as_bytes()])?))?;
    rows.configs(|key, row| Ok(out.record(Section::Configs, &[key, row])?))?;
    rows.manifests(|key, row| Ok(out.record(Section::Manifests, &[key, row])?))?;
    rows.places(|key, place| Ok(out.record(Section::Places, &[key, place])?))?;
    Ok(out.finish()?)
}
