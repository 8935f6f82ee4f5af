//! A segment of the store's log with bytes changed, cut off or added: what stands is
//! read, what does not is told, never a crash and nothing that was not written. The
//! input is a list of changes to the frozen segment, or a segment of its own.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use forebear_store::check_log;
use forebear_store::disk::Disk;
use forebear_testkit::disk::SimDisk;

const FROZEN: &[u8] = include_bytes!("../../crates/forebear-store/tests/fixtures/format-2/facts/00000001.facts");

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    check(input.to_vec());
    let mut segment = FROZEN.to_vec();
    for change in input.chunks_exact(4).take(64) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % segment.len().max(1);
        match change[2] % 8 {
            0 => segment.truncate(at),
            1 => segment.push(change[3]),
            2 => _ = segment.drain(at..(at + usize::from(change[3])).min(segment.len())),
            _ if at < segment.len() => segment[at] ^= change[3],
            _ => {}
        }
    }
    let whole = check(FROZEN.to_vec());
    assert!(check(segment) <= whole, "nothing is read that was not written");
});

/// How many documents and facts are read.
fn check(segment: Vec<u8>) -> (u64, u64) {
    let own = SimDisk::default();
    let path = Path::new("/facts/00000001.facts");
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    drop(disk.create(path).expect("an empty disk"));
    own.change(path, |bytes| *bytes = segment);
    check_log(&disk, Path::new("/facts")).map_or((0, 0), |checked| (checked.documents, checked.entries))
}
