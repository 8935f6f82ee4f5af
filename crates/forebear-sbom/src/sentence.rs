//! The evidence, as a sentence and as properties.

use forebear_ask::answers::{AncestorAnswer, DeclaredAnswer, Evidence, ImageAnswer};
use forebear_image::human::plural;
use serde_json::{Value, json};

/// Why an image is the base, and how current it is.
pub(crate) fn evidence(ancestor: &AncestorAnswer) -> String {
    let why = match ancestor.evidence {
        Evidence::LayersAndHistory => "its layers and its history begin the image's",
        Evidence::History => "it has the same layers, and its history begins the image's",
        Evidence::Layers => "its layers begin the image's",
    };
    let freshness = &ancestor.freshness;
    let late = freshness.builds_behind.filter(|_| freshness.is_outdated()).map_or_else(String::new, |builds| {
        format!("; {} of it came after this one", plural(u64::from(builds), "build"))
    });
    format!("base image {}: {why} (history: {}){late}", ancestor.image.reference, ancestor.agreement.as_str())
}

/// A name and a value for each fact; what is not known is left out.
pub(crate) fn facts(image: &ImageAnswer) -> Vec<(String, String)> {
    let mut facts = vec![("reference".to_owned(), image.reference.clone())];
    let mut fact = |name: &str, value: Option<String>| facts.extend(value.map(|value| (name.to_owned(), value)));
    fact("platform", image.platform.as_ref().map(ToString::to_string));
    fact("config_digest", image.config_digest.map(|digest| digest.to_string()));
    fact("chain_id", image.chain_id.map(|id| id.to_string()));
    fact("created", image.created.map(|time| time.to_string()));
    fact("layers", Some(image.layers.to_string()));
    fact("steps", image.steps.map(|steps| steps.to_string()));
    facts
}

/// The same of the evidence for an ancestor.
pub(crate) fn proofs(ancestor: &AncestorAnswer) -> Vec<(String, String)> {
    let own = &ancestor.freshness;
    let mut facts = vec![
        ("evidence".to_owned(), ancestor.evidence.as_str().to_owned()),
        ("agreement".to_owned(), ancestor.agreement.as_str().to_owned()),
    ];
    let mut fact = |name: &str, value: Option<String>| facts.extend(value.map(|value| (name.to_owned(), value)));
    fact("ranked_by", ancestor.ranked_by.map(|own| own.as_str().to_owned()));
    fact("freshness", own.freshness.map(|own| own.as_str().to_owned()));
    fact("counting_name", own.counting_name.clone());
    fact("builds_behind", own.builds_behind.map(|count| count.to_string()));
    fact("days_behind", own.days_behind.map(|count| count.to_string()));
    fact("superseded_at", own.superseded_at.map(|time| time.to_string()));
    fact("newest_build", own.newest_build.map(|digest| digest.to_string()));
    facts
}

/// What the image declares of its base, and what to make of it.
pub(crate) fn declared(own: &DeclaredAnswer) -> Option<(String, String)> {
    let name = own.name.clone().or_else(|| own.digest.map(|digest| digest.to_string()))?;
    Some((format!("declared_base:{}", own.source.as_str()), format!("{name} ({})", own.verdict.as_str())))
}

/// CycloneDX's form.
pub(crate) fn properties(facts: Vec<(String, String)>) -> Value {
    facts.into_iter().map(|(name, value)| json!({"name": format!("forebear:{name}"), "value": value})).collect()
}
