//! Which tasks are added: those that the run does not have yet and that it need
//! not leave alone.

use forebear_image::Timestamp;
use forebear_store::{Failure, Task};

use crate::engine::effects::{Effects, LeftAlone};
use crate::engine::known::UnderWay;

use super::given::Given;

/// Adds a task unless the run has it to do already, or it has failed and waits
/// for its next try. Returns whether the run has it to do.
pub(super) fn want(task: Task, given: Given<'_>, effects: &mut Effects) -> UnderWay {
    let to_do = given.known.to_do(&task);
    if to_do == UnderWay::No && !is_left_alone(&task, given, effects) {
        effects.tasks.push(task);
    }
    to_do
}

/// Whether a task failed before and is left alone in this run. What failed in
/// this very run is not asked for again, whoever leads to it.
pub(super) fn is_left_alone(task: &Task, given: Given<'_>, effects: &mut Effects) -> bool {
    let Given { known, context } = given;
    // Without its list a run could do nothing at all.
    if !known.has_failures() || matches!(task, Task::Catalog { .. } | Task::Namespace { .. }) {
        return false;
    }
    let subject = task.subject();
    if known.has_failed(&subject) {
        return true;
    }
    let Some(failure) = known.failure(&subject) else { return false };
    if failure.run == context.run {
        return true;
    }
    let waits = waits(failure, context.begun, context.retry_failed);
    effects.left_alone.extend(waits.clone());
    waits.is_some()
}

/// Whether what failed in an earlier run is left alone by a process that began
/// at this time.
pub(in crate::engine) fn waits(failure: &Failure, begun: Timestamp, retry_failed: bool) -> Option<LeftAlone> {
    if retry_failed || !failure.is_delayed(begun) {
        return None;
    }
    Some(LeftAlone { subject: failure.subject.clone(), parked: failure.parked.is_some() })
}
