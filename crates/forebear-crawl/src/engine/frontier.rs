//! The frontier: what is to be fetched next.
//!
//! Every task is in the store; a bounded part of them is in memory, and claimed for
//! this process. What did not fit is claimed from the store when a queue runs dry, so
//! memory stays the same at a million queued tags.

use std::collections::{HashMap, VecDeque};

use forebear_image::RepositoryName;
use forebear_store::{Batch, Stage, StoreError, Task};

use super::part::Part;

/// Tasks held in memory, for each stage.
pub(super) const CAPACITY: usize = 4_096;

/// Queues by stage, deepest first.
#[derive(Debug)]
pub(super) struct Frontier {
    ready: [VecDeque<Task>; Stage::ALL.len()],
    /// Stages with tasks in the store that are not in memory.
    spilled: [bool; Stage::ALL.len()],
    /// Tasks in memory or being fetched, by identity, with the repository that they
    /// are asked of.
    active: HashMap<(Stage, String), Option<RepositoryName>>,
    /// How many of them there are of each stage.
    counts: [usize; Stage::ALL.len()],
}

impl Frontier {
    /// The frontier of a run; whatever the store still holds will be found.
    pub(super) fn new() -> Self {
        let (ready, counts) = Default::default();
        Self { ready, spilled: [true; Stage::ALL.len()], active: HashMap::new(), counts }
    }

    /// The frontier of a run that has begun.
    #[cfg(test)]
    pub(super) fn empty() -> Self {
        Self { spilled: [false; Stage::ALL.len()], ..Self::new() }
    }

    /// Takes what there is room for of a batch's tasks, which is on its way into the
    /// store: they are claimed with it. Taking one twice does nothing.
    pub(super) fn take(&mut self, batch: &mut Batch) {
        for task in std::mem::take(&mut batch.tasks) {
            let is_taken = self.push(&task);
            if is_taken { batch.claimed.push(task) } else { batch.tasks.push(task) }
        }
    }

    /// Adds a task; whether there was room for it, and it was not there before.
    pub(super) fn push(&mut self, task: &Task) -> bool {
        let stage = task.stage();
        let (Some(queue), Some(spilled)) = (self.ready.get_mut(stage as usize), self.spilled.get_mut(stage as usize))
        else {
            return false;
        };
        if *spilled || queue.len() >= CAPACITY {
            // Order does not matter, completeness does: it is in the store.
            *spilled = true;
            return false;
        }
        let is_new = activate(&mut self.active, &mut self.counts, task);
        if is_new {
            queue.push_back(task.clone());
        }
        is_new
    }

    /// The repository of which a task is asked that waits in memory or is being
    /// fetched; `None` where there is no such task.
    pub(super) fn asked_of(&self, key: &(Stage, String)) -> Option<Option<&RepositoryName>> {
        self.active.get(key).map(Option::as_ref)
    }

    /// Stages of which the store may hold tasks that are not in memory.
    pub(super) fn spilled(&self) -> [bool; Stage::ALL.len()] {
        self.spilled
    }

    /// Whether there is room for more tasks of a stage.
    pub(super) fn is_low(&self, stage: Stage) -> bool {
        self.spilled.get(stage as usize) == Some(&false)
            && self.ready.get(stage as usize).is_some_and(|queue| queue.len() < CAPACITY / 2)
    }

    /// The next task to fetch, from the deepest stage that has one; lists only
    /// if they are wanted.
    ///
    /// # Errors
    /// The store's, where a queue ran dry.
    pub(super) async fn next(&mut self, part: &Part, lists: bool) -> Result<Option<Task>, StoreError> {
        let is_list = |stage: &Stage| matches!(stage, Stage::Tags | Stage::Catalog);
        for stage in Stage::ALL.into_iter().filter(|stage| lists || !is_list(stage)) {
            let at = stage as usize;
            if self.spilled.get(at) == Some(&true) && self.ready.get(at).is_some_and(VecDeque::is_empty) {
                self.refill(stage, part).await?;
            }
            // They go by what has come of the others.
            if stage == Stage::Again && self.is_walking_down() {
                continue;
            }
            if let Some(task) = self.ready.get_mut(at).and_then(VecDeque::pop_front) {
                return Ok(Some(task));
            }
        }
        Ok(None)
    }

    /// Whether anything is under way that lies below tags.
    fn is_walking_down(&self) -> bool {
        let count = |stage: Stage| self.counts.get(stage as usize).copied().unwrap_or_default();
        count(Stage::Config) + count(Stage::Manifest) > 0
    }

    async fn refill(&mut self, stage: Stage, part: &Part) -> Result<(), StoreError> {
        let (Some(queue), Some(spilled)) = (self.ready.get_mut(stage as usize), self.spilled.get_mut(stage as usize))
        else {
            return Ok(());
        };
        let room = CAPACITY - queue.len();
        let tasks = part.claim(stage, room).await?;
        *spilled = tasks.len() == room;
        for task in tasks {
            if activate(&mut self.active, &mut self.counts, &task) {
                queue.push_back(task);
            }
        }
        Ok(())
    }

    /// Forgets a task whose outcome has been stored.
    pub(super) fn done(&mut self, task: &Task) {
        let stage = task.stage();
        if self.active.remove(&(stage, task.identity())).is_some()
            && let Some(count) = self.counts.get_mut(stage as usize)
        {
            *count -= 1;
        }
    }

    /// Puts a task at the end, which is to wait for others.
    pub(super) fn put_off(&mut self, task: Task) {
        if let Some(queue) = self.ready.get_mut(task.stage() as usize) {
            queue.push_back(task);
        }
    }

    /// Puts a task back that was not carried out.
    pub(super) fn put_back(&mut self, task: Task) {
        if let Some(queue) = self.ready.get_mut(task.stage() as usize) {
            queue.push_front(task);
        }
    }
}

/// Notes a task that comes into memory; whether it was not there before.
fn activate(
    active: &mut HashMap<(Stage, String), Option<RepositoryName>>,
    counts: &mut [usize; Stage::ALL.len()],
    task: &Task,
) -> bool {
    let stage = task.stage();
    let is_new = active.insert((stage, task.identity()), task.repository().cloned()).is_none();
    if is_new && let Some(count) = counts.get_mut(stage as usize) {
        *count += 1;
    }
    is_new
}
