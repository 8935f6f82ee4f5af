//! Files of other revisions and versions, made of the frozen one's sections.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};

use super::{Accepted, Layout};
use crate::error::{IndexError, Versions};
use crate::format::header::{ALIGNMENT, Entry, HEADER_SIZE, Header, table_checksum};
use crate::format::{Section, VERSION};
use crate::index::Index;
use crate::map::Bytes;

const FROZEN: &[u8] = include_bytes!("../../../tests/fixtures/v3.forebear");
/// The frozen file lacks what is left out where it would be empty.
const OURS: Accepted = Accepted { versions: Versions { oldest: 3, newest: 3 }, optional: Section::UNLESS_EMPTY };

/// A section of a file: its number, the size of its elements, its bytes.
type Part = (u32, u32, Vec<u8>);

/// The sections of the frozen file.
fn parts() -> Vec<Part> {
    let layout = Layout::read(FROZEN, Path::new("(frozen)")).unwrap();
    let number = |entry: &Entry| entry.section().unwrap();
    let (_, rest) = FROZEN.split_at(HEADER_SIZE);
    let count = Section::ALL.iter().filter(|section| layout.has(**section)).count();
    let (entries, _) = <[Entry] as zerocopy::FromBytes>::ref_from_prefix_with_elems(rest, count).unwrap();
    let bytes = |section| FROZEN[layout.range(section)].to_vec();
    entries.iter().map(|entry| (entry.id.get(), entry.element.get(), bytes(number(entry)))).collect()
}

/// A file with these sections.
fn file(version: u32, parts: &[Part]) -> Vec<u8> {
    let align = |bytes: &mut Vec<u8>| bytes.resize(bytes.len().next_multiple_of(ALIGNMENT as usize), 0);
    let mut bytes = vec![0; HEADER_SIZE + parts.len() * size_of::<Entry>()];
    let mut entries = Vec::new();
    for (id, element, part) in parts {
        align(&mut bytes);
        entries.push(Entry {
            id: U32::new(*id),
            element: U32::new(*element),
            offset: U64::new(bytes.len() as u64),
            length: U64::new(part.len() as u64),
            checksum: U64::new(xxh3_64(part)),
        });
        bytes.extend(part);
    }
    let mut header = Header::over(&entries, bytes.len() as u64);
    header.version = U32::new(version);
    header.checksum = U64::new(table_checksum(&header, &entries));
    let table = [header.as_bytes(), entries.as_bytes()].concat();
    bytes[..table.len()].copy_from_slice(&table);
    bytes
}

fn without(section: Section) -> Vec<Part> {
    parts().into_iter().filter(|(id, ..)| *id != section as u32).collect()
}

fn read(bytes: &[u8], accepted: &Accepted) -> Result<Layout, IndexError> {
    Layout::read_as(bytes, Path::new("some.forebear"), accepted)
}

#[track_caller]
fn refused(bytes: &[u8], accepted: &Accepted, expected: &str) {
    let said = read(bytes, accepted).expect_err(expected).to_string();
    assert!(said.contains(expected) && said.contains("some.forebear"), "{said}");
}

#[test]
fn the_frozen_file_is_made_of_its_sections() {
    assert!(file(VERSION, &parts()) == FROZEN);
}

#[test]
fn a_required_section_that_is_missing_is_named() {
    for section in Section::ALL.iter().filter(|section| !Section::OPTIONAL.contains(section)) {
        refused(&file(VERSION, &without(*section)), &OURS, &format!("is damaged (it has no section {section:?})"));
    }
}

#[test]
fn an_optional_section_may_be_missing_which_is_not_the_same_as_empty() {
    const OPTIONAL: Section = Section::RepositoriesBySuffix;
    let accepted = Accepted { optional: &[OPTIONAL, Section::RepositoriesSeen, Section::Unread], ..OURS };
    let absent = read(&file(VERSION, &without(OPTIONAL)), &accepted).unwrap();
    assert!(!absent.has(OPTIONAL) && absent.range(OPTIONAL).is_empty());
    assert!(absent.has(Section::Repositories) && !absent.range(Section::Repositories).is_empty());
    let mut parts = without(OPTIONAL);
    parts.push((OPTIONAL as u32, 4, Vec::new()));
    let empty = read(&file(VERSION, &parts), &accepted).unwrap();
    assert!(empty.has(OPTIONAL) && empty.range(OPTIONAL).is_empty());
    // What is there is checked as any other.
    parts.pop();
    parts.push((OPTIONAL as u32, 8, vec![0; 8]));
    refused(&file(VERSION, &parts), &accepted, "odd elements");
    refused(&file(VERSION, &without(Section::Images)), &accepted, "it has no section Images");
}

#[test]
fn a_section_that_nobody_knows_is_ignored() {
    let mut parts = parts();
    parts.insert(3, (999, 12, vec![7; 36]));
    parts.push((1_000, 1, b"of a later revision".to_vec()));
    let bytes = file(VERSION, &parts);
    let index = Index::from_bytes(Bytes::Memory(bytes), Path::new("(test)")).unwrap();
    index.verify().unwrap();
    let frozen = Index::from_bytes(Bytes::Memory(FROZEN.to_vec()), Path::new("(test)")).unwrap();
    for section in Section::ALL {
        assert!(index.section(*section) == frozen.section(*section), "{section:?}");
    }
}

#[test]
fn versions_are_read_from_the_oldest_to_the_newest() {
    let accepted = Accepted { versions: Versions { oldest: 3, newest: 5 }, ..OURS };
    for version in 3..=5 {
        read(&file(version, &parts()), &accepted).unwrap();
    }
    let reads = "this forebear reads formats 3 to 5";
    refused(&file(2, &parts()), &accepted, &format!("has index format 2; {reads}. Run 'forebear-crawl publish'"));
    refused(&file(6, &parts()), &accepted, &format!("has index format 6; {reads}. Use a newer forebear"));
    refused(&file(2, &parts()), &OURS, "has index format 2; this forebear reads format 3. Run");
}
