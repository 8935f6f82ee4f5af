//! What an image says of its base, and what its build read, for people.

use forebear_ask::answers::DeclaredAnswer;
use forebear_image::declared::Source;
use forebear_index::resolve::Verdict;

use super::words::{LISTED, plural, safe};
use super::wrap::labelled;
use crate::view::View;

/// What the image says of its base, then what its build read.
pub(super) fn declared(out: &mut String, all: &[DeclaredAnswer], view: View) {
    let (mut materials, bases): (Vec<_>, Vec<_>) =
        all.iter().partition(|declared| declared.source == Source::Provenance);
    let mut line = |label: &str, text: String| out.push_str(&labelled(label, &text, view.width, view.paint));
    let mut label = "declared";
    for said in told_once(&bases) {
        let Some(base) = said.first() else { continue };
        let sources: Vec<&str> = said.iter().map(|base| base.source.as_str()).collect();
        line(label, format!("{} ({}): {}", what(base), sources.join(", "), judged(base)));
        label = "";
    }
    // Their order means nothing, so the one that matters comes first.
    materials.sort_by_key(|material| material.verdict != Verdict::Agrees);
    let mut label = "inputs";
    for material in materials.iter().take(LISTED) {
        let verdict = match material.verdict {
            Verdict::Agrees => "matches the parent",
            Verdict::Material => "used in a build stage",
            Verdict::Contradicts => "contradicts the layers",
            Verdict::NotIndexed | Verdict::NotComparable | Verdict::Inherited | Verdict::Ancestor | Verdict::Local => {
                "not in the index"
            }
        };
        line(label, format!("{} (provenance): {verdict}", what(material)));
        label = "";
    }
    if let Some(more) = materials.len().checked_sub(LISTED).filter(|more| *more > 0) {
        line("", format!("and {more} more"));
    }
}

/// Declarations that say the same in several places, together.
fn told_once<'a>(bases: &[&'a DeclaredAnswer]) -> Vec<Vec<&'a DeclaredAnswer>> {
    let mut told: Vec<Vec<&DeclaredAnswer>> = Vec::new();
    for base in bases {
        let says_that = |known: &&DeclaredAnswer| {
            let digests = known.digest.is_none() || base.digest.is_none() || known.digest == base.digest;
            known.name == base.name && known.verdict == base.verdict && digests
        };
        match told.iter_mut().find(|known| known.iter().all(says_that)) {
            Some(known) => known.push(base),
            None => told.push(vec![base]),
        }
    }
    told
}

/// What comes behind the colon.
fn judged(base: &DeclaredAnswer) -> String {
    match base.verdict {
        Verdict::Agrees => "matches".to_owned(),
        Verdict::Contradicts => "contradicts the layers".to_owned(),
        Verdict::Ancestor => "an ancestor of the parent".to_owned(),
        Verdict::Inherited => "inherited, the parent declares the same".to_owned(),
        Verdict::NotComparable => {
            let why =
                base.named_by.map(|by| format!(": its layers are named by {}, this image's by {}", by.base, by.image));
            format!("cannot be compared{}", why.unwrap_or_default())
        }
        Verdict::Local => match &base.same_name {
            Some(same) => format!("names no registry; {} has the same name", safe(same)),
            None => "names no registry: it was built where this image was".to_owned(),
        },
        Verdict::NotIndexed | Verdict::Material => {
            let between = base.layers_between.map_or_else(String::new, |count| {
                let lie = if count == 1 { "lies" } else { "lie" };
                format!("; {} {lie} between the known parent and this image", plural(count, "layer"))
            });
            format!("not in the index{between}")
        }
    }
}

fn what(declared: &DeclaredAnswer) -> String {
    let digest = || declared.digest.map(|digest| digest.to_string());
    safe(&declared.name.clone().or_else(digest).unwrap_or_default())
}
