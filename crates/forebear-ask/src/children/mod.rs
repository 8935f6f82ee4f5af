//! Images built on one.

mod answer;
mod builds;
mod declarers;
mod platforms;
mod row;

use forebear_index::names::BuildOfTag;
use forebear_index::{ImageId, View};

use crate::answers::ImageAnswer;
use crate::located::Located;

pub use answer::{BuildAnswer, ChildAnswer, ChildrenAnswer, ChildrenRequest, DeclarersAnswer, PlatformTotal};
use builds::{OnBuilds, name_of, standing_on};
pub(crate) use declarers::find_declarers;
use platforms::on_others;
use row::row;

/// Finds the children; only those that are listed are loaded.
pub(crate) fn find(index: &View, located: &Located, request: ChildrenRequest) -> ChildrenAnswer {
    let ChildrenRequest { all, any_build, offset, limit } = request;
    let found = standing_on(index, located, all);
    let name = name_of(index, located);
    let seen = match (&name, located.known) {
        (Some(name), Some(image)) if any_build || !all => index.builds_of_tag(name, image),
        _ => Vec::new(),
    };
    let on_builds = OnBuilds::of(index, located.known, &seen, &found, request);
    let (found, builds, on_other_builds) = if any_build {
        let mut totals = vec![0; seen.len()];
        for at in on_builds.of.values() {
            if let Some(total) = totals.get_mut(*at) {
                *total += 1;
            }
        }
        let told = |(build, total): (&BuildOfTag, usize)| BuildAnswer {
            name: name.as_ref().map(|name| name.reference.clone()).unwrap_or_default(),
            manifest_digest: index.manifest_digest(build.manifest),
            builds_behind: build.builds_behind,
            total,
        };
        let told = seen.iter().zip(totals).map(told).collect();
        (&on_builds.all, Some(told), None)
    } else {
        (&found, None, (!all).then(|| on_builds.all.len().saturating_sub(found.len())))
    };
    let named = name.as_ref().zip(located.known);
    let on_other_platforms = named.and_then(|(name, image)| on_others(index, name, image, request));
    let page = index.page(found, offset, limit.unwrap_or(usize::MAX));
    let child = |id: ImageId| {
        let mut child = row(index, id)?;
        let build = on_builds.of.get(&id).and_then(|at| seen.get(*at)).filter(|_| any_build);
        child.build = build.and_then(|build| index.manifest_digest(build.manifest));
        child.builds_behind = build.map(|build| build.builds_behind);
        Some(child)
    };
    ChildrenAnswer {
        image: ImageAnswer::from(located),
        total: found.len(),
        offset,
        children: page.into_iter().filter_map(child).collect(),
        builds,
        on_other_builds,
        on_other_platforms,
        observed_until: index.observed_until(),
        declared_by: None,
    }
}
