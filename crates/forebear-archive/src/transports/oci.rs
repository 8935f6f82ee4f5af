//! `oci:` and `oci-archive:`: OCI image layouts, in a folder or a tar.
//!
//! Source: image-spec `image-layout.md`.

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{Choice, Otherwise};
use forebear_image::{ChildManifest, Digest, ManifestFacts, Platform, json, manifest};
use serde::Deserialize;

use crate::cap::DOCUMENT_CAP;
use crate::documents::ByDigest;
use crate::error::Problem;
use crate::files::{Files, Opened, required};
use crate::folder::Folder;
use crate::kind::{Contents, Kind};
use crate::local_image::LocalImage;
use crate::named::{Called, meant, position};
use crate::offered::offered;
use crate::tarball::Tarball;

pub(super) static OCI: Kind =
    Kind { name: "oci", takes_name: true, open: |path, tag| Ok(Layout::over(Folder::open(path, INDEX)?, tag)) };

pub(super) static OCI_ARCHIVE: Kind =
    Kind { name: "oci-archive", takes_name: true, open: |path, tag| Ok(Layout::over(Tarball::open(path, INDEX)?, tag)) };

/// The document that a layout begins with.
const INDEX: &str = "index.json";

/// Annotations that name an image in an index, the one that says most first.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

#[derive(Debug)]
struct Layout<F> {
    documents: ByDigest<F>,
    tag: Option<String>,
}

#[derive(Deserialize)]
struct LayoutVersion {
    #[serde(rename = "imageLayoutVersion")]
    version: String,
}

impl<F: Files + 'static> Layout<F> {
    fn over(files: F, tag: Option<&str>) -> Box<dyn Contents> {
        let naming = |digest: &Digest| format!("blobs/{}/{}", digest.algorithm(), digest.hex());
        Box::new(Self { documents: ByDigest { files, naming }, tag: tag.map(str::to_owned) })
    }

    /// What `index.json` lists.
    fn listed(&self) -> Result<Vec<ChildManifest>, Problem> {
        let files = &self.documents.files;
        if let Some(marker) = files.small("oci-layout", DOCUMENT_CAP)? {
            let layout: LayoutVersion = json::from_slice(&marker).map_err(|e| Problem::document("oci-layout", e))?;
            if !layout.version.starts_with("1.") {
                return Err(Problem::document("oci-layout", format!("version {}, known is 1", layout.version)));
            }
        }
        match manifest::parse(&required(files, INDEX)?, None)? {
            ManifestFacts::Index { children, .. } => Ok(children),
            ManifestFacts::Image(_)
            | ManifestFacts::Schema1 { .. }
            | ManifestFacts::Artifact { .. }
            | ManifestFacts::Attestation { .. } => Err(Problem::document(INDEX, "it is no index")),
        }
    }

    /// The entry that is meant: by its name, and of several by one name, or
    /// that nothing but their platforms tells apart, by its platform.
    fn entry(&self, listed: &[ChildManifest], choice: Choice<'_>) -> Result<ChildManifest, Problem> {
        if let Some(entry) = self.tag.as_deref().and_then(position).and_then(|at| listed.get(at)) {
            return Ok(entry.clone());
        }
        let images = self.images(listed)?;
        let called: Vec<Called> = images.iter().map(|image| image.called.clone()).collect();
        let offered = || offered(called.iter().filter_map(Called::best));
        let meant: Vec<&Listed<'_>> = match &self.tag {
            Some(tag) => meant(&called, tag).into_iter().filter_map(|at| images.get(at)).collect(),
            None => images.iter().collect(),
        };
        let [first, rest @ ..] = meant.as_slice() else {
            let wanted = format!("image {}", self.tag.as_deref().unwrap_or_default());
            return Err(Problem::NotThere { wanted, offered: offered() });
        };
        if rest.is_empty() {
            return Ok(first.entry.clone());
        }
        let held = |image: &&Listed<'_>| self.documents.holds(&image.entry.digest);
        if rest.iter().all(|image| image.called.names == first.called.names) {
            return self.by_platform(&meant, choice, held, offered);
        }
        // Different images: the only one that is there is no question.
        match meant.iter().filter(|image| held(image)).collect::<Vec<_>>().as_slice() {
            [only] => Ok(only.entry.clone()),
            _ => Err(Problem::Several(offered())),
        }
    }

    /// Of images under one name, or none, the one for the platform.
    fn by_platform(
        &self,
        images: &[&Listed<'_>],
        choice: Choice<'_>,
        held: impl Fn(&&Listed<'_>) -> bool,
        offered: impl Fn() -> String,
    ) -> Result<ChildManifest, Problem> {
        let platforms: Vec<(&Listed<'_>, Option<Platform>)> =
            images.iter().map(|image| (*image, self.documents.platform_of(image.entry))).collect();
        let (first, _) = platforms.first().ok_or_else(|| Problem::Missing("images".to_owned()))?;
        let at = match platforms.iter().any(|(_, platform)| platform.is_some()) {
            true => choice.among_held(&platforms, |(_, platform)| platform.as_ref(), |(image, _)| held(image))?,
            // A layout's first entry of a name counts, as for the tools that write them.
            false if self.tag.is_some() => 0,
            false => return Err(Problem::Several(offered())),
        };
        let (chosen, platform) = platforms.get(at).ok_or_else(|| Problem::Missing("images".to_owned()))?;
        let alike = platforms.iter().filter(|(image, own)| own == platform && held(image)).count();
        // Two images of one platform that nobody named.
        if self.tag.is_none() && alike > 1 {
            return Err(Problem::Several(offered()));
        }
        Ok(if self.tag.is_some() && platform.is_none() { first.entry } else { chosen.entry }.clone())
    }

    /// The images among the entries, each once whatever it is called: what is
    /// listed and turns out to be none is left out.
    fn images<'l>(&self, listed: &'l [ChildManifest]) -> Result<Vec<Listed<'l>>, Problem> {
        let (mut images, mut other): (Vec<Listed<'l>>, Option<String>) = (Vec::new(), None);
        for entry in listed {
            let known = images.iter_mut().find(|image| image.entry.digest == entry.digest);
            match known {
                Some(known) => known.called.names.extend(names(entry).cloned()),
                None => match self.documents.what_else(entry) {
                    Some(what) => other = other.or(Some(what)),
                    None => images.push(Listed {
                        entry,
                        called: Called { names: names(entry).cloned().collect(), digests: vec![entry.digest.0] },
                    }),
                },
            }
        }
        match other {
            Some(what) if images.is_empty() => Err(Problem::NotAnImage(what)),
            None if images.is_empty() => Err(Problem::Missing("images".to_owned())),
            Some(_) | None => Ok(images),
        }
    }
}

/// An image that a layout lists.
struct Listed<'l> {
    entry: &'l ChildManifest,
    called: Called,
}

/// The names that an entry gives its image.
fn names(entry: &ChildManifest) -> impl Iterator<Item = &String> {
    NAMES.iter().filter_map(|key| entry.annotations.get(*key))
}

impl<F: Files + 'static> Contents for Layout<F> {
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        let listed = self.listed()?;
        let entry = self.entry(&listed, choice)?;
        let name = names(&entry).next().cloned();
        let image = self.documents.image(choice, |descent| descent.from_entry(entry, &listed))?;
        Ok(LocalImage { name, ..image })
    }

    fn tree(&self, platform: Option<&Platform>) -> Result<Tree, Problem> {
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        let listed = self.listed()?;
        let entry = self.entry(&listed, choice)?;
        self.documents.tree(choice, |descent| descent.from_entry(entry, &listed))
    }

    fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        self.documents.layer(layer)
    }
}
