//! A declared base beside the answer.

use forebear_image::Digest;
use forebear_image::declared::Source;
use forebear_image::human::plural;
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
    /// Its digest.
    pub digest: Option<Digest>,
    /// What layers and history say of it.
    pub verdict: Verdict,
    /// Where it is not in the index: layers above the known parent, some of
    /// which may be its own.
    pub layers_between: Option<usize>,
    /// Where it is not in the index: the same as a sentence.
    pub message: Option<String>,
}

impl DeclaredAnswer {
    /// A declared base; where it is not known, what lies between the image and
    /// the parent that is.
    pub(crate) fn new(located: &Located, base: DeclaredBase, parent_layers: Option<usize>) -> Self {
        let DeclaredBase { declared, verdict } = base;
        // A material need not lie below the image at all.
        let missing = verdict == Verdict::NotIndexed && declared.source != Source::Provenance;
        let between = parent_layers.map(|below| located.image.layers.len().saturating_sub(below)).filter(|_| missing);
        let message = missing.then(|| {
            let name = declared.name.clone().or_else(|| declared.digest.map(|digest| digest.to_string()));
            let lie = between.map_or_else(String::new, |count| {
                let verb = if count == 1 { "lies" } else { "lie" };
                format!("; {} {verb} between the known parent and this image", plural(count as u64, "layer"))
            });
            format!("declared base {} is not in the index{lie}", name.unwrap_or_default())
        });
        Self {
            source: declared.source,
            name: declared.name,
            digest: declared.digest,
            verdict,
            layers_between: between,
            message,
        }
    }
}
