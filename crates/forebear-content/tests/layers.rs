//! Layers as builders, hostile people and bad disks make them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::{Read, Write as _};

use forebear_content::{Compression, Expected, Files, Flaw, Kind, LayerError, check_document, check_layer};
use forebear_image::{BlobDigest, DiffId, Digest};
use proptest::prelude::*;

/// A tar of small files.
fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

/// One raw header with a content.
fn raw(name: &[u8], kind: u8, size: u64, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(size);
    header.set_mode(0o755);
    header.set_cksum();
    let mut out = header.as_bytes().to_vec();
    out.extend_from_slice(content);
    out.resize(out.len().next_multiple_of(512), 0);
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn listed(layer: &[u8]) -> (Vec<(String, Kind, u64)>, Option<LayerError>) {
    let mut entries = Vec::new();
    for entry in Files::new(layer, &Expected::default()).unwrap() {
        match entry {
            Ok(entry) => entries.push((entry.path, entry.kind, entry.size)),
            Err(error) => return (entries, Some(error)),
        }
    }
    (entries, None)
}

#[test]
fn every_compression_gives_the_same_list_and_sums() {
    let tar = tar_of(&[("app/app.py", b"print()\n"), ("app/.wh.old", b""), ("app/.wh..wh..opq", b"")]);
    let expected = [
        ("app/app.py".to_owned(), Kind::File, 8),
        ("app/old".to_owned(), Kind::Whiteout, 0),
        ("app/".to_owned(), Kind::OpaqueWhiteout, 0),
    ];
    let two_members = [gzip(&tar[..700]), gzip(&tar[700..])].concat();
    let two_frames = [zstd(&tar[..512]), zstd(&tar[512..])].concat();
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3][..], &zstd(&tar)].concat();
    for (layer, compression) in [
        (tar.clone(), Compression::None),
        (gzip(&tar), Compression::Gzip),
        (two_members, Compression::Gzip),
        (zstd(&tar), Compression::Zstd),
        (two_frames, Compression::Zstd),
        (skippable, Compression::Zstd),
    ] {
        assert_eq!(listed(&layer).0, expected, "{compression}");
        let stated = Expected {
            blob: Some(BlobDigest::of(&layer)),
            size: Some(layer.len() as u64),
            diff_id: Some(DiffId::of(&tar)),
            ..Expected::default()
        };
        let checked = check_layer(layer.as_slice(), &stated).unwrap();
        assert_eq!(checked.flaws, [], "{compression}");
        assert_eq!(checked.sums.compression, compression);
        assert_eq!((checked.sums.unpacked, checked.sums.size), (tar.len() as u64, layer.len() as u64));
        let mut files = Files::new(layer.as_slice(), &stated).unwrap();
        assert!(files.by_ref().all(|entry| entry.is_ok()));
        assert_eq!(files.finish().unwrap().blob, Digest::sha256(&layer), "{compression}");
    }
}

#[test]
fn s3_one_flipped_byte_is_found() {
    let tar = tar_of(&[("a", &[7; 3000])]);
    for layer in [tar.clone(), gzip(&tar), zstd(&tar)] {
        let stated = Expected {
            blob: Some(BlobDigest::of(&layer)),
            size: Some(layer.len() as u64),
            diff_id: Some(DiffId::of(&tar)),
            ..Expected::default()
        };
        for at in 0..layer.len() {
            let mut flipped = layer.clone();
            flipped[at] ^= 1;
            let flaws = check_layer(flipped.as_slice(), &stated).unwrap().flaws;
            let found = flaws.first();
            assert!(matches!(found, Some(Flaw::Digest { actual, .. }) if *actual == Digest::sha256(&flipped)), "{at}");
        }
    }
}

#[test]
fn flaws_are_told_apart() {
    let tar = tar_of(&[("a", b"x")]);
    let layer = gzip(&tar);
    let right = Expected {
        blob: Some(BlobDigest::of(&layer)),
        size: Some(layer.len() as u64),
        diff_id: Some(DiffId::of(&tar)),
        ..Expected::default()
    };
    #[track_caller]
    fn check(layer: &[u8], stated: Expected, expected: &[&str]) {
        let flaws = check_layer(layer, &stated).unwrap().flaws;
        assert_eq!(flaws.iter().map(Flaw::code).collect::<Vec<_>>(), expected, "{flaws:?}");
    }
    check(&layer, right, &[]);
    check(&layer, Expected { diff_id: Some(DiffId::of(b"other")), ..right }, &["diff_id"]);
    check(&layer[..20], right, &["size", "digest", "unreadable"]);
    check(&[&layer[..], b"more"].concat(), right, &["size", "unreadable"]);
    check(&[&layer[..], &layer].concat(), Expected { size: None, ..right }, &["digest", "diff_id"]);
    check(b"", right, &["size", "digest", "diff_id"]);
    let broken = [&gzip(b"")[..], b"garbage behind it"].concat();
    check(&broken, Expected { blob: Some(BlobDigest::of(&broken)), ..Expected::default() }, &["unreadable"]);
    assert_eq!(check_document(b"{}", Some(2), Some(Digest::sha256(b"{}"))), []);
    assert_eq!(check_document(b"{}", Some(3), Some(Digest::sha256(b"x"))).len(), 2);
}

/// Nothing is said about a layer whose stream failed.
#[test]
fn a_failing_stream_is_not_a_flaw() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let rest = gzip(&raw(b"a", b'0', 100_000, &[0; 100_000])).get(self.0..).unwrap_or_default().to_vec();
            self.0 += 10;
            if self.0 > 50 {
                return Err(std::io::Error::other("reset by peer"));
            }
            (&rest[..10]).read(buffer)
        }
    }
    let error = check_layer(Failing(0), &Expected::default()).unwrap_err();
    assert!(error.is_source(), "{error}");
    assert!(error.to_string().contains("reset by peer"));
    let error = Files::new(Failing(0), &Expected::default()).unwrap().find_map(Result::err).unwrap();
    assert!(error.is_source(), "{error}");
}

#[test]
fn tars_that_lie() {
    #[track_caller]
    fn check(tar: Vec<u8>, paths: &[&str], error: Option<&str>) {
        let (entries, got) = listed(&tar);
        assert_eq!(entries.iter().map(|(path, ..)| path.as_str()).collect::<Vec<_>>(), paths);
        match (got, error) {
            (None, None) => {}
            (Some(got), Some(part)) => assert!(got.to_string().contains(part), "{got}"),
            (got, _) => panic!("{got:?}, expected {error:?}"),
        }
    }
    let two = [raw(b"a", b'0', 3, b"abc"), raw(b"b", b'0', 0, b"")].concat();
    // The end may be missing; so may all of it.
    check(two.clone(), &["a", "b"], None);
    check(vec![], &[], None);
    check(vec![0; 1024], &[], None);
    check([two.clone(), vec![0; 512]].concat(), &["a", "b"], None);
    check([two.clone(), vec![0; 1024], two.clone()].concat(), &["a", "b"], None);
    // Cut off in a header, in a content.
    check(two[..1500].to_vec(), &["a"], Some("cut off"));
    check(two[..514].to_vec(), &["a"], Some("cut off"));
    check(b"no tar at all".repeat(100), &[], Some("tar cannot be read at byte 0"));
    // Sizes that are lies.
    check(raw(b"a", b'0', 1 << 32, b"abc"), &["a"], Some("cut off"));
    check(raw(b"a", b'0', u64::MAX - 3, b""), &[], Some("tar cannot be read"));
    // Entries without content state sizes at times; Go reads none for them.
    check([raw(b"d", b'5', 512, b""), raw(b"a", b'0', 0, b"")].concat(), &["d/", "a"], None);
    // A long name of a gigabyte.
    check(raw(b"././@LongLink", b'L', 1 << 30, &[b'x'; 4096]), &[], Some("tar cannot be read"));
    check(raw(b"x", b'x', 1 << 30, &[b'x'; 4096]), &[], Some("tar cannot be read"));
    check([raw(b"x", b'L', 3, b"a/b"), raw(b"x", b'0', 0, b"")].concat(), &["a/b"], None);
    // Names that lead out of the image are kept as they are.
    check(raw(b"../../etc/passwd", b'0', 0, b""), &["../../etc/passwd"], None);
    // What is no UTF-8.
    check(raw(b"caf\xe9", b'0', 0, b""), &["caf\u{fffd}"], None);
}

/// A sparse map without an end, from a parser that asks for what it has.
#[test]
fn a_sparse_map_without_an_end_ends() {
    let record = |text: &str| format!("{} {text}\n", text.len() + 4);
    let pax = [record("GNU.sparse.major=1"), record("GNU.sparse.minor=0"), record("GNU.sparse.realsize=9")].concat();
    let header = raw(b"x", b'x', pax.len() as u64, pax.as_bytes());
    let endless = [header.clone(), raw(b"a", b'0', 64 << 20, &vec![0; 64 << 20])].concat();
    let (entries, error) = listed(&endless);
    assert_eq!(entries, []);
    assert!(error.is_some());
    // With a size of its own, what follows must not be skipped unseen.
    let pax = [pax, record("size=1024")].concat();
    let mut content = b"1\n0\n9\n".to_vec();
    content.resize(1024, 0);
    let twice = [raw(b"x", b'x', pax.len() as u64, pax.as_bytes()), raw(b"a", b'0', 1024, &content)].concat();
    let (_, error) = listed(&[twice, raw(b"hidden", b'0', 0, b"")].concat());
    assert!(error.is_some_and(|error| error.to_string().contains("stated twice")));
}

/// A hundred thousand names before the first entry: no memory, no end.
#[test]
fn endless_metadata_ends() {
    let header = raw(b"x", b'L', 3, b"a/b");
    let (entries, error) = listed(&header.repeat(100_000));
    assert_eq!(entries, []);
    assert!(error.is_some());
}

/// A bomb is skipped in bounded memory: what is read of it is counted.
#[test]
fn a_bomb_is_passed_by() {
    let size = 3 << 30;
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(&raw(b"bomb", b'0', size, b"")).unwrap();
    std::io::copy(&mut std::io::repeat(0).take(size), &mut encoder).unwrap();
    encoder.write_all(&raw(b"after", b'0', 0, b"")).unwrap();
    let layer = encoder.finish().unwrap();
    assert!(layer.len() < 1 << 20);
    let (entries, error) = listed(&layer);
    assert!(error.is_none());
    assert_eq!(entries, [("bomb".to_owned(), Kind::File, size), ("after".to_owned(), Kind::File, 0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is flipped or cut: entries, then perhaps an error, and the
    /// digests are those of the bytes.
    #[test]
    fn any_bytes(cut in 0usize..6000, flips in proptest::collection::vec((0usize..6000, any::<u8>()), 0..6), how in 0..3) {
        let tar = tar_of(&[("a/b", &[1; 600]), (&"long/".repeat(40), b""), ("c", b"x")]);
        let mut bytes = match how { 0 => tar, 1 => gzip(&tar), _ => zstd(&tar) };
        for (at, with) in flips {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= with;
            }
        }
        bytes.truncate(cut);
        let (entries, _) = listed(&bytes);
        prop_assert!(entries.len() < 100);
        let checked = check_layer(bytes.as_slice(), &Expected::default()).unwrap();
        prop_assert_eq!(checked.sums.blob, Digest::sha256(&bytes));
        prop_assert_eq!(checked.sums.size, bytes.len() as u64);
    }
}
