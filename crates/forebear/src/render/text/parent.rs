//! `parent` for people: what it is built on and whether that is still current,
//! then what was added.

use std::fmt::Write as _;

use forebear_ask::answers::{AncestorAnswer, Evidence, StepAnswer};
use forebear_ask::{EqualAnswer, NoParentCode, ParentAnswer};
use forebear_image::agreement::Agreement;
use forebear_image::dockerfile::is_instruction;
use forebear_index::resolve::{RankedBy, Reason, Relation};

use super::declared::declared;
use super::platforms::with_platforms;
use super::words::{LISTED, bytes, headline, legend, plural, safe, some_of, steps};
use super::wrap::{labelled, wrapped};
use super::{decision, names};
use crate::view::View;

/// The whole answer.
pub(crate) fn render(answer: &ParentAnswer, view: View) -> String {
    let (width, paint) = (view.width, view.paint);
    let mut out = headline(&answer.image, paint);
    out.push('\n');
    let (same, others) = identical(answer);
    if let Some(same) = own_names(answer, same) {
        _ = writeln!(out, "{}", wrapped(&same, 2, width));
    }
    out.push('\n');
    match (&answer.parent, &answer.no_parent_because) {
        (Some(parent), _) => on(&mut out, answer, parent, view),
        (None, Some(why)) => {
            let is_known = matches!(why.code, NoParentCode::Index(Reason::Scratch | Reason::ScratchInferred));
            let title = if is_known { "no parent" } else { "no known parent" };
            // Broken before it is coloured: its title is part of the first line.
            let told = wrapped(&format!("{title}: {}", safe(&why.message)), 2, width);
            let told = told.strip_prefix(title).unwrap_or(&told);
            _ = writeln!(out, "{}{told}", paint.title(title));
        }
        (None, None) => {}
    }
    declared(&mut out, &answer.declared, view);
    if !answer.steps.is_empty() {
        let title = if answer.parent.is_some() { "added on top" } else { "steps" };
        _ = writeln!(out, "\n{} ({})", paint.title(title), added(&answer.steps));
        out.push_str(&steps(&answer.steps, view));
    } else if answer.parent.is_some() {
        out.push_str("\nnothing was added on top\n");
    }
    listed(&mut out, "same layers", others.into_iter(), view);
    let own = answer.image.platform.as_ref();
    let sharing = answer.shares_layers_with.iter().map(|sharing| {
        let told = (safe(&sharing.reference), plural(sharing.layers, "layer"));
        (told, sharing.platform.as_ref())
    });
    let sharing = with_platforms(own, sharing).into_iter().map(|((name, layers), platforms)| match platforms {
        Some(platforms) => format!("{name}   {layers}, {platforms}"),
        None => format!("{name}   {layers}"),
    });
    listed(&mut out, "shares layers with", sharing, view);
    out.push_str(&legend(answer.steps.iter().map(|step| step.fidelity), paint));
    out
}

/// The parent: its name, the decision, the evidence, its other names, its equals.
fn on(out: &mut String, answer: &ParentAnswer, parent: &AncestorAnswer, view: View) {
    let (width, paint) = (view.width, view.paint);
    let digest = parent.image.manifest_digest.map_or_else(String::new, |digest| format!("   {}", digest.0.short()));
    out.push_str(&labelled("parent", &format!("{}{digest}", safe(&parent.image.reference)), usize::MAX, paint));
    let mut line = |text: &str| {
        // Broken into lines first: a colour has no width.
        out.push_str(&decision::painted(&labelled("", text, width, paint), paint));
    };
    if let Some(sentence) = decision::sentence(parent, answer.observed_until) {
        line(&sentence);
    }
    line(&evidence(answer, parent));
    if let Some(names) = names::others(parent, width == usize::MAX) {
        line(&names);
    }
    if let (Some(by), false) = (parent.ranked_by, answer.equal_images.is_empty()) {
        line(&format!("equally likely: {}; this one {}", some_of(&equal(parent, &answer.equal_images)), chosen(by)));
    }
}

/// How much of the image is the parent's, and how well that is known.
fn evidence(answer: &ParentAnswer, parent: &AncestorAnswer) -> String {
    let (own, all) = (parent.image.layers, answer.image.layers);
    let layers = format!("{own} of {}", plural(all, "layer"));
    let verb = if own == 1 { "matches" } else { "match" };
    let said = match (parent.evidence, parent.agreement) {
        (Evidence::History, _) => "exact match: the same layers, and its history begins this one's".to_owned(),
        (_, Agreement::Exact) => format!("exact match: {layers}, history agrees"),
        (_, Agreement::Filled) => format!("exact match: {layers}, history agrees (empty steps were dropped)"),
        (_, Agreement::Above) => format!("{layers} {verb}; it has no history of its own"),
        (_, Agreement::Text) => format!("{layers} and all steps match, but not their times: another build of it"),
        // Many forms show none: nothing failed.
        (_, Agreement::Unread) if answer.image.steps.is_none() => {
            format!("{layers} {verb}; this form shows no history to compare")
        }
        (_, Agreement::Unread) => format!("{layers} {verb}; a config could not be read, so history was not compared"),
        (_, Agreement::Differs) => {
            format!("{layers} {verb}, history does not: a build-cache sibling or another build")
        }
    };
    let recompressed = if parent.recompressed == Some(true) { "; its layers are recompressed here" } else { "" };
    format!("{said}{recompressed}")
}

fn equal(parent: &AncestorAnswer, equal: &[EqualAnswer]) -> Vec<String> {
    let own = parent.image.platform.as_ref();
    let equal = with_platforms(own, equal.iter().map(|equal| (safe(&equal.reference), equal.platform.as_ref())));
    let one = |(name, platforms): (String, Option<String>)| match platforms {
        Some(platforms) => format!("{name} {platforms}"),
        None => name,
    };
    equal.into_iter().map(one).collect()
}

fn chosen(by: RankedBy) -> &'static str {
    match by {
        RankedBy::Platform => "is for the same platform",
        RankedBy::Declared => "is declared by the image",
        RankedBy::Official => "is official",
        RankedBy::LibraryPath => "lies where mirrors have official images",
        RankedBy::Created => "was built first",
        RankedBy::FirstSeen => "was seen first",
        RankedBy::ShorterName => "has the shortest name",
        RankedBy::Alphabet => "comes first in the alphabet",
    }
}

/// `2 layers, 801 B`.
fn added(all: &[StepAnswer]) -> String {
    let mut layers: Vec<_> = all.iter().filter_map(|step| step.layer.as_ref()).collect();
    // Several steps may be of one layer.
    layers.dedup_by_key(|layer| layer.digest);
    // Sizes are what a registry says: they may add up to more than a number holds.
    let sizes = layers.iter().try_fold(0_u64, |sum, layer| Some(sum.saturating_add(layer.size?)));
    match (layers.len(), sizes) {
        (0, _) => "no layers".to_owned(),
        (count, Some(size)) => format!("{}, {}", plural(count, "layer"), bytes(size)),
        (count, None) => plural(count, "layer"),
    }
}

/// `also tagged 5, latest; same image as docker.io/b/mirror:1`.
fn own_names(answer: &ParentAnswer, same: Vec<String>) -> Option<String> {
    let repository = answer.image.reference.rsplit_once(':').map_or("", |(repository, _)| repository);
    let begins = format!("{}:", safe(repository));
    let (tags, others): (Vec<_>, Vec<_>) =
        same.into_iter().partition(|name| !repository.is_empty() && name.starts_with(&begins));
    let tags: Vec<String> = tags.iter().map(|name| name.replacen(&begins, "", 1)).collect();
    let told = |title: &str, names: &[String]| (!names.is_empty()).then(|| format!("{title} {}", some_of(names)));
    let told: Vec<String> =
        [told("also tagged", &tags), told("same image as", &others)].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Other names of the image itself, and other images with its layers.
fn identical(answer: &ParentAnswer) -> (Vec<String>, Vec<String>) {
    let own = answer.image.platform.as_ref();
    let all = answer.identical.iter().map(|same| ((safe(&same.reference), same.relation), same.platform.as_ref()));
    let (mut same, mut others) = (Vec::new(), Vec::new());
    for ((name, relation), platforms) in with_platforms(own, all) {
        let platforms = platforms.map_or_else(String::new, |platforms| format!(" {platforms}"));
        match relation {
            Relation::SameImage => same.push(format!("{name}{platforms}")),
            Relation::SameBuild | Relation::SameDockerfile | Relation::SameLayers => {
                let told = [related(relation, &answer.steps), platforms.trim()];
                let told: Vec<&str> = told.into_iter().filter(|part| !part.is_empty()).collect();
                others.push(format!("{name}   {}", told.join(", ")).trim_end().to_owned());
            }
        }
    }
    (same, others)
}

/// What an image has in common beside its layers.
fn related(relation: Relation, steps: &[StepAnswer]) -> &'static str {
    match relation {
        Relation::SameImage | Relation::SameLayers => "",
        Relation::SameBuild => "same steps, another config",
        Relation::SameDockerfile if steps.iter().any(|step| is_instruction(&step.instruction)) => {
            "same Dockerfile, built at another time"
        }
        Relation::SameDockerfile => "same steps, recorded at another time",
    }
}

fn listed(out: &mut String, title: &str, rows: impl Iterator<Item = String>, view: View) {
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let shown = if view.width == usize::MAX { rows.len() } else { LISTED };
    _ = writeln!(out, "\n{}", view.paint.title(title));
    rows.iter().take(shown).for_each(|row| _ = writeln!(out, "  {row}"));
    if let Some(more) = rows.len().checked_sub(shown).filter(|more| *more > 0) {
        _ = writeln!(out, "  and {more} more");
    }
}
