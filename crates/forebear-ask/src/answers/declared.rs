//! A declared base beside the answer.

use forebear_image::declared::{Declared, Source};
use forebear_image::human::plural;
use forebear_image::{Digest, Layer};
use forebear_index::resolve::{DeclaredBase, Verdict};
use serde::Serialize;

use crate::located::Located;

/// A declared base beside the answer.
#[derive(Clone, Debug, Serialize)]
pub struct DeclaredAnswer {
    /// Where it is declared.
    pub source: Source,
    /// Its name, as written.
    pub name: Option<String>,
    /// Its digest, as stated or as part of the name.
    pub digest: Option<Digest>,
    /// What layers and history say of it.
    pub verdict: Verdict,
    /// Where it is not in the index: layers above the known parent, some of
    /// which may be its own.
    pub layers_between: Option<usize>,
    /// Of a local name: the parent's own name, where it is that on a registry.
    pub same_name: Option<String>,
    /// Of a base that cannot be compared: how both name their layers.
    pub named_by: Option<NamedByAnswer>,
    /// A verdict that wants explaining, as a sentence.
    pub message: Option<String>,
}

/// What the layers of two images are named by, which cannot be compared.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NamedByAnswer {
    /// Those of the image: an algorithm, or that there are blobs alone.
    pub image: &'static str,
    /// Those of the base.
    pub base: &'static str,
}

impl DeclaredAnswer {
    /// A declared base; where it is not known, what lies between the image and
    /// the parent that is.
    pub(crate) fn new(located: &Located, base: DeclaredBase, parent_layers: Option<usize>) -> Self {
        let named_by = base.named_by.map(|its| NamedByAnswer {
            image: located.image.layers.first().map_or("nothing", Layer::named_by),
            base: its,
        });
        let message = message(located, &base, named_by, parent_layers);
        let between = layers_between(located, &base, parent_layers);
        let DeclaredBase { declared, verdict, same_name, named_by: _ } = base;
        let Declared { source, name, digest } = declared;
        Self { source, name, digest, verdict, layers_between: between, same_name, named_by, message }
    }
}

/// Layers above the known parent, some of which may be a base's that is not in
/// the index. A material need not lie below the image at all.
fn layers_between(located: &Located, base: &DeclaredBase, parent_layers: Option<usize>) -> Option<usize> {
    let missing = base.verdict == Verdict::NotIndexed && base.declared.source != Source::Provenance;
    parent_layers.map(|below| located.image.layers.len().saturating_sub(below)).filter(|_| missing)
}

fn message(
    located: &Located,
    base: &DeclaredBase,
    named_by: Option<NamedByAnswer>,
    parent_layers: Option<usize>,
) -> Option<String> {
    let Declared { source, name, digest } = &base.declared;
    let name = || name.clone().or_else(|| digest.map(|digest| digest.to_string())).unwrap_or_default();
    match base.verdict {
        Verdict::NotIndexed if *source != Source::Provenance => {
            let lie = layers_between(located, base, parent_layers).map_or_else(String::new, |count| {
                let verb = if count == 1 { "lies" } else { "lie" };
                format!("; {} {verb} between the known parent and this image", plural(count as u64, "layer"))
            });
            Some(format!("declared base {} is not in the index{lie}", name()))
        }
        Verdict::NotComparable => {
            let NamedByAnswer { image, base } = named_by?;
            Some(format!(
                "the layers of declared base {} are named by {base}, this image's by {image}: they cannot be compared",
                name()
            ))
        }
        Verdict::Local => {
            let of_that_name = base.same_name.as_ref().map(|same| format!("; the parent, {same}, is of that name"));
            let rest = of_that_name.unwrap_or_default();
            Some(format!("declared base {} names no registry: localhost/ is the machine that built it{rest}", name()))
        }
        Verdict::Ancestor => Some(format!("{} is an ancestor of the parent, which is nearer", name())),
        Verdict::Inherited => Some(format!("the parent declares {} in the same place: it is inherited", name())),
        Verdict::NotIndexed | Verdict::Agrees | Verdict::Contradicts | Verdict::Material => None,
    }
}
