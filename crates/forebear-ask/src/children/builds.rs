//! Which build of a name an image stands on.

use std::collections::HashMap;

use forebear_index::names::{BuildOfTag, Name, shown};
use forebear_index::resolve::{all_children, children};
use forebear_index::{ImageId, ImageSet, View};

use super::answer::ChildrenRequest;
use crate::located::Located;

/// The name whose builds are meant: the one that was asked for, else the one that is shown.
pub(super) fn name_of(index: &View, located: &Located) -> Option<Name> {
    let names = index.names_of(located.known?);
    let asked = names.iter().find(|name| name.reference == located.reference);
    asked.or_else(|| shown(&names, &[])).cloned()
}

/// Those that stand on one: its children, or theirs too.
pub(super) fn standing_on(index: &View, located: &Located, all: bool) -> ImageSet {
    if all { all_children(index, located.subject()) } else { children(index, located.subject()) }
}

/// Images that stand on any build of a name, and on which.
pub(super) struct OnBuilds {
    pub(super) all: ImageSet,
    /// By the place of the build, where that is asked for; the latest, of one that stands on
    /// several.
    pub(super) of: HashMap<ImageId, usize>,
}

impl OnBuilds {
    /// `own` are those that stand on the image that was asked about.
    pub(super) fn of(
        index: &View,
        known: Option<ImageId>,
        builds: &[BuildOfTag],
        own: &ImageSet,
        request: ChildrenRequest,
    ) -> Self {
        let mut on = Self { all: own.clone(), of: HashMap::new() };
        for (at, build) in builds.iter().enumerate() {
            let Some(image) = build.image else { continue };
            let theirs = if Some(image) == known {
                own.clone()
            } else {
                let Some(build) = Located::of_index(index, image) else { continue };
                standing_on(index, &build, request.all)
            };
            on.all.extend(theirs.iter());
            if request.any_build {
                theirs.iter().for_each(|child| _ = on.of.entry(child).or_insert(at));
            }
        }
        on
    }
}
