//! Measures an index from within, for `bench/index.py`; one JSON document each:
//!
//! - `read ROWS`: streams all rows of a world and does nothing with them
//! - `publish ROWS DIR`: publishes a world; with `RUST_LOG=forebear_index=debug`
//!   it says on stderr how long each phase took
//! - `names INDEX COUNT`: names of images that have a parent, one a line
//! - `ask INDEX COUNT`: parents of single images
//! - `all INDEX`: parents of all images
//! - `scan INDEX COUNT`: the same question by looking at every image's layers
//! - `export INDEX DIR`: layer prefixes as columns, for other programs

#![expect(clippy::print_stdout, reason = "a tool of development")]

mod all;
mod ask;
mod chance;
mod export;
mod publish;
mod scan;

use std::error::Error;
use std::path::Path;

use forebear_index::Index;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let filter = tracing_subscriber::EnvFilter::from_default_env();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let open = |index: &&str| Index::open(Path::new(index)).map(|index| index.view());
    match words.as_slice() {
        ["read", rows] => println!("{}", publish::read(Path::new(rows))?),
        ["publish", rows, folder] => println!("{}", publish::publish(Path::new(rows), Path::new(folder))?),
        ["names", index, count] => ask::names(&open(index)?, count.parse()?).iter().for_each(|name| println!("{name}")),
        ["ask", index, count] => println!("{}", ask::ask(&open(index)?, count.parse()?)),
        ["all", index] => println!("{}", all::all(&open(index)?)),
        ["scan", index, count] => println!("{}", scan::scan(&open(index)?, count.parse()?)),
        ["export", index, folder] => export::export(&open(index)?, Path::new(folder))?,
        _ => return Err("see the top of examples/index_bench/main.rs".into()),
    }
    Ok(())
}
