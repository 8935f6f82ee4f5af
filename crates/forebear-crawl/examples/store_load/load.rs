//! The store, as the crawler writes to it: batches, and a thread that syncs.

#![expect(clippy::print_stdout, reason = "a tool of development")]

use std::error::Error;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use forebear_facts::derive::{self, DeriveError};
use forebear_store::{
    Batch, Committer, FrontierStore as _, LocalStore, NewConfig, NewManifest, RunStore as _, StoreError,
};
use serde_json::json;

use crate::record::{self, Record};

/// Outcomes of a batch: a crawl's.
const BATCH: usize = 200;
const BUFFER: usize = 1 << 20;

/// Applies batches and counts.
struct Loader {
    committer: Committer,
    synced: mpsc::Receiver<()>,
    batch: Batch,
    /// In the store's calls, and waiting for the disk: the rest is reading documents.
    in_store: Duration,
}

impl Loader {
    fn start(store: &Arc<LocalStore>) -> Result<Self, StoreError> {
        let (tell, synced) = mpsc::sync_channel(1);
        // Told once is enough.
        let committer = Committer::start(Arc::clone(store) as _, move || _ = tell.try_send(()))?;
        Ok(Self { committer, synced, batch: Batch::default(), in_store: Duration::ZERO })
    }

    fn apply(&mut self, least: usize) -> Result<(), Box<dyn Error>> {
        let batch = &self.batch;
        if batch.configs.len() + batch.manifests.len() + batch.observations.len() + batch.repositories.len() >= least {
            let begun = Instant::now();
            let next = Batch::of(batch.run);
            self.committer.commit(std::mem::replace(&mut self.batch, next))?;
            while !self.committer.has_room() {
                self.synced.recv()?;
                self.committer.check()?;
            }
            self.in_store += begun.elapsed();
        }
        Ok(())
    }

    /// Returns how long it was in the store's calls.
    fn finish(mut self, store: &LocalStore) -> Result<Duration, Box<dyn Error>> {
        self.apply(1)?;
        let begun = Instant::now();
        self.committer.finish()?;
        store.checkpoint()?;
        Ok(self.in_store + begun.elapsed())
    }
}

pub(crate) fn load(folder: &Path, cache: u64, from: impl Read) -> Result<(), Box<dyn Error>> {
    let store = Arc::new(LocalStore::open(folder, cache)?);
    let mut from = BufReader::with_capacity(BUFFER, from);
    let kept = |_: &_| Ok::<_, DeriveError>(None);
    let (begun, mut loader) = (Instant::now(), Loader::start(&store)?);
    let (mut documents, mut bytes) = (0_u64, 0);
    let night = loop {
        match record::read(&mut from)?.ok_or("a world without a night")? {
            Record::Manifest(digest, document) => {
                (documents, bytes) = (documents + 1, bytes + document.len());
                let facts = derive::manifest(&document, kept)?;
                loader.batch.manifests.push(NewManifest { digest, document, facts });
            }
            Record::Config(digest, document) => {
                (documents, bytes) = (documents + 1, bytes + document.len());
                let facts = derive::config(&document)?;
                loader.batch.configs.push(NewConfig { digest, document, facts });
            }
            Record::Observation(observation) => loader.batch.observations.push(observation),
            Record::Repository(facts) => loader.batch.repositories.push(facts),
            Record::Night(night) => break night,
        }
        loader.apply(BATCH)?;
    };
    let in_store = loader.finish(&store)?.as_secs_f64();
    let (seconds, log) = (begun.elapsed().as_secs_f64(), log_size(folder)?);
    let run = store.begin("{}".to_owned(), night, Vec::new())?;
    let mut loader = Loader::start(&store)?;
    loader.batch.run = run.id;
    let mut tags = 0;
    while let Some(record) = record::read(&mut from)? {
        match record {
            Record::Observation(observation) => {
                tags += 1;
                loader.batch.observations.push(observation);
            }
            Record::Repository(facts) => loader.batch.repositories.push(facts),
            other => return Err(format!("seen at night: {other:?}").into()),
        }
        loader.apply(BATCH)?;
    }
    loader.finish(&store)?;
    store.end(&run)?;
    store.checkpoint()?;
    println!(
        "{}",
        json!({
            "seconds": seconds, "in_store": in_store, "documents": documents, "bytes": bytes,
            "log": log, "night_tags": tags, "night_bytes": log_size(folder)? - log,
        })
    );
    Ok(())
}

/// Bytes of the log.
fn log_size(store: &Path) -> std::io::Result<u64> {
    std::fs::read_dir(store.join("facts"))?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}
