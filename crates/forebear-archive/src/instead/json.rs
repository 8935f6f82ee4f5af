//! What a JSON document is.

use std::path::Path;

use forebear_image::inspect::JsonKind;

use super::answer::Instead;

/// What a JSON document is that is no `asked`; `None` where it is no known one.
pub(crate) fn of_json(document: &[u8], path: &Path, asked: &str) -> Option<Instead> {
    let (what, form) = match JsonKind::of(document)? {
        JsonKind::Inspected(tool) => (format!("what {tool} prints"), "inspect"),
        JsonKind::Config => ("an image config".to_owned(), "inspect"),
        JsonKind::Manifest => ("a manifest".to_owned(), "manifest"),
        JsonKind::Index => ("an index of several images".to_owned(), "manifest"),
        JsonKind::Other { what, advice: None } => return Some(Instead::only(what)),
        JsonKind::Other { what, advice: Some(advice) } => return Some(Instead::with(what, advice)),
    };
    (form != asked).then(|| Instead::form(&what, form, path))
}
