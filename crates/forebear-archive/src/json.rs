//! The two JSON forms. Neither carries history: what the index knows of the
//! same image fills that in, else layers speak alone.

use std::path::Path;

use forebear_image::{Image, ManifestDigest, ManifestFacts, inspect, manifest, schema1};

use crate::error::Problem;
use crate::files::open_file;
use crate::{DOCUMENT_CAP, LocalImage};

/// `inspect:`: what `docker image inspect` prints.
pub(crate) fn read_inspect(file: &Path) -> Result<LocalImage, Problem> {
    let inspected = inspect::parse(&document(file)?)?;
    Ok(LocalImage { name: inspected.name, image: inspected.image, config: None, notes: Vec::new() })
}

/// `manifest:`: a bare manifest. Its identity is its own digest until an index
/// knows its config.
pub(crate) fn read_manifest(file: &Path) -> Result<LocalImage, Problem> {
    let bytes = document(file)?;
    let digest = schema1::digest(&bytes).unwrap_or_else(|| ManifestDigest::of(&bytes));
    let mut config = None;
    let image = match manifest::parse(&bytes, None)? {
        ManifestFacts::Image(manifest) => {
            config = Some(manifest.config);
            Image::from_manifest(Some(digest), &manifest, None)
        }
        ManifestFacts::Schema1 { layers, config } => Image::from_schema1(Some(digest), &layers, &config),
        ManifestFacts::Artifact { artifact_type } => return Err(Problem::NotAnImage(artifact_type)),
        ManifestFacts::Attestation { .. } => return Err(Problem::NotAnImage("an attestation".to_owned())),
        ManifestFacts::Index { children, .. } => {
            let offered = children
                .iter()
                .filter(|child| !child.is_attestation())
                .map(|child| child.platform.as_ref().map_or_else(|| child.digest.to_string(), ToString::to_string));
            let offered = offered.collect::<Vec<_>>().join(", ");
            return Err(Problem::NotAnImage(format!("an index of {offered}; give the manifest of one platform")));
        }
    };
    Ok(LocalImage { name: None, image, config, notes: Vec::new() })
}

fn document(file: &Path) -> Result<Vec<u8>, Problem> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    // What a shell hands over by `<(…)` or a pipe is read like a file.
    let handed_over =
        file == Path::new("/dev/stdin") || file.starts_with("/dev/fd") || file.starts_with("/proc/self/fd");
    let opened = if handed_over { fs_err::File::open(file)?.into_parts().0 } else { open_file(file)? };
    opened.take(DOCUMENT_CAP + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > DOCUMENT_CAP {
        return Err(Problem::TooLarge { what: "document".to_owned(), size, limit: DOCUMENT_CAP });
    }
    Ok(bytes)
}
