//! Sections as typed tables: records by position, lists, texts. All of it stays
//! inside this crate.

use forebear_image::Digest;
use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use crate::format::records::{self, Id, Key};
use crate::format::{NONE, Section};
use crate::view::View;

impl View {
    /// A section as a table.
    pub(crate) fn table<T: FromBytes + Immutable + KnownLayout + Unaligned>(&self, section: Section) -> &[T] {
        <[T]>::ref_from_bytes(self.section(section)).unwrap_or_default()
    }

    /// How many records a section has.
    pub(crate) fn count_of<T: FromBytes + Immutable + KnownLayout + Unaligned>(&self, section: Section) -> u32 {
        u32::try_from(self.table::<T>(section).len()).unwrap_or(NONE)
    }

    /// The record at `id`.
    pub(crate) fn at<T: FromBytes + Immutable + KnownLayout + Unaligned>(
        &self,
        section: Section,
        id: u32,
    ) -> Option<&T> {
        self.table::<T>(section).get(usize::try_from(id).ok()?)
    }

    /// Part of an id list, between the bounds of two neighbouring records.
    pub(crate) fn list(&self, section: Section, from: Option<Id>, to: Option<Id>) -> &[Id] {
        let all = self.table::<Id>(section);
        let bound = |id: Option<Id>| id.and_then(|id| usize::try_from(id.get()).ok()).unwrap_or(all.len());
        all.get(bound(from)..bound(to).max(bound(from))).unwrap_or_default()
    }

    /// The text with this id; empty when there is none.
    pub(crate) fn text(&self, id: Id) -> &str {
        self.string(Section::TextBytes, Section::TextOffsets, id)
    }

    /// The text with this id, unless it is "none".
    pub(crate) fn optional_text(&self, id: Id) -> Option<&str> {
        (id.get() != NONE).then(|| self.text(id))
    }

    /// The name with this id: of a repository, a tag, a part of a platform.
    pub(crate) fn name_text(&self, id: Id) -> &str {
        self.string(Section::NameBytes, Section::NameOffsets, id)
    }

    /// The bytes of the text with this id.
    pub(crate) fn text_bytes(&self, id: Id) -> &[u8] {
        self.string_bytes(Section::TextBytes, Section::TextOffsets, id)
    }

    fn string(&self, bytes: Section, offsets: Section, id: Id) -> &str {
        std::str::from_utf8(self.string_bytes(bytes, offsets, id)).unwrap_or_default()
    }

    fn string_bytes(&self, bytes: Section, offsets: Section, id: Id) -> &[u8] {
        let offsets = self.table::<records::Long>(offsets);
        let bound = |i: usize| offsets.get(i).and_then(|o| usize::try_from(o.get()).ok());
        let text = || {
            let at = usize::try_from(id.get()).ok()?;
            let range = bound(at)?..bound(at.checked_add(1)?)?;
            self.section(bytes).get(range)
        };
        text().unwrap_or_default()
    }

    /// The digest a key stands for.
    pub(crate) fn digest(&self, key: &Key) -> Digest {
        let others = self.table::<records::OtherDigest>(Section::OtherDigests);
        if others.is_empty() {
            return Digest::Sha256(*key);
        }
        let other = others.binary_search_by(|other| other.key.cmp(key)).ok().and_then(|at| others.get(at));
        other.and_then(|other| self.name_text(other.text).parse().ok()).unwrap_or(Digest::Sha256(*key))
    }
}
