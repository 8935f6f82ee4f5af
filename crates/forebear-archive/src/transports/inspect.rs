//! `inspect:`: what `docker image inspect` and its cousins print. Most carry no
//! history: what the index knows of the same image fills that in, else layers
//! speak alone.

use std::path::{Path, PathBuf};

use forebear_image::inspect::{self, InspectError, Inspected};
use forebear_image::{Digest, Platform};

use crate::error::Problem;
use crate::instead;
use crate::kind::{Contents, Kind, Takes};
use crate::local_image::{LocalImage, Unshown};
use crate::source::document;

pub(super) static INSPECT: Kind = Kind { name: "inspect", takes: Takes::File, chosen_by: None, open };

fn open(path: &Path, _: Option<&str>) -> Result<Box<dyn Contents>, Problem> {
    Ok(Box::new(Document(path.to_owned())))
}

#[derive(Debug)]
struct Document(PathBuf);

impl Contents for Document {
    fn image(&self, platform: Option<&Platform>) -> Result<LocalImage, Problem> {
        let bytes = document(&self.0)?;
        let Inspected { tool, name, image, known_by, repo_digests, shows_layers } =
            inspect::parse(&bytes, platform).map_err(|error| instead_of(error, &bytes, &self.0))?;
        let unshown =
            (!shows_layers).then(|| Unshown { by: tool.engine(), pulled_as: pulled_as(&repo_digests, &known_by) });
        Ok(LocalImage { known_by, unshown, ..LocalImage::of(name, image) })
    }
}

/// The name and digest that it was pulled by: that of its own digest, if any.
fn pulled_as(repo_digests: &[String], known_by: &[Digest]) -> Option<String> {
    let own = known_by.first().map(ToString::to_string);
    let is_own = |name: &&String| own.as_ref().is_some_and(|own| name.ends_with(own.as_str()));
    repo_digests.iter().find(is_own).or(repo_digests.first()).cloned()
}

/// What it is instead, where that says more than why it was not read.
fn instead_of(error: InspectError, bytes: &[u8], path: &Path) -> Problem {
    let instead = match error {
        InspectError::NotJson(_) => instead::of_document(bytes, path, INSPECT.name),
        InspectError::Unknown => instead::of_json(bytes, path, INSPECT.name),
        InspectError::Malformed { .. }
        | InspectError::Config(_)
        | InspectError::Manifest(_)
        | InspectError::NotChosen(_)
        | InspectError::Several(_)
        | InspectError::Nothing
        | InspectError::Container { .. } => None,
    };
    instead.map_or(Problem::Inspect(error), Problem::Instead)
}
