//! Publishes the rows of a file: `publish_rows FILE FOLDER`. With
//! `RUST_LOG=forebear_index=debug` it says how long each phase took.

#![expect(clippy::print_stdout, reason = "results of a tool of development")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use forebear_index::publish::publish_from;
use forebear_testkit::scale::RowFile;

fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder] = arguments.as_slice() else { return Err("publish_rows FILE FOLDER".into()) };
    let begun = Instant::now();
    let published = publish_from(Path::new(folder), &RowFile::open(Path::new(file))?)?;
    println!("{:.3} s {}", begun.elapsed().as_secs_f64(), published.display());
    Ok(())
}
