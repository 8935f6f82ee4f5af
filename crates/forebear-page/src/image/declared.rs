//! What the image declares of its base, and whether layers and history bear that out.

use forebear_ask::ParentAnswer;
use forebear_ask::answers::{DeclaredAnswer, DeclaredSource, DeclaredVerdict};

use crate::text::Text;

/// A declaration.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub(super) source: &'static str,
    pub(super) name: Text,
    pub(super) class: &'static str,
    pub(super) verdict: &'static str,
    pub(super) message: Option<Text>,
}

pub(super) fn declarations(parent: &ParentAnswer) -> Vec<Declaration> {
    parent.declared.iter().map(one).collect()
}

fn one(own: &DeclaredAnswer) -> Declaration {
    let source = match own.source {
        DeclaredSource::Annotation => "OCI annotation",
        DeclaredSource::Label => "OCI label",
        DeclaredSource::History => "buildah’s history",
        DeclaredSource::Buildpacks => "buildpacks’ label",
        DeclaredSource::S2i => "Source-to-Image’s label",
        DeclaredSource::HomeAssistant => "Home Assistant’s label",
        DeclaredSource::Provenance => "build provenance",
    };
    let (class, verdict) = match own.verdict {
        DeclaredVerdict::Agrees => ("good", "agrees"),
        DeclaredVerdict::Contradicts => ("late", "contradicts layers and history"),
        DeclaredVerdict::NotIndexed => ("plain", "not in the index"),
        DeclaredVerdict::Inherited => ("plain", "inherited from the parent"),
        DeclaredVerdict::Ancestor => ("plain", "an ancestor further down"),
        DeclaredVerdict::NotComparable => ("plain", "cannot be compared"),
        DeclaredVerdict::Local => ("plain", "a local name"),
        DeclaredVerdict::Material => ("plain", "another image that the build read"),
    };
    let name = own.name.clone().or_else(|| own.digest.map(|digest| digest.to_string())).unwrap_or_default();
    Declaration {
        source,
        name: Text::short(&name, 300),
        class,
        verdict,
        message: own.message.as_deref().map(|message| Text::short(message, 600)),
    }
}
