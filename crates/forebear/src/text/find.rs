//! `find` for people.

use std::fmt::Write as _;

use crate::commands::find::{FindAnswer, FoundAnswer, Kind};

use super::words::{plural, safe};

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
        Kind::DiffId => format!("the diff_id of a layer, in {images}"),
        Kind::Blob => format!("the blob of a layer, in {images}"),
        Kind::Config => "the config of an image".to_owned(),
        Kind::Manifest => "a manifest".to_owned(),
        Kind::Index => format!("an index; {images} of it were read"),
    };
    _ = writeln!(out, "\n  {what}");
    for name in &found.names {
        _ = writeln!(out, "    {}", safe(name));
    }
    let layer = matches!(found.kind, Kind::DiffId | Kind::Blob);
    for image in found.images.iter().filter(|_| layer || found.names.is_empty() || found.kind == Kind::Index) {
        let platform = image.platform.as_deref().unwrap_or("unknown platform");
        let positions = image.positions.as_ref().map(|positions| {
            let positions: Vec<String> = positions.iter().map(|at| (at + 1).to_string()).collect();
            format!("layer {} of {}", positions.join(", "), image.layers)
        });
        let layers = positions.unwrap_or_else(|| plural(image.layers, "layer"));
        _ = writeln!(out, "    {}   {}   {layers}", safe(&image.reference), safe(platform));
    }
    if let Some(more) = found.total.checked_sub(found.images.len()).filter(|more| *more > 0) {
        _ = writeln!(out, "    and {more} more");
    }
}
