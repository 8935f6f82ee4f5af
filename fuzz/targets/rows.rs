//! A file of rows with bytes changed, cut off or added: all its rows or an error,
//! never a crash. The input is a file of its own; or a list of changes to a whole
//! one, after which checksums are made to fit, so that they reach beyond them.

#![no_main]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use forebear_image::{Digest, config, manifest};
use forebear_store::disk::RealDisk;
use forebear_store::{Fingerprint, LogPoint};
use forebear_store::rows::{RowCache, check_bytes};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

const HEADER: usize = 64;
const TRAILER: usize = 176;

/// A file with something in every section.
static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = RowCache::open(Arc::new(RealDisk), folder.path(), 0).expect("an empty folder");
    let document = br#"{"os":"linux","architecture":"amd64","config":{"Cmd":["a"]},
        "rootfs":{"type":"layers","diff_ids":["sha256:1111111111111111111111111111111111111111111111111111111111111111"]},
        "history":[{"created":"2024-01-01T00:00:00Z","created_by":"ADD x in / ","comment":"c"}]}"#;
    cache.config(&Digest::sha256(document), &config::parse(document).expect("a config")).expect("a row");
    let document = br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"platform":{"os":"linux","architecture":"arm"},
         "digest":"sha256:2222222222222222222222222222222222222222222222222222222222222222"}]}"#;
    cache.manifest(&Digest::sha256(document), &manifest::parse(document, None).expect("an index")).expect("a row");
    cache.other_digest(&format!("sha512:{}", "ab".repeat(64)).parse().expect("a digest"));
    cache.reflects(LogPoint { sequence: 1, fingerprint: Fingerprint(7) }).expect("a file can be written");
    let file = std::fs::read_dir(folder.path()).expect("the folder").next().expect("a file").expect("a file");
    std::fs::read(file.path()).expect("the file")
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    _ = check_bytes(input.to_vec(), Path::new("(fuzz)"));
    let mut file = WHOLE.clone();
    // Changes may be to blocks as they are unpacked: those are packed again.
    for change in input.chunks_exact(4).take(64) {
        let [low, high, how, value] = [change[0], change[1], change[2], change[3]];
        let at = usize::from(u16::from_le_bytes([low, high])) % file.len().max(1);
        match how % 16 {
            0 => file.truncate(at),
            1 => file.push(value),
            2 => {
                let end = file.len().min(at + 4);
                file[at.min(end)..end].fill(value);
            }
            3..8 => file = unpacked_change(&file, at, value).unwrap_or(file),
            _ if at < file.len() => file[at] ^= value,
            _ => {}
        }
    }
    repair(&mut file);
    _ = check_bytes(file, Path::new("(fuzz)"));
});

fn word(file: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(*file.get(at..)?.first_chunk()?) as usize)
}

/// Changes a byte of the unpacked block that lies at `at`, where it stays as long
/// as it was when it is packed again.
fn unpacked_change(file: &[u8], at: usize, value: u8) -> Option<Vec<u8>> {
    let mut start = HEADER;
    loop {
        let (unpacked, packed) = (word(file, start)?, word(file, start + 4)?);
        let block = file.get(start + 16..(start + 16).checked_add(packed)?)?;
        if at >= start + 16 + packed {
            start += 16 + packed;
            continue;
        }
        let mut records = zstd::bulk::decompress(block, unpacked.min(1 << 20)).ok()?;
        let place = (at * 31 + usize::from(value)) % records.len().max(1);
        *records.get_mut(place)? ^= value;
        let again = zstd::bulk::compress(&records, 1).ok()?;
        let mut file = file.to_vec();
        (again.len() == packed).then(|| file[start + 16..start + 16 + packed].copy_from_slice(&again))?;
        return Some(file);
    }
}

/// Makes all checksums fit.
fn repair(file: &mut [u8]) {
    let Some(table) = file.len().checked_sub(TRAILER).filter(|table| *table >= HEADER) else { return };
    let header = xxh3_64(&file[..56]);
    file[56..64].copy_from_slice(&header.to_le_bytes());
    for section in (table..table + 160).step_by(32) {
        let number = |file: &[u8], at: usize| u64::from_le_bytes(file[at..at + 8].try_into().expect("eight bytes"));
        let mut at = number(file, section) as usize;
        let end = at.saturating_add(number(file, section + 8) as usize).min(table);
        let mut heads = Vec::new();
        while at.saturating_add(16) <= end {
            let Some(packed) = word(file, at + 4) else { break };
            let Some(block) = file.get(at + 16..(at + 16).saturating_add(packed)) else { break };
            let sum = xxh3_64_with_seed(block, at as u64);
            file[at + 8..at + 16].copy_from_slice(&sum.to_le_bytes());
            heads.extend_from_slice(&file[at..at + 16]);
            at += 16 + packed;
        }
        let sum = xxh3_64(&heads);
        file[section + 24..section + 32].copy_from_slice(&sum.to_le_bytes());
    }
    let length = file.len() as u64;
    file[table + 160..table + 168].copy_from_slice(&length.to_le_bytes());
    let sum = xxh3_64_with_seed(&file[table..table + 168], header);
    file[table + 168..].copy_from_slice(&sum.to_le_bytes());
}
