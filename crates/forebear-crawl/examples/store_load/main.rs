//! Puts a generated world into a store, batch after batch, as a crawl would:
//! `store_load SEED COUNT STORE CACHE`, the cache in MiB. Prints what it took as JSON.

#![expect(clippy::print_stdout, reason = "a tool of development")]

mod document;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use forebear_store::LocalStore;
use forebear_store::{Batch, NewConfig, NewManifest, Store};
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
            self.store.apply(std::mem::take(&mut self.batch))?;
            if self.flushed.elapsed() > FLUSH {
                self.store.flush()?;
                self.flushed = Instant::now();
            }
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
    let mut loader = Loader { store: &store, batch, flushed: begun, documents: 0, bytes: 0 };
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
    loader.batch.repositories = repositories;
    loader.apply(1)?;
    store.checkpoint()?;
    println!(
        "{}",
        json!({
            "seconds": begun.elapsed().as_secs_f64(), "documents": loader.documents,
            "bytes": loader.bytes,
        })
    );
    Ok(())
}
