//! `steps`.

use forebear_image::agreement::Agreement;
use forebear_image::history::Step;
use forebear_index::ImageId;

use super::image::Named;
use super::told::Told;
use super::words::fidelity;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::rolling::Rolling;
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Steps;

const COLUMNS: &[Column] = &[
    column(
        "image",
        Kind::Digest,
        &[Source::Manifest],
        "The image: its config digest, or its manifest digest where the config was not read; key of images.",
    ),
    column("position", Kind::Number(Unit::Place), &[Source::Config], "Its place in the history, 0 the first."),
    column(
        "instruction",
        Kind::Word,
        &[Source::Derived],
        "RUN, COPY, …, or the name of a generator that is no Dockerfile, or UNKNOWN.",
    ),
    column("dockerfile", Kind::Text, &[Source::Derived], "The whole line, reconstructed; may be several."),
    column("fidelity", Kind::Word, &[Source::Derived], "How well it is known: exact, recovered, partial, unknown."),
    column("created", Kind::Time, &[Source::Config], "When it ran.")
        .or_null("none was recorded, or microseconds do not reach"),
    column("created_text", Kind::Text, &[Source::Config], "When it ran, to the nanosecond, RFC 3339 in UTC.")
        .or_null("none was recorded"),
    column("created_by", Kind::Text, &[Source::Config], "As the history has it."),
    column("empty", Kind::Flag, &[Source::Config], "Whether the history says that it made no layer."),
    column(
        "layer",
        Kind::Number(Unit::Place),
        &[Source::Derived],
        "Position of the layer that it made; with image, key of layers.",
    )
    .or_null("it made none, or which cannot be known"),
    column(
        "prefix",
        Kind::Text,
        &[Source::Derived],
        "Rolling hash over time and text of this step and those before, 32 hexadecimal digits.",
    ),
    column("text_prefix", Kind::Text, &[Source::Derived], "The same over trimmed texts alone."),
    column(
        "made_prefix",
        Kind::Text,
        &[Source::Derived],
        "Rolling hash over time and text of the steps up to here that made a layer, by the rule of prefix.",
    )
    .or_null("none did"),
    column(
        "owner",
        Kind::Digest,
        &[Source::Derived],
        "The oldest ancestor that has it; the image itself where none is known to; key of images.",
    )
    .or_null("the entry is damaged"),
    column("inherited", Kind::Flag, &[Source::Derived], "Whether it is the parent's."),
    column(
        "executables",
        Kind::Texts,
        &[Source::Derived],
        "Programs that a RUN starts, by name, in order; words of the shell and of conditions are left out.",
    )
    .or_null("it is no RUN"),
    column("ports", Kind::Texts, &[Source::Derived], "Ports of an EXPOSE: 80, 53/udp.").or_null("it is no EXPOSE"),
    column(
        "sources",
        Kind::Texts,
        &[Source::Derived],
        "Sources of a COPY or ADD; of one that was recorded by hash, that hash.",
    )
    .or_null("it is neither"),
    column("destinations", Kind::Texts, &[Source::Derived], "Destination of a COPY or ADD.").or_null("it is neither"),
];

impl Table for Steps {
    fn name(&self) -> &'static str {
        "steps"
    }
    fn row(&self) -> &'static str {
        "a step of an image's history"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image", "position"]
    }
    fn note(&self) -> &'static str {
        "A step is an entry of the history. Settings that no entry made, as tools leave them that edit an image's config, \
         have no row: `forebear dockerfile` recovers them from the config. So counts of `USER`, `CMD` and the like are of \
         what was recorded."
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.images.len()
    }
    fn weight(&self, scope: &Scope, thing: usize) -> usize {
        let image = scope.images.get(thing).and_then(|id| scope.view.image(*id));
        image.and_then(|image| image.steps()).map_or(1, |steps| steps as usize)
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(own) = Named::at(scope, thing) else { return };
        let told = Told::of(scope, own.id, &own.image);
        let owners = Owners::of(scope, own.id);
        let mut hashes = Rolling::default();
        for (at, (step, said)) in told.steps.iter().zip(told.lines.iter()).enumerate() {
            let Some(position) = step.position else { continue };
            let (entry, inherited) = (&step.entry, at < told.inherited);
            let owner = if inherited { owners.of_step(step, position) } else { own.id };
            let created = entry.created.map(|time| time.to_string());
            let prefixes = hashes.push(entry, created.as_deref());
            let (line, parsed) = (&said.line, &said.parsed);
            push(
                own.registry(),
                vec![
                    own.key.as_str().into(),
                    position.into(),
                    line.instruction.as_str().into(),
                    line.dockerfile.as_str().into(),
                    fidelity(line.fidelity).into(),
                    entry.created.into(),
                    created.into(),
                    entry.created_by.as_str().into(),
                    entry.empty.into(),
                    step.link.index().into(),
                    prefixes.exact.into(),
                    prefixes.text.into(),
                    prefixes.made.into(),
                    super::image::key(&scope.view, owner).into(),
                    inherited.into(),
                    parsed.executables.as_deref().into(),
                    parsed.ports.as_deref().into(),
                    parsed.sources.as_deref().into(),
                    parsed.destinations.as_deref().into(),
                ],
            );
        }
    }
}

/// From which ancestor an image has its layers and steps.
pub(super) struct Owners {
    own: ImageId,
    /// Each ancestor with how many layers and, of the image's own positions, steps are its;
    /// nearest first.
    ancestors: Vec<(ImageId, usize, usize)>,
}

impl Owners {
    pub(super) fn of(scope: &Scope, own: ImageId) -> Self {
        let view = &scope.view;
        let mut same_positions = true;
        let mut ancestors = Vec::new();
        for (ancestor, agreement) in scope.ancestors_with(own) {
            same_positions &= matches!(agreement, Agreement::Exact | Agreement::Text);
            let Some(image) = view.image(ancestor) else { break };
            let layers = view.node(image.node()).map_or(0, |node| node.depth as usize);
            let steps = image.steps().filter(|_| same_positions).unwrap_or(0);
            ancestors.push((ancestor, layers, steps as usize));
        }
        Self { own, ancestors }
    }

    /// The oldest ancestor that has a layer.
    pub(super) fn of_layer(&self, position: usize) -> Option<ImageId> {
        let oldest = self.ancestors.iter().rev().find(|(_, layers, _)| *layers > position);
        Some(oldest.map_or(self.own, |(owner, ..)| *owner))
    }

    /// The oldest ancestor that has an inherited step; the parent where nothing tells.
    fn of_step(&self, step: &Step, position: usize) -> ImageId {
        let by_layer = step.link.index().and_then(|layer| self.of_layer(layer)).filter(|owner| *owner != self.own);
        let by_step = || self.ancestors.iter().rev().find(|(.., steps)| *steps > position).map(|(owner, ..)| *owner);
        let parent = || self.ancestors.first().map(|(parent, ..)| *parent);
        by_layer.or_else(by_step).or_else(parent).unwrap_or(self.own)
    }
}
