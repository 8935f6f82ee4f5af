//! `parents`.

use std::collections::BTreeSet;

use forebear_ask::answers::Evidence;
use forebear_image::Timestamp;
use forebear_index::names::shown;
use forebear_index::resolve::{RankedBy, Subject, judge};

use super::image::Named;
use super::words::why_not;
use crate::cell::Cell;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Parents;

const COLUMNS: &[Column] = &[
    column("image", Kind::Digest, &[Source::Manifest], "The image: its config digest, or its manifest digest where the config was not read; key of images."),
    column("parent", Kind::Digest, &[Source::Derived], "Its parent: the longest known image below it; key of images.")
        .or_null("no parent is known"),
    column("parent_manifest", Kind::Digest, &[Source::Derived], "The parent's manifest; key of manifests.")
        .or_null("no parent is known"),
    column("parent_reference", Kind::Text, &[Source::Derived], "The parent's name, as the image declares it, else as it is shown. No key: see above.")
        .or_null("no parent is known"),
    column("evidence", Kind::Word, &[Source::Derived], "layers+history, history (the same layers), or layers.")
        .or_null("no parent is known"),
    column("agreement", Kind::Word, &[Source::Derived], "How histories agree: exact, filled, above, text, unread, differs.")
        .or_null("no parent is known"),
    column("ranked_by", Kind::Word, &[Source::Derived], "What put it before its equals: platform, declared, official, library-path, created, first_seen, shorter_name, alphabet.")
        .or_null("no parent is known, or it has no equal"),
    column("equal_candidates", Kind::Texts, &[Source::Derived], "Names of images that would do as well, sorted.")
        .or_null("no parent is known"),
    column("distance_layers", Kind::Number(Unit::Layers), &[Source::Derived], "Layers above the parent's.")
        .or_null("no parent is known"),
    column("distance_steps", Kind::Number(Unit::Steps), &[Source::Derived], "Steps above the parent's.")
        .or_null("no parent is known, or histories were not compared"),
    column("size_added", Kind::Number(Unit::Bytes), &[Source::Derived], "Bytes of the layers above the parent's, compressed.")
        .or_null("no parent is known, or a size is not known"),
    column("same_repository", Kind::Flag, &[Source::Derived], "Whether the parent has a name in the image's own repository.")
        .or_null("no parent is known, or the image has no name"),
    column("days_to_build", Kind::Number(Unit::Days), &[Source::Derived], "Whole days from the parent's created to the image's, rounded down. Both are what builders wrote: negative where the image claims to be older than its parent.")
        .or_null("no parent is known, or either time is missing or before 2013"),
    column("builds_behind", Kind::Number(Unit::Builds), &[Source::Derived], "Builds that were seen after the parent, by its counting name; 0 where none was, so also where freshness is unproven or gone.")
        .or_null("no parent is known, or it has no name"),
    column("days_behind", Kind::Number(Unit::Days), &[Source::Derived], "Whole days since the first of them was seen, to the end of what was observed, or to the time that was asked as of; 0 where none was.")
        .or_null("no parent is known, or it has no name"),
    column("builds_behind_at_build", Kind::Number(Unit::Builds), &[Source::Derived], "builds_behind when the image was built, by what had been observed until then.")
        .or_null("no parent is known, or it was not yet observed then"),
    column("days_behind_at_build", Kind::Number(Unit::Days), &[Source::Derived], "days_behind when the image was built.")
        .or_null("no parent is known, or it was not yet observed then"),
    column("freshness", Kind::Word, &[Source::Derived], "current, outdated, gone, or unproven.")
        .or_null("no parent is known, or it has no name"),
    column("no_parent_because", Kind::Word, &[Source::Derived], "Why there is no parent: scratch, scratch_inferred, nothing_shared, platform_not_indexed, shared_but_no_prefix, not_comparable, unreadable.")
        .or_null("there is one"),
    column("declared_name", Kind::Text, &[Source::Manifest, Source::Config, Source::Attestation], "The base that the image declares first, as written.")
        .or_null("it declares none by name"),
    column("declared_verdict", Kind::Word, &[Source::Derived], "What layers and history say of that; as verdict of declared.")
        .or_null("it declares none"),
    column("counting_name", Kind::Text, &[Source::Derived], "The parent's name that its age is counted by: builds_behind, days_behind and freshness are told of it.")
        .or_null("no parent is known, or it has no name"),
    column("superseded_at", Kind::Time, &[Source::Derived], "Start of the run that first saw another build in the parent's place.")
        .or_null("no parent is known, or no later build was seen"),
    column("newest_build", Kind::Digest, &[Source::Derived], "The manifest that the counting name leads to now, for the parent's platform; key of manifests, but for one that filters left out.")
        .or_null("no parent is known, or that name leads nowhere for it"),
];

impl Table for Parents {
    fn name(&self) -> &'static str {
        "parents"
    }
    fn row(&self) -> &'static str {
        "an image, with its parent or why there is none"
    }
    fn key(&self) -> &'static [&'static str] {
        &["image"]
    }
    fn note(&self) -> &'static str {
        "A *line* is a name that goes on when a build is replaced, such as `3.12-slim`; a *pin*, such as `3.12.7-slim`, is \
         left behind with its build. A parent's age is counted by one of its names, its `counting_name`: a line where it \
         has one. Which one may change as more is seen of its names. A *build* is what a tag led to for one platform.\n\n\
         `builds_behind` and `days_behind` are 0 where no later build was seen. That is proof only where `freshness` is \
         `current`: rows that are `unproven` or `gone` have 0 as well, and lower any average. Leave them out, or average \
         over `outdated`.\n\n\
         `parent_reference` is a name and no key: two builds that one name led to share it, and one base may be called \
         `debian:12-slim` here and `debian:bookworm-slim` there. Count bases by `parent`, or by the `repository` that \
         `images` has of it."
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        1
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.images.len()
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(own) = Named::at(scope, thing) else { return };
        let (view, image) = (&scope.view, &own.image);
        let judged = judge(view, Subject { image, known: Some(own.id) });
        let first = judged.declared.first();
        let (declared_name, declared_verdict) =
            (first.and_then(|base| base.declared.name.clone()), first.map(|base| base.verdict.as_str()));
        let reason = judged.parent.as_ref().err().map(|why| why_not(why.code));
        let Ok(parent) = judged.parent else {
            let mut cells = vec![Cell::Text(&own.key)];
            cells.extend(std::iter::repeat_n(Cell::Null, 17));
            cells.extend([reason.into(), declared_name.into(), declared_verdict.into()]);
            cells.extend(std::iter::repeat_n(Cell::Null, 3));
            push(own.registry(), cells);
            return;
        };
        let names = view.names_of(parent.image);
        let called = shown(&names, &image.declared);
        let manifest = called
            .and_then(|name| view.manifest_of_name(parent.image, name))
            .or_else(|| view.manifests_of(parent.image).next());
        let reference = called.map_or_else(|| view.reference_of(parent.image), |name| name.reference.clone());
        let equal: BTreeSet<String> = parent
            .equal
            .iter()
            .skip(1)
            .map(|other| view.reference_of(*other))
            .filter(|other| *other != reference)
            .collect();
        let above: Option<u64> = image
            .layers
            .get(parent.layers..)
            .and_then(|layers| layers.iter().try_fold(0_u64, |sum, layer| sum.checked_add(layer.size?)));
        let own_steps = image
            .history
            .as_ref()
            .filter(|_| parent.comparison.agreement.is_history())
            .map(|history| history.len().saturating_sub(parent.comparison.steps));
        let of_parent = own.name().map(|name| names.iter().any(|other| other.repository() == name.repository()));
        let real = |time: Option<Timestamp>| time.filter(|time| !time.is_placeholder());
        let built = real(image.created);
        let days = built
            .zip(real(view.image(parent.image).and_then(|image| image.created())))
            .map(|(own, its)| own.days_since(its));
        let now = view.freshness(parent.image, &names, &image.declared, |_| true);
        let then = built.and_then(|built| {
            let then = view.index().view_as_of(view.as_of().map_or(built, |as_of| as_of.min(built)));
            let names = then.names_of(parent.image);
            then.freshness(parent.image, &names, &image.declared, |_| true)
        });
        push(
            own.registry(),
            vec![
                own.key.as_str().into(),
                super::image::key(view, parent.image).into(),
                manifest.and_then(|own| view.manifest_digest(own)).map(|digest| digest.0).into(),
                reference.into(),
                Evidence::of(&parent, image.layers.len()).as_str().into(),
                parent.comparison.agreement.as_str().into(),
                parent.ranked_by.map(RankedBy::as_str).into(),
                Cell::Texts(equal.into_iter().collect()),
                image.layers.len().saturating_sub(parent.layers).into(),
                own_steps.into(),
                above.into(),
                of_parent.into(),
                days.into(),
                now.as_ref().map(|own| own.builds_behind).into(),
                now.as_ref().map(|own| own.days_behind).into(),
                then.as_ref().map(|own| own.builds_behind).into(),
                then.as_ref().map(|own| own.days_behind).into(),
                now.as_ref().map(|own| own.state.as_str()).into(),
                Cell::Null,
                declared_name.into(),
                declared_verdict.into(),
                now.as_ref().map(|own| own.counting.reference.clone()).into(),
                now.as_ref().and_then(|own| own.superseded).into(),
                now.as_ref().and_then(|own| own.now).map(|digest| digest.0).into(),
            ],
        );
    }
}
