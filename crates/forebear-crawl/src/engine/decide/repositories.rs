//! Lists of repositories: their tags are listed next. Those that a whole catalog
//! no longer has are asked for their tags too: the answer ends what they had.

use forebear_facts::{RepositorySeen, Told};
use forebear_image::RepositoryName;
use forebear_registry::ToldOf;
use forebear_store::{FailureKind, Task};

use crate::engine::effects::Effects;
use crate::engine::outcome::{AT_ONCE, Next, Outcome, Rejected};

use super::given::Given;
use super::want::want;

/// A page of the catalog or of a namespace.
pub(super) fn page(
    task: &Task,
    (mut names, told, rejected, next): (std::vec::IntoIter<RepositoryName>, Vec<ToldOf>, Rejected, Next),
    given: Given<'_>,
    effects: &mut Effects,
) -> Option<Outcome> {
    let subject = task.subject();
    effects.rejected(&subject.to_string(), "repositories", &rejected);
    for ToldOf { repository, pulls, stars, registered, updated } in told {
        if given.context.selection.wants_repository(&repository) {
            let told = Told { at: given.context.now, pulls, stars, registered, updated };
            effects.writes.seen.push(RepositorySeen::told(repository, told));
        }
    }
    for repository in names.by_ref().take(AT_ONCE) {
        // A list that names one twice, on pages apart, has it walked once.
        if given.context.selection.wants_repository(&repository) && !given.known.was_walked(&repository) {
            want(Task::Tags { repository }, given, effects);
        }
    }
    if names.len() > 0 {
        return Some(Outcome::Repositories { names, told: Vec::new(), rejected: Rejected::default(), next });
    }
    match next {
        Next::Trap(why) => {
            effects.fail(subject, FailureKind::Paging, &format!("the list of repositories {why}"), given.context);
            None
        }
        Next::Page(cursor) => {
            want(task.at_page(cursor.as_str()), given, effects);
            None
        }
        Next::End => {
            let selection = &given.context.selection;
            let whole = matches!(task, Task::Catalog { .. });
            let whole = whole && !selection.narrows_repositories() && !selection.narrows_tags();
            whole.then_some(Outcome::Vanished { after: None })
        }
    }
}

/// Repositories on record: those that had tags and are not listed any more.
pub(super) fn vanished(given: Given<'_>, effects: &mut Effects) -> Option<Outcome> {
    let on_record = given.known.on_record();
    for name in on_record {
        if !given.known.was_walked(name) && given.known.is_populated(name) {
            want(Task::Tags { repository: name.clone() }, given, effects);
        }
    }
    let last = on_record.last().filter(|_| on_record.len() >= AT_ONCE)?;
    Some(Outcome::Vanished { after: Some(last.clone()) })
}
