//! A file of rows that an earlier build wrote is read, not made again: its format
//! is a promise for as long as its version stands.
//!
//! `FOREBEAR_WRITE_FIXTURE=1` writes it anew, which only a new version of the format,
//! or of the rules by which rows are made, may ask for.

use std::path::Path;

use forebear_store::rows::PLACE;

use crate::damage::files;
use crate::facts::{add, assert_holds, at, open, pool};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rows-3.rows");
/// Bytes of its header.
const HEADER: usize = 64;
/// The name under which it is in force.
const NAME: &str = "0000000000000001-0000000000000001.rows";

#[test]
fn a_file_of_format_3_is_read() {
    let pool = pool();
    let own = tempfile::tempdir().unwrap();
    let cache = open(own.path(), 1 << 20);
    pool.iter().for_each(|fact| add(&cache, fact));
    cache.put_place(&[7; 32], [3; PLACE]);
    cache.reflects(at(1)).unwrap();
    cache.spill().unwrap();
    let [written] = &files(own.path())[..] else { panic!("one file") };
    assert_eq!(written.file_name(), Some(NAME.as_ref()));
    if std::env::var_os("FOREBEAR_WRITE_FIXTURE").is_some() {
        std::fs::copy(written, FIXTURE).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(FIXTURE, folder.path().join(NAME)).unwrap();
    let cache = open(folder.path(), 1 << 20);
    assert_eq!((cache.covers(), cache.file_count()), (1, 1), "another version needs another fixture");
    assert_holds(&cache, &pool);
    assert_eq!((cache.place(&[7; 32]), cache.place(&[8; 32])), (Some([3; PLACE]), None));
    let header = |path: &Path| std::fs::read(path).unwrap()[..HEADER].to_vec();
    assert_eq!(header(written), header(FIXTURE.as_ref()), "what is written today is of that format");
}
