//! What was unread when the last run ended, and why: what failed, and what an
//! unfinished run has still to ask for. An index says so, whoever reads it.

use std::collections::{BTreeMap, BTreeSet};

use forebear_facts::rows::UnreadRow;
use forebear_index::names::Unread;
use forebear_store::{RunId, Stage, Store, StoreError, Subject, Task};

use crate::pending::pending;
use crate::selection::SelectionKey;

/// Of whom, what and why: how many.
type Counts = BTreeMap<(String, &'static str, String), u64>;

/// What an index is told of what was not read.
pub(super) struct Left {
    /// What is unread, and why.
    pub(super) unread: Vec<UnreadRow>,
    /// Full names of the repositories whose tags an unfinished run has still to list.
    pub(super) uncrawled: BTreeSet<String>,
}

/// What is left, from one look at the failures and at the frontier.
///
/// # Errors
/// The store's.
pub(super) fn left(store: &dyn Store) -> Result<Left, StoreError> {
    let (mut counts, mut uncrawled) = (Counts::new(), BTreeSet::new());
    let runs = store.runs()?;
    let registries: BTreeMap<RunId, String> = runs
        .iter()
        .filter_map(|run| Some((run.id, SelectionKey::parse(&run.selection)?.registry().to_string())))
        .collect();
    for failure in store.failures()? {
        let what = match &failure.subject {
            Subject::Catalog | Subject::Namespace(_) | Subject::Repository(_) => "list",
            Subject::Tag { .. } => "tag",
            Subject::Manifest { .. } => "manifest",
            Subject::Config { .. } => "config",
            Subject::Other(_) => continue,
        };
        let of = match failure.subject.repository() {
            Some(repository) => repository.to_string(),
            // What another version wrote does not say its run.
            None => registries.get(&failure.run).cloned().unwrap_or(failure.registry),
        };
        *counts.entry((of, what, failure.kind.into())).or_default() += 1;
    }
    for run in runs.iter().filter(|run| !run.finished) {
        for stage in Stage::ALL {
            let Some(what) = asked_for(stage) else { continue };
            pending(store, run.id, stage, |task: &Task| {
                let repository = task.repository().map(ToString::to_string);
                if stage == Stage::Tags {
                    uncrawled.extend(repository.clone());
                }
                if let Some(of) = repository.or_else(|| registries.get(&run.id).cloned()) {
                    *counts.entry((of, what, Unread::NOT_REACHED.to_owned())).or_default() += 1;
                }
            })?;
        }
    }
    let row = |((of, what, why), count): ((_, &str, _), _)| UnreadRow { of, what: what.to_owned(), why, count };
    Ok(Left { unread: counts.into_iter().map(row).collect(), uncrawled })
}

/// What tasks of a stage ask for, if for anything.
fn asked_for(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Catalog | Stage::Tags => Some("list"),
        Stage::Tag => Some("tag"),
        Stage::Manifest => Some("manifest"),
        Stage::Config => Some("config"),
        Stage::Again => None,
    }
}
