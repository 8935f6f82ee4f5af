//! Images built on one.

use std::collections::HashMap;

use forebear_image::{ManifestDigest, Platform, Timestamp};
use forebear_index::names::{BuildOfTag, Name, shown};
use forebear_index::resolve::{all_children, children};
use forebear_index::{Base, ImageId, ImageSet, View};
use serde::Serialize;

use crate::answers::{ImageAnswer, platform_as_text};
use crate::located::Located;
use crate::target::{Place, Target};

/// Which children are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChildrenRequest {
    /// Also children of children, and so on.
    pub all: bool,
    /// Those built on any build that its name led to, not on this one alone.
    pub any_build: bool,
    /// Skip this many; they come by repository, tag and platform.
    pub offset: usize,
    /// At most this many; all, when `None`.
    pub limit: Option<usize>,
}

/// The images built on one: their number, and a page of them.
#[derive(Clone, Debug, Serialize)]
pub struct ChildrenAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// How many come before the first one listed.
    pub offset: usize,
    /// Those listed.
    pub children: Vec<ChildAnswer>,
    /// The builds that the name led to, the latest first; null where only those on one build
    /// were asked for.
    pub builds: Option<Vec<BuildAnswer>>,
    /// How many more are built on other builds of the same name; null where that was not
    /// looked for: all builds were asked for, or children of children.
    pub on_other_builds: Option<usize>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
    /// Of a base that the index does not hold: the images that declare it; null
    /// for an image that is known.
    pub declared_by: Option<DeclarersAnswer>,
}

/// Images that declare a base, by their word alone.
#[derive(Clone, Debug, Serialize)]
pub struct DeclarersAnswer {
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// Those listed.
    pub images: Vec<ChildAnswer>,
}

/// One image built on the one asked about.
#[derive(Clone, Debug, Serialize)]
pub struct ChildAnswer {
    /// Its best name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// How many layers it has.
    pub layers: usize,
    /// The build of the name that it stands on; null where only one build was asked for.
    pub build: Option<ManifestDigest>,
    /// Builds of the name that came after that one.
    pub builds_behind: Option<u32>,
}

/// A build that a name led to.
#[derive(Clone, Debug, Serialize)]
pub struct BuildAnswer {
    /// Repository and tag.
    pub name: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Builds of the name that came after it.
    pub builds_behind: u32,
    /// How many images stand on it; one that stands on several is counted with the latest.
    pub total: usize,
}

/// Finds the children; only those that are listed are loaded.
pub(crate) fn find(index: &View, located: &Located, request: ChildrenRequest) -> ChildrenAnswer {
    let ChildrenRequest { all, any_build, offset, limit } = request;
    let found = if all { all_children(index, located.subject()) } else { children(index, located.subject()) };
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
    let page = index.page(found, offset, limit.unwrap_or(usize::MAX));
    let row = |id: ImageId| {
        let mut child = ChildAnswer::from(Located::of_index(index, id)?);
        let build = on_builds.of.get(&id).and_then(|at| seen.get(*at)).filter(|_| any_build);
        child.build = build.and_then(|build| index.manifest_digest(build.manifest));
        child.builds_behind = build.map(|build| build.builds_behind);
        Some(child)
    };
    ChildrenAnswer {
        image: ImageAnswer::from(located),
        total: found.len(),
        offset,
        children: page.into_iter().filter_map(row).collect(),
        builds,
        on_other_builds,
        observed_until: index.observed_until(),
        declared_by: None,
    }
}

/// The name whose builds are meant: the one that was asked for, else the one that is shown.
fn name_of(index: &View, located: &Located) -> Option<Name> {
    let names = index.names_of(located.known?);
    let asked = names.iter().find(|name| name.reference == located.reference);
    asked.or_else(|| shown(&names, &[])).cloned()
}

/// Images that stand on any build of a name, and on which.
struct OnBuilds {
    all: ImageSet,
    /// By the place of the build, where that is asked for; the latest, of one that stands on
    /// several.
    of: HashMap<ImageId, usize>,
}

impl OnBuilds {
    /// `own` are those that stand on the image that was asked about.
    fn of(
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
                if request.all { all_children(index, build.subject()) } else { children(index, build.subject()) }
            };
            on.all.extend(theirs.iter());
            if request.any_build {
                theirs.iter().for_each(|child| _ = on.of.entry(child).or_insert(at));
            }
        }
        on
    }
}

/// Images that declare a base which the index does not hold; `None` where
/// nobody does.
pub(crate) fn find_declarers(index: &View, target: &Target, request: ChildrenRequest) -> Option<ChildrenAnswer> {
    let ChildrenRequest { all: _, any_build: _, offset, limit } = request;
    let (base, reference) = match &target.place {
        Place::Indexed(reference) => {
            let base = match reference.digest {
                Some(digest) => Base::Digest(digest.0),
                None => Base::Named(reference.clone()),
            };
            (base, reference.to_string())
        }
        Place::IndexedDigest(digest) => (Base::Digest(*digest), digest.to_string()),
        Place::Live(_) | Place::Local(_) | Place::IndexedPrefix(_) => return None,
    };
    let found = index.declarers_of(&base);
    if found.is_empty() {
        return None;
    }
    let page = index.page(&found, offset, limit.unwrap_or(usize::MAX));
    let images = page.into_iter().filter_map(|id| Some(ChildAnswer::from(Located::of_index(index, id)?))).collect();
    let declared_by = Some(DeclarersAnswer { total: found.len(), images });
    Some(ChildrenAnswer {
        image: ImageAnswer::named(reference),
        total: 0,
        offset,
        children: Vec::new(),
        builds: None,
        on_other_builds: None,
        observed_until: index.observed_until(),
        declared_by,
    })
}

impl From<Located> for ChildAnswer {
    fn from(its: Located) -> Self {
        Self {
            reference: its.reference,
            manifest_digest: its.image.manifest_digest,
            platform: its.image.platform,
            layers: its.image.layers.len(),
            build: None,
            builds_behind: None,
        }
    }
}
