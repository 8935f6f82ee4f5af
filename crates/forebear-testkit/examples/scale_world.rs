//! Writes a world's rows into a file: `scale_world SEED COUNT FILE`.

#![expect(clippy::print_stderr, reason = "progress of a tool of development")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use forebear_testkit::scale::{World, write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, count, file] = arguments.as_slice() else { return Err("scale_world SEED COUNT FILE".into()) };
    let begun = Instant::now();
    let world = World::new(seed.parse()?, count.parse()?);
    write(&world, Path::new(file))?;
    let bytes = std::fs::metadata(file)?.len();
    eprintln!("{count} images, {} manifests, {bytes} bytes in {:.1?}", world.manifest_count(), begun.elapsed());
    Ok(())
}
