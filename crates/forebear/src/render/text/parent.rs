//! `parent` for people.

use std::fmt::Write as _;

use forebear_image::declared::Source;

use forebear_ask::answers::{AncestorAnswer, DeclaredAnswer, Evidence, ImageAnswer, StepAnswer};
use forebear_ask::{EqualAnswer, ParentAnswer};
use forebear_image::agreement::Agreement;
use forebear_image::dockerfile::is_instruction;
use forebear_index::resolve::{RankedBy, Relation, Verdict};

use super::names::over_time;
use super::platforms::with_platforms;
use super::words::{LISTED, headline, layers_and_steps, legend, plural, safe, some_of, steps};

/// The whole answer.
pub(crate) fn render(answer: &ParentAnswer, width: usize) -> String {
    let mut out = headline(&answer.image);
    out.push_str("\n\n");
    match (&answer.parent, &answer.no_parent_because) {
        (Some(parent), _) => on(&mut out, parent, &answer.image, &answer.equal_images),
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
    let own = answer.image.platform.as_ref();
    let same = answer.identical.iter().map(|same| {
        let told = (safe(&same.reference), relation(same.relation, &answer.steps).to_owned());
        (told, same.platform.as_ref())
    });
    let same = with_platforms(own, same).into_iter().map(|((name, relation), platforms)| match platforms {
        Some(platforms) if name == safe(&answer.image.reference) => format!("{name}  {relation}: also {platforms}"),
        Some(platforms) => format!("{name}  {relation}, {platforms}"),
        None => format!("{name}  {relation}"),
    });
    listed(&mut out, "identical", same);
    let sharing = answer.shares_layers_with.iter().map(|sharing| {
        let told = (safe(&sharing.reference), plural(sharing.layers, "layer"));
        (told, sharing.platform.as_ref())
    });
    let sharing = with_platforms(own, sharing).into_iter().map(|((name, layers), platforms)| match platforms {
        Some(platforms) => format!("{name}  {layers}, {platforms}"),
        None => format!("{name}  {layers}"),
    });
    listed(&mut out, "shares layers with", sharing);
    out.push_str(&legend(answer.steps.iter().map(|step| step.fidelity)));
    out
}

/// What the image says of its base, then what its build read.
fn declared(out: &mut String, all: &[DeclaredAnswer]) {
    let (mut materials, bases): (Vec<_>, Vec<_>) =
        all.iter().partition(|declared| declared.source == Source::Provenance);
    for said in told_once(&bases) {
        let Some(base) = said.first() else { continue };
        let sources: Vec<&str> = said.iter().map(|base| base.source.as_str()).collect();
        _ = writeln!(out, "  declares {} ({}), which {}", what(base), sources.join(", "), judged(base));
    }
    // Their order means nothing, so the one that matters comes first.
    materials.sort_by_key(|material| material.verdict != Verdict::Agrees);
    for material in materials.iter().take(LISTED) {
        let verdict = match material.verdict {
            Verdict::Agrees => "which agrees",
            Verdict::Material => "a build-stage material",
            Verdict::Contradicts => "which contradicts the layers",
            Verdict::NotIndexed | Verdict::NotComparable | Verdict::Inherited | Verdict::Ancestor | Verdict::Local => {
                "which is not in the index"
            }
        };
        _ = writeln!(out, "  was built with {} (provenance), {verdict}", what(material));
    }
    if let Some(more) = materials.len().checked_sub(LISTED).filter(|more| *more > 0) {
        _ = writeln!(out, "  and with {} more", plural(more, "image"));
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

/// What comes after `which`.
fn judged(base: &DeclaredAnswer) -> String {
    match base.verdict {
        Verdict::Agrees => "agrees".to_owned(),
        Verdict::Contradicts => "contradicts the layers".to_owned(),
        Verdict::Ancestor => "is an ancestor of it".to_owned(),
        Verdict::Inherited => "is inherited: the parent declares the same".to_owned(),
        Verdict::NotComparable => {
            let why =
                base.named_by.map(|by| format!(": its layers are named by {}, this one's by {}", by.base, by.image));
            format!("cannot be compared{}", why.unwrap_or_default())
        }
        Verdict::Local => match &base.same_name {
            Some(same) => format!("names no registry; {} is of that name", safe(same)),
            None => "names no registry: it was built where this image was".to_owned(),
        },
        Verdict::NotIndexed | Verdict::Material => {
            let between = base.layers_between.map_or_else(String::new, |count| {
                let lie = if count == 1 { "lies" } else { "lie" };
                format!("; {} {lie} between the known parent and this image", plural(count, "layer"))
            });
            format!("is not in the index{between}")
        }
    }
}

fn what(declared: &DeclaredAnswer) -> String {
    let digest = || declared.digest.map(|digest| digest.to_string());
    safe(&declared.name.clone().or_else(digest).unwrap_or_default())
}

fn on(out: &mut String, parent: &AncestorAnswer, image: &ImageAnswer, equal: &[EqualAnswer]) {
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
        let own = parent.image.platform.as_ref();
        let equal = with_platforms(own, equal.iter().map(|equal| (safe(&equal.reference), equal.platform.as_ref())));
        let equal: Vec<String> = equal
            .into_iter()
            .map(|(name, platforms)| platforms.map_or_else(|| name.clone(), |platforms| format!("{name} {platforms}")))
            .collect();
        _ = writeln!(out, "      equal candidates: {}; ranked by {}", some_of(&equal), ranked_by(by));
    }
}

fn ranked_by(by: RankedBy) -> &'static str {
    match by {
        RankedBy::Platform => "platform",
        RankedBy::Declared => "what the image declares",
        RankedBy::Official => "being official",
        RankedBy::LibraryPath => "a path that mirrors of official images have",
        RankedBy::Created => "when each was built",
        RankedBy::FirstSeen => "when each was first seen",
        RankedBy::ShorterName => "length of name",
        RankedBy::Alphabet => "alphabet",
    }
}

fn relation(relation: Relation, steps: &[StepAnswer]) -> &'static str {
    match relation {
        Relation::SameImage => "the same image",
        Relation::SameBuild => "the same layers and steps, another config",
        Relation::SameDockerfile if steps.iter().any(|step| is_instruction(&step.instruction)) => {
            "the same Dockerfile, built at another time"
        }
        Relation::SameDockerfile => "the same steps, recorded at another time",
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
