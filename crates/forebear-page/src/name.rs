//! Names as they are shown: what tells them apart stands out.

use crate::text::Text;

/// The tag that is meant where none is written.
pub const LATEST: &str = "latest";

/// A name in two parts, and where it leads.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// Registry and folders: `docker.io/library/`.
    pub(crate) above: Text,
    /// The rest: `alpine:3.20`.
    pub(crate) own: Text,
    /// The page about it.
    pub(crate) href: Option<String>,
}

impl Name {
    pub(crate) fn new(reference: &str, href: Option<String>) -> Self {
        // A digest, a tag and a name of a file may hold slashes of their own, after a colon.
        let path = reference.find('@').unwrap_or(reference.len());
        let cut = reference.get(..path).and_then(|path| path.rfind('/')).map_or(0, |at| at + 1);
        let (above, own) = reference.split_at_checked(cut).unwrap_or(("", reference));
        Self { above: Text::line(above), own: Text::line(&short_digest(own)), href }
    }
}

/// A digest in a name, cut to what a person compares.
fn short_digest(own: &str) -> String {
    match own.split_once("@sha256:") {
        Some((name, hex)) if hex.len() == 64 => format!("{name}@{}", hex.get(..12).unwrap_or(hex)),
        _ => own.to_owned(),
    }
}
