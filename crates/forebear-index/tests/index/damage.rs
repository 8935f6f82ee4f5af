//! Files that are cut off, damaged, foreign or of another version: an error or
//! a poorer answer, never a panic.

use std::path::Path;

use forebear_image::DiffId;
use forebear_index::format::{HEADER_SIZE, MAGIC, OLDEST_READABLE, Section, VERSION};
use forebear_index::{Bytes, Index, IndexError, build};

use crate::exercise::exercise;
use crate::seen;
use crate::world::World;

/// A world with something in every section that the first file of this version had.
pub(crate) fn frozen() -> Vec<u8> {
    build::build(&world().facts).unwrap()
}

/// The same, with something in every section.
fn bytes() -> Vec<u8> {
    let mut world = world();
    world.facts.seen = seen::seen();
    world.facts.unread = seen::unread();
    build::build(&world.facts).unwrap()
}

fn world() -> World {
    let world = "alpine:3@1-2!, #base = A (ADD_file_in_/@1 -CMD@1)
                 alpine:3@3-4, #again = A2 (ADD_file_in_/@3 -CMD@3)
                 x/copy = A/zst (ADD_file_in_/@1 -CMD@1) id=#base
                 x/one, #one = A,B (ADD_file_in_/@1 -CMD@1 B@2%remark) base=alpine:3
                 x/two, #two = A,B,E,E (ADD_file_in_/@1 -CMD@1 B@2 E E)
                 x/meta = A,B (ADD_file_in_/@1 -CMD@1 B@2 -ENV@3)
                 x/filled = A,C (ADD_file_in_/@1 C@5) linux/arm64
                 x/text = A,D (ADD_file_in_/@7 -CMD@7 D@7) windows/amd64:10.0.1
                 x/none = N ()
                 x/above = N,O (O@1)
                 x/unread = A,U unread
                 x/old = A,S (ADD_file_in_/@1 -CMD@1 S@2) schema1
                 x/zero = - (-ARG@1)
                 x/here = Q (-ARG@1 Q@1) base=scratch
                 x/marked = A,M (ADD_file_in_/@1 CMD@1 M@9)
                 x/lie1 = L1/!x
                 x/lie2 = L2/!x
                 x/gone@1! = ?
                 x/list, #list = {#base #one attestation}
                 x/outer = {#list}";
    let mut world = World::read(world);
    let sha512 = format!("sha512:{}", "5a".repeat(64)).parse().unwrap();
    world.facts.configs[0].1.diff_ids.push(DiffId(sha512));
    world
}

fn open(bytes: Vec<u8>) -> Result<Index, IndexError> {
    Index::from_bytes(Bytes::Memory(bytes), Path::new("(test)"))
}

/// A fixed sequence of numbers (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

#[test]
fn an_intact_file() {
    let index = open(bytes()).unwrap();
    index.verify().unwrap();
    assert!(exercise(&index.view()) > 10_000);
    let empty: Vec<&Section> = Section::ALL.iter().filter(|section| index.section_size(**section) == 0).collect();
    assert!(empty.is_empty(), "the world has nothing in {empty:?}");
}

#[test]
fn every_truncation() {
    let bytes = bytes();
    for length in (0..bytes.len()).filter(|length| *length < 4_096 || length % 97 == 0) {
        let error = open(bytes[..length].to_vec()).expect_err("it was cut off");
        let expected = if length < HEADER_SIZE { "too short" } else { "it says" };
        assert!(error.to_string().contains(expected), "{length}: {error}");
    }
    let mut longer = bytes;
    longer.push(0);
    assert!(matches!(open(longer), Err(IndexError::Damaged { .. })));
}

#[test]
fn every_byte_of_header_and_section_table() {
    let bytes = bytes();
    let table = HEADER_SIZE + Section::ALL.len() * 32;
    for at in 0..table {
        for bit in [1, 0x80] {
            let mut damaged = bytes.clone();
            damaged[at] ^= bit;
            assert!(open(damaged).is_err(), "byte {at}");
        }
    }
}

#[test]
fn bytes_anywhere_else() {
    let bytes = bytes();
    let table = HEADER_SIZE + Section::ALL.len() * 32;
    let mut numbers = Numbers(7);
    for _ in 0..3_000 {
        let mut damaged = bytes.clone();
        let at = table + numbers.below(bytes.len() - table);
        let old = damaged[at];
        damaged[at] = match numbers.below(4) {
            0 => old ^ (1 << numbers.below(8)),
            1 => 0xff,
            2 => 0,
            _ => u8::try_from(numbers.below(256)).unwrap(),
        };
        if damaged[at] == old {
            continue;
        }
        if let Ok(index) = open(damaged) {
            assert!(index.verify().is_err(), "byte {at} was changed, and nobody noticed");
            exercise(&index.view());
        }
    }
}

#[test]
fn whole_records_of_nonsense() {
    let bytes = bytes();
    let table = HEADER_SIZE + Section::ALL.len() * 32;
    let mut numbers = Numbers(8);
    for _ in 0..600 {
        let mut damaged = bytes.clone();
        let at = table + numbers.below(bytes.len() - table);
        let fill = [0xff, 0, 0x7f, 1, 3][numbers.below(5)];
        let end = damaged.len().min(at + 4 + numbers.below(200));
        damaged[at..end].fill(fill);
        if let Ok(index) = open(damaged) {
            exercise(&index.view());
        }
    }
}

#[track_caller]
fn refused(bytes: &[u8], expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("some.forebear");
    std::fs::write(&file, bytes).unwrap();
    let error = Index::open(&file).expect_err("it is no index of this version");
    let message = error.to_string();
    assert!(message.contains(expected) && message.contains("some.forebear"), "{message}");
}

#[test]
fn other_versions_and_other_files() {
    let with_version = |version: u32| {
        let mut bytes = bytes();
        bytes[8..12].copy_from_slice(&version.to_le_bytes());
        bytes
    };
    let (newer, older) = (VERSION + 1, OLDEST_READABLE - 1);
    let reads = format!("this forebear reads formats {OLDEST_READABLE} to {VERSION}");
    refused(&with_version(newer), &format!("has index format {newer}; {reads}. Use a newer forebear"));
    refused(&with_version(older), &format!("has index format {older}; {reads}. Run 'forebear-crawl publish'"));
    refused(&with_version(u32::MAX), "Use a newer forebear");
    refused(b"", "it is too short");
    refused(&MAGIC, "it is too short");
    refused(b"{\"schemaVersion\": 2, \"mediaType\": \"application/json\"}", "does not begin with FOREBEAR");
    refused(&[0; 4_096], "does not begin with FOREBEAR");
    refused(&[MAGIC.to_vec(), vec![0xff; 4_096]].concat(), "Use a newer forebear");
    let missing = Index::open(Path::new("/nowhere/some.forebear")).expect_err("there is none");
    assert!(matches!(missing, IndexError::Missing(_)), "{missing}");
    assert!(Index::open(Path::new("/")).is_err());
}

#[test]
fn hostile_section_tables() {
    // More sections than there is room for, with a checksum that fits.
    let mut bytes = bytes();
    bytes[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    refused(&bytes, "is damaged");
    bytes[12..16].copy_from_slice(&1_000_u32.to_le_bytes());
    refused(&bytes, "is damaged");
    bytes[12..16].copy_from_slice(&0_u32.to_le_bytes());
    refused(&bytes, "is damaged");
}
