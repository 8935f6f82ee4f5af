//! Runs and holds, by the parts.

use super::apply::Entries;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::hold::Hold;
use crate::log::Position;
use crate::log::entries::Entry;
use crate::run::{Run, RunId};
use crate::sled::Changes;
use crate::store::{FrontierStore as _, RunStore};

impl RunStore for LocalStore {
    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.index.runs()
    }

    fn end(&self, run: &Run) -> Result<(), StoreError> {
        self.write(|| {
            self.write_run(&Run { finished: true, ..run.clone() }, Changes::default())?;
            // What a crash leaves of it here is forgotten when the store is opened.
            self.index.forget_run(run.id)?;
            self.claims.end(run.id);
            Ok(())
        })
    }

    fn checkpoint(&self) -> Result<(), StoreError> {
        self.write(|| {
            self.confirm()?;
            let position = self.log.sync()?;
            self.rows.spill()?;
            self.index.flush()?;
            let last_run = self.index.runs()?.last().map(|run| run.id);
            self.mark_at(position, last_run)
        })
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.index.hold(registry)
    }

    fn keep(&self, holds: Vec<Hold>) -> Result<(), StoreError> {
        self.write(|| {
            let mut entries = Entries { log: &self.log, block: Vec::new() };
            let mut changes = Changes::default();
            for hold in holds {
                changes.hold(&hold)?;
                entries.add(&Entry::Hold(hold))?;
            }
            entries.finish()?;
            self.show(changes)
        })?;
        self.sync()
    }
}

impl LocalStore {
    /// Records a run, with what else changes by it.
    pub(super) fn write_run(&self, run: &Run, mut changes: Changes) -> Result<(), StoreError> {
        let mut entries = Entries { log: &self.log, block: Vec::new() };
        entries.add(&Entry::Run(run.clone()))?;
        entries.finish()?;
        changes.run(run)?;
        self.show(changes)
    }

    /// Writes down that the log is synced up to a position.
    pub(super) fn mark_at(&self, position: Position, run: Option<RunId>) -> Result<(), StoreError> {
        self.write_mark(|mark| {
            mark.reach(position);
            mark.run = run.unwrap_or(mark.run);
        })
    }
}
