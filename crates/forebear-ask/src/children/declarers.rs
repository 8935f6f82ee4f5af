//! Images that declare a base of which the index holds nothing else.

use forebear_index::{Base, View};

use super::answer::{ChildrenAnswer, ChildrenRequest, DeclarersAnswer};
use super::row::row;
use crate::answers::ImageAnswer;
use crate::target::{Place, Target};

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
    let images = page.into_iter().filter_map(|id| row(index, id)).collect();
    let declared_by = Some(DeclarersAnswer { total: found.len(), images });
    Some(ChildrenAnswer {
        image: ImageAnswer::named(reference),
        total: 0,
        offset,
        children: Vec::new(),
        builds: None,
        on_other_builds: None,
        on_other_platforms: None,
        observed_until: index.observed_until(),
        declared_by,
    })
}
