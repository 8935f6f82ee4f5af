//! Reading configs: layers on this thread, histories on another.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

use forebear_facts::rows::{ConfigRow, FactSource, Key, StepRecord};
use forebear_image::Timestamp;

use crate::error::IndexError;
use crate::format::NONE;

use super::column::Column;
use super::histories::Histories;
use super::layers::{Kind, Layers};
use super::stream::Stream;
use super::texts::Texts;

/// Histories handed over at once.
const BATCH: usize = 4_096;
/// Steps that make a batch, however few histories have them.
const STEPS: usize = 1 << 17;
/// Batches that may wait.
const WAITING: usize = 4;

/// What configs, and schema 1 manifests in their place, say; by key.
#[derive(Debug, Default)]
pub(super) struct Configs {
    pub keys: Column<Key>,
    /// Node in the layer trie, by order of arrival.
    pub nodes: Column<u32>,
    /// Node in the history trie, by order of arrival; `NONE` of a history that
    /// could not be read.
    pub histories: Column<u32>,
    pub facts: Column<Facts>,
    /// Declared bases: config and text, by config.
    pub declared: Vec<(u32, u32)>,
}

/// What else a config says. Texts by place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub platform: u32,
    pub runtime: u32,
    pub created: Option<Timestamp>,
    pub layers: u32,
    /// Whether some step has no time.
    pub untimed: bool,
    /// Whether it declares a base.
    pub declares: bool,
    /// Whether it marks some step differently than the history trie does.
    pub marked: bool,
}

/// Histories on their way.
#[derive(Default)]
struct Batch {
    steps: Vec<StepRecord>,
    /// Where in `steps` each history ends, and whether it was read.
    ends: Vec<(usize, bool)>,
}

/// Reads all configs.
pub(super) fn read(source: &impl FactSource, texts: &Texts) -> Result<(Configs, Layers, Histories), IndexError> {
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let other = Builder::new().spawn_scoped(scope, move || follow(receiver))?;
        let read = read_rows(source, texts, sender);
        let followed = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let (histories, nodes) = followed?;
        let (mut configs, layers) = read?;
        configs.histories = nodes;
        for (config, _) in &histories.marks {
            if let Some(facts) = configs.facts.slot(*config) {
                facts.marked = true;
            }
        }
        Ok((configs, layers, histories))
    })
}

fn follow(batches: Receiver<Batch>) -> Result<(Histories, Column<u32>), IndexError> {
    let mut histories = Histories::new();
    let mut nodes = Column::default();
    for batch in batches {
        let mut start = 0;
        for (end, read) in batch.ends {
            let steps = batch.steps.get(start..end).unwrap_or_default();
            nodes.push(if read { histories.insert(steps)? } else { NONE });
            start = end;
        }
    }
    Ok((histories, nodes))
}

fn read_rows(
    source: &impl FactSource,
    texts: &Texts,
    sender: SyncSender<Batch>,
) -> Result<(Configs, Layers), IndexError> {
    let mut configs = Configs::default();
    let mut layers = Layers::new();
    let mut batch = Batch::default();
    let mut stream = Stream::of("configs");
    let read = source.configs(&mut |(key, row)| {
        stream.next(key, || {
            let id = configs.keys.next("configs")?;
            configs.keys.push(*key);
            configs.nodes.push(layers.insert(row.diff_ids.iter().map(|key| (Kind::DiffId, *key)))?);
            configs.facts.push(facts(&row, texts));
            configs.declared.extend(row.declared.iter().map(|text| (id, texts.place(text.get()))));
            batch.steps.extend_from_slice(row.steps);
            batch.ends.push((batch.steps.len(), row.is_history_read()));
            if batch.ends.len() >= BATCH || batch.steps.len() >= STEPS {
                // When the other side has failed, its error is the one to tell.
                _ = sender.send(std::mem::take(&mut batch));
            }
            Ok(())
        });
    });
    _ = sender.send(batch);
    stream.end(read)?;
    Ok((configs, layers))
}

fn facts(row: &ConfigRow<'_>, texts: &Texts) -> Facts {
    let untimed = |step: &StepRecord| step.nanos.get() & StepRecord::TIMED == 0;
    Facts {
        platform: texts.place(row.head.platform.get()),
        runtime: texts.place(row.head.runtime.get()),
        created: row.head.created(),
        layers: row.head.diff_ids.get(),
        untimed: row.steps.iter().any(untimed),
        declares: !row.declared.is_empty(),
        marked: false,
    }
}
