//! Puts a generated world into a store, batch after batch, as a crawl would, and
//! then sees all of its tags again, as a night on which nothing changed does.
//!
//! `store_load make SEED COUNT | store_load load STORE CACHE`, the cache in MiB: two
//! processes, so that the world takes nothing of what is measured. Prints what it
//! took as JSON.

mod document;
mod load;
mod make;
mod record;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", seed, count] => make::make(seed.parse()?, count.parse()?, std::io::stdout().lock()),
        ["load", store, cache] => load::load(store.as_ref(), cache.parse::<u64>()? << 20, std::io::stdin().lock()),
        _ => Err("store_load make SEED COUNT, or store_load load STORE CACHE".into()),
    }
}
