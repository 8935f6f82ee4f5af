//! Tasks that a chunk may add or end: whether they are there already, and have
//! failed before.

use std::collections::HashSet;

use forebear_store::{Keys, RunId, Stage, Subject, Task};

/// Whether that need be looked up at all.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Scope {
    /// Whether anything is on record as failing.
    pub failures: bool,
    /// Stages with tasks in the store that are not in memory.
    pub spilled: [bool; Stage::ALL.len()],
}

/// Tasks that a chunk may add or end.
pub(super) struct Candidates {
    scope: Scope,
    tasks: Vec<Task>,
    known: HashSet<(Stage, String)>,
    subjects: HashSet<Subject>,
}

impl Candidates {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope, tasks: Vec::new(), known: HashSet::new(), subjects: HashSet::new() }
    }

    pub(super) fn may_end(&mut self, task: &Task) {
        if self.scope.failures {
            self.subjects.insert(task.subject());
        }
    }

    /// Takes a task of this stage that may be added.
    pub(super) fn may_add(&mut self, stage: Stage, task: impl FnOnce() -> Task) {
        let is_spilled = self.scope.spilled.get(stage as usize) == Some(&true);
        if !self.scope.failures && !is_spilled {
            return;
        }
        let task = task();
        self.may_end(&task);
        if is_spilled && self.known.insert((stage, task.identity())) {
            self.tasks.push(task);
        }
    }

    /// The question about all of them, if there is any.
    pub(super) fn keys(self, run: RunId) -> Option<Keys<'static>> {
        let (tasks, failures) = (self.tasks, Vec::from_iter(self.subjects));
        let is_empty = tasks.is_empty() && failures.is_empty();
        (!is_empty).then(|| Keys { run, tasks, failures, ..Keys::default() })
    }
}
