//! Platforms: those of the index, and what each image is for.

use forebear_image::Platform;

use crate::format::records::{self, Id};
use crate::format::{NONE, Section};
use crate::ids::{ImageId, ManifestId};
use crate::view::View;

impl View {
    /// A platform by its id.
    pub(crate) fn platform(&self, id: Id) -> Option<Platform> {
        let record: &records::Platform = self.at(Section::Platforms, id.get())?;
        let optional = |id: Id| (id.get() != NONE).then(|| self.name_text(id).to_owned());
        Some(Platform {
            os: self.name_text(record.os).to_owned(),
            architecture: self.name_text(record.architecture).to_owned(),
            variant: optional(record.variant),
            os_version: optional(record.os_version),
        })
    }

    /// All platforms of the index.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        let count = self.count_of::<records::Platform>(Section::Platforms);
        (0..count).filter_map(|id| self.platform(Id::new(id))).collect()
    }

    /// The platform of an image, preferring what an index says of `manifest`.
    #[must_use]
    pub fn platform_of(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Platform> {
        let said = manifest.and_then(|m| self.platform(self.manifest_record(m)?.platform));
        said.or_else(|| self.platform(self.image_record(id)?.platform))
    }
}
