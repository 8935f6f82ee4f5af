//! What can be wrong with a local image.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use forebear_content::NotRead;
use forebear_image::Platform;
use forebear_image::config::ConfigError;
use forebear_image::descend::{Mismatch, NotChosen};
use forebear_image::inspect::InspectError;
use forebear_image::manifest::ManifestError;

use crate::instead::Instead;
use crate::stdin::is_stdin;

/// A problem, and the file or folder that has it.
#[derive(Debug)]
pub struct ArchiveError {
    /// Which file or folder.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cannot = if matches!(self.problem, Problem::Io(_)) { "cannot read " } else { "" };
        write!(f, "{cannot}{}", named(&self.path))
    }
}

impl Error for ArchiveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Io(error) => Some(error),
            problem => Some(problem),
        }
    }
}

fn named(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file system refused, or an archive is cut off.
    #[error("it cannot be read")]
    Io(#[from] std::io::Error),
    /// A part that must be there is not.
    #[error("it has no {0}; is it really of this form?")]
    Missing(String),
    /// A part that must be there is not, because it is something else.
    #[error("it has no {missing}: {instead}")]
    Without {
        /// What was looked for.
        missing: String,
        /// What it is.
        instead: Instead,
    },
    /// It is something else.
    #[error("{0}")]
    Instead(Instead),
    /// A document that is listed, and not there.
    #[error("it lists {what} and does not hold it: it has no {file}")]
    NotHeld {
        /// What is listed.
        what: String,
        /// The file that would hold it.
        file: String,
    },
    /// An archive in a form that is not read.
    #[error("it is {0}, which is not read: unpack it first")]
    NotRead(NotRead),
    /// A form of folders, given standard input.
    #[error("it is a stream, and this form is of folders: ask oci-archive:- or docker-archive:-")]
    FolderFromStdin,
    /// A document that is not what it should be.
    #[error("its {what} cannot be read")]
    Document {
        /// Which.
        what: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A manifest that is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A config that is none.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A document over its cap.
    #[error("its {what} has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Which.
        what: String,
        /// Its size in bytes.
        size: u64,
        /// The cap.
        limit: u64,
    },
    /// A compressed archive that would fill the disk.
    #[error("it unpacks to more than {limit} bytes, far more than an image of its size; it is left alone")]
    UnpacksTooLarge {
        /// The bytes that are written before it is given up.
        limit: u64,
    },
    /// Bytes that are not what their digest says.
    #[error("its {what} is {}, not {}", mismatch.actual, mismatch.expected)]
    DigestMismatch {
        /// Which document.
        what: String,
        /// The two digests.
        mismatch: Box<Mismatch>,
    },
    /// What should be a tool's word on an image, and is not.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// Several images, and none chosen.
    #[error("it holds several images; choose one: {0}")]
    Several(String),
    /// It is not clear which platform is meant, or none fits.
    #[error(transparent)]
    NotChosen(#[from] NotChosen),
    /// The image there is is for another platform than was asked for.
    #[error("it is for {own}, not for {wanted}")]
    OtherPlatform {
        /// What it is for.
        own: Box<Platform>,
        /// What was asked for.
        wanted: Box<Platform>,
    },
    /// None of that name.
    #[error("it has no {wanted}; it holds {offered}")]
    NotThere {
        /// What was asked for.
        wanted: String,
        /// What there is.
        offered: String,
    },
    /// Not an image.
    #[error("it is no image but {0}")]
    NotAnImage(String),
    /// A document without the layers it speaks of.
    #[error("it holds no layers, only what is said of them")]
    NoBlobs,
    /// A path inside that may not be followed.
    #[error("an entry inside, '{0}', leads outside of it")]
    Escape(String),
}

impl Problem {
    pub(crate) fn document(
        what: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Document { what: what.into(), source: source.into() }
    }
}
