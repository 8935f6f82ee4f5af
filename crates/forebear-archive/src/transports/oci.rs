//! `oci:` and `oci-archive:`: OCI image layouts, in a folder or a tar.
//!
//! Source: image-spec `image-layout.md`.

use std::collections::HashSet;

use forebear_content::{StatedLayer, Tree};
use forebear_image::descend::{Choice, Descent, Otherwise, Progress};
use forebear_image::json::{self, Value};
use forebear_image::{ChildManifest, Digest, ManifestFacts, Platform, manifest};

use crate::cap::DOCUMENT_CAP;
use crate::documents::ByDigest;
use crate::error::Problem;
use crate::files::{Files, Opened, required};
use crate::folder::Folder;
use crate::kind::{Contents, Kind, Takes};
use crate::local_image::LocalImage;
use crate::named::{Called, meant, position};
use crate::offered::offered;
use crate::tarball::Tarball;

pub(super) static OCI: Kind = Kind {
    name: "oci",
    takes: Takes::Folder,
    chosen_by: Some("TAG"),
    open: |path, tag| Ok(Layout::over(Folder::open(path, INDEX)?, tag)),
};

pub(super) static OCI_ARCHIVE: Kind = Kind {
    name: "oci-archive",
    takes: Takes::File,
    chosen_by: Some("TAG"),
    open: |path, tag| Ok(Layout::over(Tarball::open(path, INDEX)?, tag)),
};

/// The document that a layout begins with.
const INDEX: &str = "index.json";

/// Annotations that name an image in an index, the one that says most first.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

#[derive(Debug)]
struct Layout<F> {
    documents: ByDigest<F>,
    tag: Option<String>,
}

json::object! {
    struct Marker {
        version: String = "imageLayoutVersion",
    }
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
            let problem = |reason: String| Problem::document("oci-layout", reason);
            let marker: Value<Marker> = json::from_slice(&marker).map_err(|error| problem(json::shown(&error)))?;
            let marker = marker.or_found().map_err(|found| problem(format!("it is {found}")))?;
            let version = marker.version.known().map_err(|error| problem(error.to_string()))?.unwrap_or_default();
            if !version.starts_with("1.") {
                return Err(problem(format!("version {version}, known is 1")));
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

    /// The entries of the image that is meant: by its name; of one name, or none,
    /// they differ by their platforms.
    fn meant(&self, listed: &[ChildManifest]) -> Result<Vec<ChildManifest>, Problem> {
        if let Some(entry) = self.tag.as_deref().and_then(position).and_then(|at| listed.get(at)) {
            return Ok(vec![entry.clone()]);
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
        let entries = |images: &[&Listed<'_>]| images.iter().map(|image| image.entry.clone()).collect();
        if rest.iter().all(|image| image.called.names == first.called.names) {
            return match self.tag.is_none() && self.has_two_of_one_platform(&meant) {
                true => Err(Problem::Several(offered())),
                false => Ok(entries(&meant)),
            };
        }
        // Different images: the only one that is there is no question.
        let held: Vec<&Listed<'_>> =
            meant.into_iter().filter(|image| self.documents.holds(&image.entry.digest)).collect();
        if held.len() == 1 { Ok(entries(&held)) } else { Err(Problem::Several(offered())) }
    }

    /// Whether nothing tells two of them apart.
    fn has_two_of_one_platform(&self, images: &[&Listed<'_>]) -> bool {
        let mut platforms = HashSet::new();
        let ordinary = |image: &&Listed<'_>| self.documents.ordinary(image.entry);
        images.len() > 1 && !images.iter().filter_map(ordinary).all(|platform| platforms.insert(platform))
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
        let meant = self.meant(&listed)?;
        let name = meant.first().and_then(|entry| names(entry).next().cloned());
        let image = self.documents.image(choice, |descent| begin(descent, meant, &listed))?;
        Ok(LocalImage { name, ..image })
    }

    fn tree(&self, platform: Option<&Platform>) -> Result<Tree, Problem> {
        let choice = Choice { wanted: platform, otherwise: Otherwise::Default };
        let listed = self.listed()?;
        let meant = self.meant(&listed)?;
        self.documents.tree(choice, |descent| begin(descent, meant, &listed))
    }

    fn layer(&self, layer: &StatedLayer) -> Result<Option<Opened>, Problem> {
        self.documents.layer(layer)
    }
}

/// Down from the only entry, or from whichever of several is meant.
fn begin<'d>(descent: Descent<'d>, mut meant: Vec<ChildManifest>, listed: &[ChildManifest]) -> Progress<'d> {
    match (meant.pop(), meant.is_empty()) {
        (Some(only), true) => descent.from_entry(only, listed),
        (last, _) => {
            meant.extend(last);
            descent.from_entries(meant, listed)
        }
    }
}
