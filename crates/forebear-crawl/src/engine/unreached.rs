//! Tasks whose request did not reach the registry. Whether they failed or the
//! registry is gone is known later: by its next answer, or by one ping.

use forebear_registry::{ErrorKind, HostState};
use forebear_store::{FailureKind, Task};

use super::outcome::Outcome;

/// How often in a run such tasks are tried again, all of them, since the registry
/// answers once more. After that they are failures.
const RETURNS: u32 = 3;

/// Tasks of which it is not known yet what they came to.
#[derive(Debug, Default)]
pub(super) struct Unreached {
    waiting: Vec<(Task, Outcome)>,
    returned: u32,
}

impl Unreached {
    /// Keeps a task that did not reach the registry, when that has not answered
    /// since; any other comes back.
    pub(super) fn keep(&mut self, task: Task, outcome: Outcome, host: &HostState) -> Option<(Task, Outcome)> {
        if is_connection(&outcome) && host.is_unreached() {
            self.waiting.push((task, outcome));
            return None;
        }
        Some((task, outcome))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// All of them, now that the registry answers: to be tried again, or else their
    /// failures.
    pub(super) fn returned(&mut self) -> (Vec<Task>, Vec<(Task, Outcome)>) {
        let waiting = std::mem::take(&mut self.waiting);
        self.returned += 1;
        match self.returned <= RETURNS {
            true => (waiting.into_iter().map(|(task, _)| task).collect(), Vec::new()),
            false => (Vec::new(), waiting),
        }
    }
}

fn is_connection(outcome: &Outcome) -> bool {
    let Outcome::Failed { kind, .. } = outcome else { return false };
    matches!(kind, FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout)
}

/// Whether a ping that came to this says that the registry is gone.
pub(super) fn is_gone(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Timeout)
}
