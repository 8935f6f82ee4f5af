//! An index file with bytes changed, cut off or added: answers, poorer ones or
//! an error, never a crash. The input is a list of changes to the frozen file,
//! so that they reach beyond the checksums; or a file of its own.

#![no_main]

use std::path::Path;

use forebear_index::{Bytes, Index};
use xxhash_rust::xxh3::xxh3_64;

#[path = "../../crates/forebear-index/tests/index/exercise.rs"]
mod exercise;

const FROZEN: &[u8] = include_bytes!("../../crates/forebear-index/tests/fixtures/v2.forebear");

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Ok(index) = Index::from_bytes(Bytes::Memory(input.to_vec()), Path::new("(fuzz)")) {
        exercise::exercise(&index.view());
    }
    let mut file = FROZEN.to_vec();
    for change in input.chunks_exact(4).take(64) {
        let [low, high, how, value] = [change[0], change[1], change[2], change[3]];
        let at = usize::from(u16::from_le_bytes([low, high])) % file.len().max(1);
        match how % 8 {
            0 => file.truncate(at),
            1 => file.push(value),
            2 => {
                let end = file.len().min(at + 4);
                file[at.min(end)..end].fill(value);
            }
            _ if at < file.len() => file[at] ^= value,
            _ => {}
        }
    }
    repair(&mut file);
    if let Ok(index) = Index::from_bytes(Bytes::Memory(file), Path::new("(fuzz)")) {
        _ = index.verify();
        exercise::exercise(&index.view());
    }
});

/// Makes the header's length and checksum fit, so that what the section table
/// says is looked at.
fn repair(file: &mut [u8]) {
    let length = file.len() as u64;
    if file.len() < 32 {
        return;
    }
    file[16..24].copy_from_slice(&length.to_le_bytes());
    let sections = u32::from_le_bytes([file[12], file[13], file[14], file[15]]) as usize;
    let end = sections.saturating_mul(32).saturating_add(32);
    if end > file.len() {
        return;
    }
    let hashed = [&file[..24], &file[32..end]].concat();
    file[24..32].copy_from_slice(&xxh3_64(&hashed).to_le_bytes());
}
