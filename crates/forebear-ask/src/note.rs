//! Remarks on how an answer came about.

use std::fmt;
use std::path::PathBuf;

use forebear_image::descend::DocumentKind;
use forebear_image::json::OddField;
use forebear_image::{ManifestDigest, RepositoryName, Timestamp};

/// Something that whoever reads an answer should know, and that is no part of
/// it. Its `Display` is a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The tag was deleted: the answer is about what it last led to.
    TagGone {
        /// Repository and tag.
        name: String,
        /// Last run that saw it.
        until: Timestamp,
    },
    /// A bare name that is not in the index means the one repository of that
    /// name that is.
    OtherRepository {
        /// As it was asked for.
        asked: RepositoryName,
        /// What is meant.
        found: String,
    },
    /// A part of a local form was left out.
    Local {
        /// The form as it was written.
        image: String,
        /// What and why.
        message: String,
    },
    /// Provenance that a registry has and that could not be read: evidence
    /// beside the answer, never a part of it.
    NoProvenance {
        /// Whose.
        image: String,
        /// The attestation's manifest.
        attestation: ManifestDigest,
        /// Why not, with its causes.
        reason: String,
    },
    /// A field of one of its documents that is not what it should be. The image
    /// stands without it.
    Odd {
        /// Whose.
        image: String,
        /// Of which document.
        kind: DocumentKind,
        /// What is odd.
        field: OddField,
    },
    /// Not every layer could be read to its end.
    LayersCutShort,
    /// It was asked as of a day after the last that is known of.
    NothingLater {
        /// The time that was asked about.
        asked: Timestamp,
        /// Start of the last run that the index knows of.
        until: Timestamp,
    },
    /// The index is in an older format, which is read all the same.
    OlderIndex {
        /// The file.
        file: PathBuf,
        /// Its format.
        format: u32,
        /// What is written now.
        newest: u32,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagGone { name, until } => {
                write!(f, "{name} is gone from its registry; this is what it led to until {until}")
            }
            Self::OtherRepository { asked, found } => write!(f, "{asked} is not in the index; this is {found}"),
            Self::Local { image, message } => write!(f, "{image}: {message}"),
            Self::NoProvenance { image, attestation, reason } => {
                write!(f, "the provenance of {image}, attestation {attestation}, is left out: {reason}")
            }
            Self::Odd { image, kind, field } => write!(f, "{image}: in its {kind}, {field}"),
            Self::OlderIndex { file, format, newest } => write!(
                f,
                "{} is in index format {format}, of an older forebear; 'forebear-crawl publish' writes it in format \
                 {newest}",
                file.display()
            ),
            Self::NothingLater { asked, until } => {
                write!(f, "nothing is known of the time after {until}: this is how it was then, and not as of {asked}")
            }
            Self::LayersCutShort => f.write_str("not every layer could be read to its end"),
        }
    }
}
