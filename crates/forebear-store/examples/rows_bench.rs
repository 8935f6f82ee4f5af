//! Measures rows as sorted files: `rows_bench COUNT FOLDER`, with the facts of a
//! generated world of so many images.
//!
//! Documents come in an order that has nothing to do with their digests, as in a
//! crawl: each is known by a hash of its own digest here. Time is that of adding
//! and writing, not of generating; processor time says the same on a busy machine.

#![expect(clippy::print_stdout, reason = "a tool of development")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_image::{ConfigFacts, Digest, ManifestFacts};
use forebear_store::LogPoint;
use forebear_store::disk::RealDisk;
use forebear_store::rows::RowCache;
use forebear_testkit::scale::World;

/// Documents of each kind that are generated, then added.
const AT_ONCE: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, folder] = arguments.as_slice() else { return Err("rows_bench COUNT FOLDER".into()) };
    let world = World::new(1, count.parse()?);
    let cache = RowCache::open(Arc::new(RealDisk), Path::new(folder), RowCache::SPILL_AT)?;
    let shuffled = |digest: &Digest| Digest::sha256(digest.as_bytes());
    let (mut wall, mut cpu, mut documents) = (Duration::ZERO, Duration::ZERO, cache.covers());
    let (mut configs, mut manifests) = (world.configs(), world.manifests());
    loop {
        let some: Vec<(Digest, ConfigFacts)> =
            configs.by_ref().take(AT_ONCE).map(|(digest, facts)| (shuffled(&digest.0), facts)).collect();
        let others: Vec<(Digest, ManifestFacts)> =
            manifests.by_ref().take(AT_ONCE).map(|(digest, facts)| (shuffled(&digest.0), facts)).collect();
        let (begun, used) = (Instant::now(), processor_time());
        for (digest, facts) in &some {
            documents += 1;
            cache.config(digest, facts)?;
            cache.reflects(LogPoint { sequence: documents, ..LogPoint::START })?;
        }
        for (digest, facts) in &others {
            documents += 1;
            cache.manifest(digest, facts)?;
            cache.reflects(LogPoint { sequence: documents, ..LogPoint::START })?;
        }
        let is_last = some.is_empty() && others.is_empty();
        if is_last {
            cache.spill()?;
        }
        wall += begun.elapsed();
        cpu += processor_time().saturating_sub(used);
        if is_last {
            break;
        }
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / documents as f64;
    println!("{documents} documents: {:.2} µs each, {:.2} µs of the processor", each(wall), each(cpu));
    let bytes = cache.size_on_disk();
    println!("{} files of {bytes} bytes, {} an image", cache.file_count(), bytes / u64::from(world.image_count()));

    let begun = Instant::now();
    let (mut texts, mut rows) = (0_u64, 0_u64);
    cache.texts(&mut |_| texts += 1)?;
    let read_texts = begun.elapsed();
    cache.configs(&mut |_| rows += 1)?;
    cache.manifests(&mut |_| rows += 1)?;
    println!("{texts} texts streamed in {read_texts:.2?}, {rows} rows in {:.2?}", begun.elapsed() - read_texts);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
    Ok(())
}

/// What this thread has used so far, as Linux counts it.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}
