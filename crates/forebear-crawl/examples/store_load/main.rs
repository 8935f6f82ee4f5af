//! Puts a generated world into a store, batch after batch, as a crawl would, and
//! then sees all of its tags again, as a night on which nothing changed does:
//! `store_load SEED COUNT STORE CACHE`, the cache in MiB. Prints what it took as JSON.

#![expect(clippy::print_stdout, reason = "a tool of development")]

mod document;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::Timestamp;
use forebear_store::LocalStore;
use forebear_store::{Batch, FrontierStore, NewConfig, NewManifest, RunStore};
use forebear_testkit::scale::World;
use serde_json::json;

/// Documents of a batch, and how often the store is flushed: a crawl's.
const BATCH: usize = 200;
const FLUSH: Duration = Duration::from_millis(100);

/// Applies batches and counts.
struct Loader<'a> {
    store: &'a LocalStore,
    batch: Batch,
    flushed: Instant,
    /// In the store's calls: the rest is making the world.
    in_store: Duration,
    documents: u64,
    bytes: u64,
}

impl Loader<'_> {
    fn keep(&mut self, document: Vec<u8>) -> Vec<u8> {
        self.documents += 1;
        self.bytes += document.len() as u64;
        document
    }

    fn apply(&mut self, least: usize) -> Result<(), Box<dyn Error>> {
        let batch = &self.batch;
        if batch.configs.len() + batch.manifests.len() + batch.observations.len() + batch.repositories.len() >= least {
            let begun = Instant::now();
            self.store.commit(std::mem::take(&mut self.batch))?;
            if self.flushed.elapsed() > FLUSH {
                self.store.sync()?;
                self.flushed = Instant::now();
            }
            self.in_store += begun.elapsed();
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, count, folder, cache] = arguments.as_slice() else {
        return Err("store_load SEED COUNT STORE CACHE".into());
    };
    let world = World::new(seed.parse()?, count.parse()?);
    let store = LocalStore::open(Path::new(folder), cache.parse::<u64>()? << 20)?;
    let begun = Instant::now();
    let batch = Batch::default();
    let mut loader = Loader { store: &store, batch, flushed: begun, in_store: Duration::ZERO, documents: 0, bytes: 0 };
    for (digest, facts) in world.manifests() {
        let document = loader.keep(document::manifest(&facts)?);
        loader.batch.manifests.push(NewManifest { digest, document, facts });
        loader.apply(BATCH)?;
    }
    for (digest, facts) in world.configs() {
        let document = loader.keep(document::config(&facts)?);
        loader.batch.configs.push(NewConfig { digest, document, facts });
        loader.apply(BATCH)?;
    }
    let (observations, repositories) = world.names();
    for some in observations.chunks(BATCH) {
        loader.batch.observations = some.to_vec();
        loader.apply(1)?;
    }
    loader.batch.repositories.clone_from(&repositories);
    loader.apply(1)?;
    store.checkpoint()?;
    let (seconds, in_store) = (begun.elapsed().as_secs_f64(), loader.in_store.as_secs_f64());
    let before = log_size(Path::new(folder))?;
    let tags = night(&mut loader, &observations, repositories)?;
    println!(
        "{}",
        json!({
            "seconds": seconds, "in_store": in_store, "documents": loader.documents, "bytes": loader.bytes,
            "log": before, "night_tags": tags, "night_bytes": log_size(Path::new(folder))? - before,
        })
    );
    Ok(())
}

/// Sees every tag lead where it led, a day later; says how many.
fn night(
    loader: &mut Loader<'_>,
    observations: &[TagObservation],
    repositories: Vec<RepositoryFacts>,
) -> Result<usize, Box<dyn Error>> {
    let later = |time: Timestamp| Timestamp { seconds: time.seconds + 86_400, ..time };
    let last = observations.iter().map(|observation| observation.last_seen).max().ok_or("a world without tags")?;
    let run = loader.store.begin("{}".to_owned(), later(last), Vec::new())?;
    let mut tags = 0;
    for some in observations.chunks(BATCH) {
        let open = some.iter().filter(|observation| !observation.ended);
        let again = open.map(|observation| TagObservation { last_seen: run.started, ..observation.clone() });
        loader.batch = Batch { observations: again.collect(), ..Batch::of(run.id) };
        tags += loader.batch.observations.len();
        loader.apply(1)?;
    }
    let complete = |facts| RepositoryFacts { complete_at: Some(run.started), ..facts };
    loader.batch = Batch { repositories: repositories.into_iter().map(complete).collect(), ..Batch::of(run.id) };
    loader.apply(1)?;
    loader.store.end(&run)?;
    loader.store.checkpoint()?;
    Ok(tags)
}

/// Bytes of the log.
fn log_size(store: &Path) -> std::io::Result<u64> {
    std::fs::read_dir(store.join("facts"))?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}
