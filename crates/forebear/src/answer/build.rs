//! From what the resolver found to the contract's values.

use forebear_image::Step;
use forebear_image::added::{Boundary, added_steps};
use forebear_image::declared::Source;
use forebear_image::dockerfile::{Context, Line, reconstruct};
use forebear_image::history::LayerLink;
use forebear_image::human::plural;
use forebear_index::names::NameOverTime;
use forebear_index::resolve::{DeclaredBase, Parent, Relation, Resolution, Verdict, recompressed, resolve};
use forebear_index::{ImageId, View};

use crate::locate::Located;

use super::names::names_over_time;
use super::{
    Answer, DeclaredAnswer, IdenticalAnswer, ImageAnswer, LayerAnswer, ParentAnswer, SharingAnswer, StepAnswer,
    TagAnswer, config_digest,
};

/// An answer and what it was made from.
pub(crate) struct Found {
    pub answer: Answer,
    /// The parent, loaded.
    pub parent: Option<(Parent, Located)>,
}

/// Asks the resolver about an image and puts the whole answer together.
pub(crate) fn find(index: &View, located: &Located) -> Found {
    let Resolution { parent, identical, sharing, declared } = resolve(index, located.subject());
    let (parent, why_not) = match parent {
        Ok(parent) => (Some(parent), None),
        Err(why_not) => (None, Some(why_not)),
    };
    let parent = parent.and_then(|parent| {
        let its = Located::of_index(index, parent.image)?;
        Some((parent, its))
    });
    let below = parent.as_ref().map(|(parent, _)| parent.layers);
    let declared = declared.into_iter().map(|base| declared_answer(located, base, below));
    let sharing = sharing
        .into_iter()
        .map(|sharing| SharingAnswer { reference: index.reference_of(sharing.image), layers: sharing.layers });
    let others = parent.iter().flat_map(|(parent, _)| parent.equal.iter().skip(1));
    let answer = Answer {
        image: image(located),
        parent: parent.as_ref().map(|(parent, its)| parent_answer(index, located, parent, its)),
        no_parent_because: why_not,
        declared: declared.collect(),
        identical: identical
            .iter()
            .flat_map(|same| identical_answers(index, located, same.image, same.relation))
            .collect(),
        equal_candidates: others.map(|image| index.reference_of(*image)).collect(),
        shares_layers_with: sharing.collect(),
        steps: steps(located, &added_lines(located, parent.as_ref())),
    };
    Found { answer, parent }
}

/// A declared base; where it is not known, what lies between the image and
/// the parent that is.
fn declared_answer(located: &Located, base: DeclaredBase, parent_layers: Option<usize>) -> DeclaredAnswer {
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
    DeclaredAnswer {
        source: declared.source,
        name: declared.name,
        digest: declared.digest,
        verdict: verdict.as_str(),
        layers_between: between,
        message,
    }
}

/// The image's other names, or the one name of another image.
fn identical_answers(index: &View, located: &Located, image: ImageId, relation: Relation) -> Vec<IdenticalAnswer> {
    if relation != Relation::SameImage {
        return vec![IdenticalAnswer { reference: index.reference_of(image), relation }];
    }
    let names = index.names_of(image).into_iter();
    let others = names.filter(|name| !name.ended && name.reference != located.reference);
    others.map(|name| IdenticalAnswer { reference: name.reference, relation }).collect()
}

/// An image's own facts.
pub(crate) fn image(located: &Located) -> ImageAnswer {
    let image = &located.image;
    ImageAnswer {
        reference: located.reference.clone(),
        names: located.names.clone(),
        manifest_digest: image.manifest_digest,
        config_digest: config_digest(located),
        platform: image.platform.as_ref().map(ToString::to_string),
        chain_id: image.chain_id(),
        created: image.created,
        layers: image.layers.len(),
        steps: image.history.as_ref().map(Vec::len),
    }
}

/// A parent's facts and the evidence for it.
pub(crate) fn parent_answer(index: &View, child: &Located, parent: &Parent, its: &Located) -> ParentAnswer {
    let names = index.names_of(parent.image);
    let agreement = parent.comparison.agreement;
    let evidence = match agreement.is_history() {
        true if parent.layers == child.image.layers.len() || parent.layers == 0 => "history",
        true => "layers+history",
        false => "layers",
    };
    let names: Vec<NameOverTime> = names.iter().map(|name| index.over_time(name, parent.image)).collect();
    let tags: Vec<TagAnswer> = names.iter().map(tag).collect();
    ParentAnswer {
        image: image(its),
        evidence,
        agreement: agreement.as_str(),
        ranked_by: parent.ranked_by,
        tag_now: tags.first().cloned(),
        tags,
        names_over_time: names_over_time(names),
        recompressed: recompressed(index, &child.image, parent.image, parent.layers),
    }
}

fn tag(over_time: &NameOverTime) -> TagAnswer {
    let NameOverTime { name, now, .. } = over_time;
    TagAnswer {
        reference: name.reference.clone(),
        moved: now.moved,
        gone: now.gone,
        digest: now.digest,
        builds_behind: now.builds_behind,
        first_seen: name.first_seen,
        last_seen: name.last_seen,
        moved_at: now.since,
    }
}

/// The steps added on top of a parent, each with its Dockerfile line; lines
/// that only the config knows come last, without a step.
pub(crate) fn added_lines(located: &Located, parent: Option<&(Parent, Located)>) -> Vec<(Option<Step>, Line)> {
    let boundary = parent.map(|(parent, its)| Boundary {
        comparison: parent.comparison,
        layers: parent.layers,
        history: its.image.history.as_deref(),
    });
    let steps = added_steps(&located.image, boundary);
    let context = Context {
        parent: parent.and_then(|(_, its)| its.image.runtime.as_ref()),
        image: located.image.runtime.as_ref(),
    };
    let lines = reconstruct(&steps, context);
    let steps = steps.into_iter().map(Some).chain(std::iter::repeat(None));
    steps.zip(lines).collect()
}

/// Steps as the contract has them.
pub(crate) fn steps(located: &Located, lines: &[(Option<Step>, Line)]) -> Vec<StepAnswer> {
    let one = |(step, line): &(Option<Step>, Line)| {
        let at = step.as_ref().and_then(|step| step.link.index());
        let entry = step.as_ref().filter(|step| step.position.is_some()).map(|step| &step.entry);
        StepAnswer {
            instruction: line.instruction.clone(),
            dockerfile: line.dockerfile.clone(),
            fidelity: line.fidelity,
            note: line.note.clone(),
            created_by: entry.map(|entry| entry.created_by.clone()),
            created: entry.and_then(|entry| entry.created),
            layer: at.and_then(|at| layer(located, at)),
            layer_certain: step.as_ref().map(|step| matches!(step.link, LayerLink::Made(_) | LayerLink::Empty)),
        }
    };
    lines.iter().map(one).collect()
}

/// One layer as the contract has it.
fn layer(located: &Located, at: usize) -> Option<LayerAnswer> {
    let layer = located.image.layers.get(at)?;
    Some(LayerAnswer { digest: layer.blob, diff_id: layer.diff_id, size: layer.size })
}
