//! What the store answered, as it is known from then on.

use forebear_store::{Found, Keys};

use crate::engine::children::Children;
use crate::engine::known::{LookedUp, OpenTags};
use crate::selection::Selection;

/// Takes in the answer to a question.
pub(super) fn take_in(keys: &Keys<'_>, found: Found, selection: &Selection, known: &mut LookedUp) {
    let Found { manifests, configs, tags, repositories, walked, absent, populated, open, failures, tasks } = found;
    for (digest, facts) in keys.manifests.iter().zip(manifests) {
        let children = facts.map(|facts| Children::of(&facts, selection));
        known.entries += children.as_ref().map_or(1, Children::weight);
        known.manifests.insert(*digest, children);
    }
    known.configs.extend(keys.configs.iter().copied().zip(configs));
    for ((repository, tag), last) in keys.tags.iter().zip(tags) {
        let of_repository = known.tags.entry((*repository).clone()).or_default();
        of_repository.insert((*tag).to_owned(), last);
    }
    known.repositories.extend(repositories.into_iter().flatten().map(|facts| (facts.name.clone(), facts)));
    let these = |names: &[&_], are: Vec<bool>| {
        let those = names.iter().zip(are).filter(|(_, is)| *is);
        those.map(|(name, _)| forebear_image::RepositoryName::clone(name)).collect::<Vec<_>>()
    };
    known.walked.extend(these(&keys.walked, walked));
    for ((repository, tag), _) in keys.absent.iter().zip(absent).filter(|(_, is)| *is) {
        known.absent.entry((*repository).clone()).or_default().insert((*tag).to_owned());
    }
    known.populated.extend(these(&keys.populated, populated));
    let (total, answered) = (open.iter().map(Vec::len).sum::<usize>(), open.len());
    for (number, ((repository, after), page)) in keys.open.iter().zip(open).enumerate() {
        // Only the last may lack its end.
        let is_cut = total >= keys.most_open && number + 1 == answered;
        let last = page.last().filter(|_| is_cut).map(|last| last.tag.clone());
        let tags = page.into_iter().map(|open| (open.tag.clone(), open)).collect();
        known.open.insert((*repository).clone(), OpenTags { tags, after: after.map(str::to_owned), last });
    }
    known.failures.extend(failures.into_iter().flatten().map(|failure| (failure.subject.clone(), failure)));
    let pending = keys.tasks.iter().zip(tasks).filter(|(_, pending)| *pending);
    known.pending.extend(pending.map(|(task, _)| (task.stage(), task.identity())));
}
