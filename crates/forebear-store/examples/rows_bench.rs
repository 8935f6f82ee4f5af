//! Measures rows as sorted files: `rows_bench COUNT FOLDER`, with the facts of a
//! generated world of so many images.
//!
//! Documents come in an order that has nothing to do with their digests, as in a
//! crawl: each is known by a hash of its own digest here. Time is that of adding
//! and writing, not of generating.

#![expect(clippy::print_stdout, reason = "a tool of development")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_image::Digest;
use forebear_store::disk::RealDisk;
use forebear_store::rows::RowCache;
use forebear_testkit::scale::World;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, folder] = arguments.as_slice() else { return Err("rows_bench COUNT FOLDER".into()) };
    let world = World::new(1, count.parse()?);
    let cache = RowCache::open(Arc::new(RealDisk), Path::new(folder), RowCache::SPILL_AT)?;
    let shuffled = |digest: &Digest| Digest::sha256(digest.as_bytes());
    let (mut taken, mut sequence) = (Duration::ZERO, cache.covers());
    let mut step = |work: &mut dyn FnMut(u64) -> Result<(), Box<dyn Error>>| {
        sequence += 1;
        let begun = Instant::now();
        let done = work(sequence);
        taken += begun.elapsed();
        done
    };
    let (mut configs, mut manifests) = (world.configs(), world.manifests());
    loop {
        let (config, manifest) = (configs.next(), manifests.next());
        if config.is_none() && manifest.is_none() {
            break;
        }
        if let Some((digest, facts)) = config {
            let digest = shuffled(&digest.0);
            step(&mut |sequence| {
                cache.config(&digest, &facts)?;
                Ok(cache.reflects(sequence)?)
            })?;
        }
        if let Some((digest, facts)) = manifest {
            let digest = shuffled(&digest.0);
            step(&mut |sequence| {
                cache.manifest(&digest, &facts)?;
                Ok(cache.reflects(sequence)?)
            })?;
        }
    }
    step(&mut |_| Ok(cache.spill()?))?;
    let documents = cache.covers();
    println!("{documents} documents added in {taken:.2?}: {:.2} µs each", taken.as_secs_f64() * 1e6 / documents as f64);
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
