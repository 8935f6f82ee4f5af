//! `find` for people.

use std::fmt::Write as _;

use forebear_ask::{FindAnswer, FoundAnswer, FoundKind};

use super::words::{platform, plural, safe};

/// What the digest names, and the images it occurs in.
pub(crate) fn render(answer: &FindAnswer) -> String {
    let Some(digest) = answer.digest else {
        return format!("nothing in the index has a digest that begins with {}\n", safe(&answer.query));
    };
    let mut out = format!("{digest}\n");
    for found in &answer.found {
        one(&mut out, found);
    }
    out
}

fn one(out: &mut String, found: &FoundAnswer) {
    let images = plural(found.total, "image");
    let what = match found.kind {
        FoundKind::DiffId => format!("the diff_id of a layer, in {images}"),
        FoundKind::Blob => format!("the blob of a layer, in {images}"),
        FoundKind::Config => "the config of an image".to_owned(),
        FoundKind::Manifest => "a manifest".to_owned(),
        FoundKind::Index => format!("an index; {images} of it were read"),
    };
    _ = writeln!(out, "\n  {what}");
    for name in &found.names {
        _ = writeln!(out, "    {}", safe(name));
    }
    let layer = matches!(found.kind, FoundKind::DiffId | FoundKind::Blob);
    for image in found.images.iter().filter(|_| layer || found.names.is_empty() || found.kind == FoundKind::Index) {
        let platform = platform(image.platform.as_ref());
        let positions = image.positions.as_ref().map(|positions| {
            let positions: Vec<String> = positions.iter().map(|at| (at + 1).to_string()).collect();
            format!("layer {} of {}", positions.join(", "), image.layers)
        });
        let layers = positions.unwrap_or_else(|| plural(image.layers, "layer"));
        _ = writeln!(out, "    {}   {}   {layers}", safe(&image.reference), safe(&platform));
    }
    if let Some(more) = found.total.checked_sub(found.images.len()).filter(|more| *more > 0) {
        _ = writeln!(out, "    and {more} more");
    }
}
