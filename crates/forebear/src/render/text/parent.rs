//! `parent` for people.

use std::fmt::Write as _;

use forebear_image::declared::Source;

use forebear_ask::ParentAnswer;
use forebear_ask::answers::{AncestorAnswer, DeclaredAnswer, Evidence, ImageAnswer};
use forebear_image::agreement::Agreement;
use forebear_index::resolve::{RankedBy, Relation, Verdict};

use super::names::over_time;
use super::words::{LISTED, headline, layers_and_steps, legend, plural, safe, some_of, steps};

/// The whole answer.
pub(crate) fn render(answer: &ParentAnswer, width: usize) -> String {
    let mut out = headline(&answer.image);
    out.push_str("\n\n");
    match (&answer.parent, &answer.no_parent_because) {
        (Some(parent), _) => on(&mut out, parent, &answer.image, &answer.equal_candidates),
        (None, Some(why)) => _ = writeln!(out, "  no known parent: {}", safe(&why.message)),
        (None, None) => {}
    }
    declared(&mut out, &answer.declared);
    if !answer.steps.is_empty() {
        let title = if answer.parent.is_some() { "added on top" } else { "steps" };
        _ = writeln!(out, "\n  {title}");
        out.push_str(&steps(&answer.steps, width));
    } else if answer.parent.is_some() {
        out.push_str("\n  nothing was added\n");
    }
    listed(
        &mut out,
        "identical",
        answer.identical.iter().map(|same| format!("{}  {}", safe(&same.reference), relation(same.relation))),
    );
    listed(
        &mut out,
        "shares layers with",
        answer
            .shares_layers_with
            .iter()
            .map(|sharing| format!("{}  {}", safe(&sharing.reference), plural(sharing.layers, "layer"))),
    );
    out.push_str(&legend(answer.steps.iter().map(|step| step.fidelity)));
    out
}

/// What the image says of its base, then what its build read.
fn declared(out: &mut String, all: &[DeclaredAnswer]) {
    let (mut materials, bases): (Vec<_>, Vec<_>) =
        all.iter().partition(|declared| declared.source == Source::Provenance);
    for base in bases {
        let verdict = match base.verdict {
            Verdict::Agrees => "agrees",
            Verdict::Contradicts => "contradicts the layers",
            Verdict::NotIndexed | Verdict::Material => "is not in the index",
        };
        let between = base.layers_between.map_or_else(String::new, |count| {
            let lie = if count == 1 { "lies" } else { "lie" };
            format!("; {} {lie} between the known parent and this image", plural(count, "layer"))
        });
        _ = writeln!(out, "  declares {} ({}), which {verdict}{between}", what(base), base.source.as_str());
    }
    // Their order means nothing, so the one that matters comes first.
    materials.sort_by_key(|material| material.verdict != Verdict::Agrees);
    for material in materials.iter().take(LISTED) {
        let verdict = match material.verdict {
            Verdict::Agrees => "which agrees",
            Verdict::Material => "a build-stage material",
            Verdict::Contradicts => "which contradicts the layers",
            Verdict::NotIndexed => "which is not in the index",
        };
        _ = writeln!(out, "  was built with {} (provenance), {verdict}", what(material));
    }
    if let Some(more) = materials.len().checked_sub(LISTED).filter(|more| *more > 0) {
        _ = writeln!(out, "  and with {} more", plural(more, "image"));
    }
}

fn what(declared: &DeclaredAnswer) -> String {
    let digest = || declared.digest.map(|digest| digest.to_string());
    safe(&declared.name.clone().or_else(digest).unwrap_or_default())
}

fn on(out: &mut String, parent: &AncestorAnswer, image: &ImageAnswer, equal: &[String]) {
    let evidence = match (parent.evidence, parent.agreement) {
        (Evidence::History, _) => "the same layers, and its history begins this one's",
        (_, Agreement::Exact) => "layers and history agree",
        (_, Agreement::Filled) => "layers and history agree; empty steps were dropped",
        (_, Agreement::Above) => "layers agree; it has no history of its own",
        (_, Agreement::Text) => "layers and steps agree, times differ: another build of it",
        // Many forms show none: nothing failed.
        (_, Agreement::Unread) if image.steps.is_none() => {
            "layers agree; its own history is not at hand, so that is not compared"
        }
        (_, Agreement::Unread) => "layers agree; a config could not be read, so history is not compared",
        (_, Agreement::Differs) => "layers agree, history does not: a cache sibling or another build",
    };
    let size = layers_and_steps(parent.image.layers, parent.image.steps);
    let recompressed = if parent.recompressed == Some(true) { "; its layers are recompressed here" } else { "" };
    _ = writeln!(out, "  on  {}   {size}   {evidence}{recompressed}", safe(&parent.image.reference));
    out.push_str(&over_time(parent));
    if let (Some(by), false) = (parent.ranked_by, equal.is_empty()) {
        let equal: Vec<String> = equal.iter().map(|name| safe(name)).collect();
        _ = writeln!(out, "      equal candidates: {}; ranked by {}", some_of(&equal), ranked_by(by));
    }
}

fn ranked_by(by: RankedBy) -> &'static str {
    match by {
        RankedBy::Platform => "platform",
        RankedBy::Declared => "what the image declares",
        RankedBy::Official => "being official",
        RankedBy::FirstSeen => "when each was first seen",
        RankedBy::ShorterName => "length of name",
        RankedBy::Alphabet => "alphabet",
    }
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::SameImage => "the same image",
        Relation::SameBuild => "the same layers and steps, another config",
        Relation::SameDockerfile => "the same Dockerfile, built at another time",
        Relation::SameLayers => "the same layers",
    }
}

fn listed(out: &mut String, title: &str, rows: impl Iterator<Item = String>) {
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return;
    }
    _ = writeln!(out, "\n  {title}");
    rows.iter().take(LISTED).for_each(|row| _ = writeln!(out, "    {row}"));
    if let Some(more) = rows.len().checked_sub(LISTED).filter(|more| *more > 0) {
        _ = writeln!(out, "    and {more} more");
    }
}
