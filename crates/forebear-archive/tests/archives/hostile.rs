//! Archives that are cut off, corrupt, or made to do harm: a clear error or
//! the right answer, and nothing else.

use std::io::Write as _;

use forebear_archive::{ArchiveError, Form, LocalImage, Takes};
use tar::EntryType;

use crate::common::{entry, folder_with, read, read_text, sample, saved, tar, told, write};

/// Reads a docker archive of these bytes.
fn read_bytes(bytes: &[u8]) -> Result<LocalImage, ArchiveError> {
    let folder = tempfile::tempdir().unwrap();
    read("docker-archive", &write(&folder, "image.tar", bytes))
}

/// Refused with all of these words; the message is for people, so short.
#[track_caller]
fn refused(bytes: &[u8], words: &[&str]) {
    let message = told(&read_bytes(bytes).expect_err("it is refused"));
    for word in words {
        assert!(message.contains(word), "no '{word}' in: {message}");
    }
    assert!(message.len() < 2_000, "{message}");
}

/// Read as if nothing were wrong.
#[track_caller]
fn accepted(bytes: &[u8]) {
    let image = read_bytes(bytes).unwrap_or_else(|error| panic!("{error}")).image;
    assert_eq!(image.chain_id(), sample().chain_id());
}

/// Either of the two; `false` when it is refused.
#[track_caller]
fn either(bytes: &[u8]) -> bool {
    match read_bytes(bytes) {
        Ok(found) => {
            assert_eq!(found.image.chain_id(), sample().chain_id());
            true
        }
        Err(error) => {
            assert!(!told(&error).is_empty());
            false
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn cut_off_anywhere() {
    let whole = tar(&saved(&sample()));
    let places = (0..whole.len()).step_by(512).flat_map(|block| [0, 1, 100, 511].map(|more| block + more));
    let read = places.filter(|at| *at < whole.len() && either(&whole[..*at])).count();
    // The documents stand before the layers' end and the closing blocks.
    assert!(read > 0 && read < whole.len() / 512 * 4, "{read}");
    refused(&[], &["no manifest.json"]);
    refused(&whole[..512], &["no manifest.json"]);
    for compressed in [gzip(&whole), zstd::encode_all(whole.as_slice(), 3).unwrap()] {
        accepted(&compressed);
        for at in (4..compressed.len()).step_by(37) {
            assert!(!either(&compressed[..at]), "{at} of {}", compressed.len());
        }
    }
}

#[test]
fn corrupt_anywhere() {
    let whole = tar(&saved(&sample()));
    for bytes in [whole.clone(), gzip(&whole), zstd::encode_all(whole.as_slice(), 3).unwrap()] {
        let step = bytes.len() / 150 + 1;
        let refused = (0..bytes.len()).step_by(step).filter(|at| {
            let mut corrupt = bytes.clone();
            corrupt[*at] ^= 0x55;
            !either(&corrupt)
        });
        assert!(refused.count() > 0);
    }
}

#[test]
fn names_that_lead_out_are_nobodys_documents() {
    let good = saved(&sample());
    let list = &good.iter().find(|(name, _)| name == "manifest.json").unwrap().1;
    let others: Vec<_> = good.iter().filter(|(name, _)| name != "manifest.json").cloned().collect();
    let outside: [&[u8]; 7] = [
        b"../manifest.json",
        b"/manifest.json",
        b"a/../../manifest.json",
        b"manifest.json\xff",
        b"\xff/manifest.json",
        b"..",
        b"/",
    ];
    for name in outside {
        let hostile = entry(name, EntryType::Regular, &[], list);
        refused(&[hostile.clone(), tar(&others)].concat(), &["no manifest.json"]);
        accepted(&[hostile, tar(&good)].concat());
    }
    // What stays inside is found, however it is written; a name ends at a NUL.
    let inside: [&[u8]; 4] = [b"./manifest.json", b"a/../manifest.json", b".//manifest.json", b"manifest.json\0x"];
    for name in inside {
        accepted(&[entry(name, EntryType::Regular, &[], list), tar(&others)].concat());
    }
}

#[test]
fn links() {
    let (list, others): (Vec<_>, Vec<_>) = saved(&sample()).into_iter().partition(|(name, _)| name == "manifest.json");
    let others = tar(&others);
    let link = |name: &str, kind, to: &str| entry(name.as_bytes(), kind, to.as_bytes(), b"");
    let with = |links: &[Vec<u8>]| [links.concat(), others.clone()].concat();
    let (symbolic, hard) = (EntryType::Symlink, EntryType::Link);
    for to in ["/etc/passwd", "../../etc/passwd", "a/../../x"] {
        refused(&with(&[link("manifest.json", symbolic, to)]), &["leads outside"]);
        refused(&with(&[link("manifest.json", hard, to)]), &["leads outside"]);
    }
    refused(&with(&[link("manifest.json", symbolic, "manifest.json")]), &["without end"]);
    let around = [link("manifest.json", symbolic, "b"), link("b", hard, "manifest.json")];
    refused(&with(&around), &["without end"]);
    refused(&with(&[link("manifest.json", symbolic, "nowhere")]), &["no manifest.json"]);
    let folder = entry(b"d/", EntryType::Directory, &[], b"");
    refused(&with(&[folder, link("manifest.json", symbolic, "d")]), &["no manifest.json"]);
    let real = entry(b"d/list", EntryType::Regular, &[], &list[0].1);
    accepted(&with(&[real.clone(), link("manifest.json", symbolic, "d/list")]));
    accepted(&with(&[real.clone(), link("manifest.json", hard, "d/list")]));
    accepted(&with(&[real, link("d/b", symbolic, "list"), link("manifest.json", symbolic, "./d/../d/b")]));
}

#[test]
fn sizes_that_cannot_be() {
    let good = tar(&saved(&sample()));
    let claiming = |name: &[u8], kind, size| {
        let mut huge = entry(name, kind, &[], b"[]");
        crate::common::set_size(&mut huge, size);
        huge
    };
    for size in [u64::MAX >> 1, 1 << 62, 1 << 40, 17 * 1024 * 1024] {
        assert!(!either(&claiming(b"manifest.json", EntryType::Regular, size)), "{size}");
        // It hides all that follows it.
        let hiding = claiming(b"other", EntryType::Regular, size);
        assert!(!either(&[hiding, good.clone()].concat()), "{size}");
        for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader, EntryType::XGlobalHeader] {
            let hiding = claiming(b"././@LongLink", kind, size);
            assert!(!either(&[hiding, good.clone()].concat()), "{kind:?} {size}");
        }
    }
    // A sparse entry is no document.
    let sparse = entry(b"manifest.json", EntryType::GNUSparse, &[], b"");
    assert!(!either(&sparse));
}

#[test]
fn a_long_name_that_is_not_on_disk_is_not_read() {
    let mut name = entry(b"././@LongLink", EntryType::GNULongName, &[], b"");
    crate::common::set_size(&mut name, 1 << 36);
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder, "sparse.tar", &name);
    std::fs::File::options().write(true).open(&file).unwrap().set_len((1 << 36) + 4096).unwrap();
    let error = told(&read("docker-archive", &file).expect_err("it is refused"));
    assert!(error.contains("longer than any"), "{error}");
}

/// A file of more than 8 GiB has its size in an attribute, and none in its
/// header; what comes behind it is found.
#[test]
fn a_size_in_an_attribute_counts() {
    const LARGE: u64 = 9 << 30;
    let record = |text: String| format!("{} {text}\n", text.len() + 4);
    let attribute = record(format!("size={LARGE}"));
    let large = [
        entry(b"x", EntryType::XHeader, &[], attribute.as_bytes()),
        entry(b"large/layer.tar", EntryType::Regular, &[], b""),
    ]
    .concat();
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "large.tar", &large);
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    let end = large.len() as u64 + LARGE;
    file.set_len(end).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(end)).unwrap();
    file.write_all(&tar(&saved(&sample()))).unwrap();
    let image = read("docker-archive", &path).unwrap().image;
    assert_eq!(image.chain_id(), sample().chain_id());
}

#[test]
fn of_one_name_the_last_counts() {
    let good = saved(&sample());
    let empty = ("manifest.json".to_owned(), b"[]".to_vec());
    accepted(&tar(&[std::slice::from_ref(&empty), good.as_slice()].concat()));
    refused(&tar(&[good.as_slice(), &[empty]].concat()), &["no images"]);
}

#[test]
fn a_million_images() {
    let one = r#"{"Config":""}"#;
    let list = |items: &[&str]| tar(&[("manifest.json".to_owned(), format!("[{}]", items.join(",")).into_bytes())]);
    refused(&list(&vec![one; 20_000]), &["several images", "images without names"]);
    // More than is read of any list.
    let words = "it is a list of 1000000 entries, more than the 20000 that are read";
    refused(&list(&vec![one; 1_000_000]), &["manifest.json", words]);
    refused(&list(&vec![one; 20_001]), &["it is a list of 20001 entries, more than the 20000 that are read"]);
    // More than is read of any document.
    refused(&list(&vec![one; 1_300_000]), &["more than the 16777216"]);
    let names: Vec<String> = (0..20_000).map(|at| format!(r#"{{"Config":"x{at}","RepoTags":["a:{at}"]}}"#)).collect();
    let named = list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    refused(&named, &["a:0, a:1", "a:7 and 19992 more"]);
    // One image under as many names.
    let names: Vec<String> = (0..20_000).map(|at| format!(r#"{{"Config":"x","RepoTags":["a:{at}"]}}"#)).collect();
    let one = list(&names.iter().map(String::as_str).collect::<Vec<_>>());
    refused(&one, &["it lists its config and does not hold it: it has no x"]);
    let folder = tempfile::tempdir().unwrap();
    let file = write(&folder, "image.tar", &named);
    for (reference, words) in [
        ("@19999", "has no x"),
        ("a:19999", "has no x"),
        ("@20000", "no image @20000"),
        ("b:1", "no image b:1; it holds a:0, "),
    ] {
        let text = format!("docker-archive:{}:{reference}", file.display());
        let error = told(&read_text(&text).expect_err("none of them is an image"));
        assert!(error.contains(words) && error.len() < 2_000, "{error}");
    }
}

#[test]
fn documents_that_do_not_belong_together() {
    let good = saved(&sample());
    let replaced = |name: &str, change: &dyn Fn(&str) -> String| -> Vec<u8> {
        let change = |(at, bytes): &(String, Vec<u8>)| match at == name {
            true => (at.clone(), change(std::str::from_utf8(bytes).unwrap()).into_bytes()),
            false => (at.clone(), bytes.clone()),
        };
        tar(&good.iter().map(change).collect::<Vec<_>>())
    };
    let config = &good[0].0;
    let list = "manifest.json";
    refused(&replaced(config, &|text| format!("{text} ")), &["is sha256:", "not sha256:"]);
    let one_more = |text: &str| text.replacen("\"Layers\":[", "\"Layers\":[\"more/layer.tar\",", 1);
    refused(&replaced(list, &one_more), &["lists 3 layers and the config 2"]);
    refused(&replaced(list, &|text| text.replace(config.as_str(), "../../etc/passwd")), &["no ../../etc/passwd"]);
    refused(&replaced(list, &|_| "{}".to_owned()), &["manifest.json cannot be read"]);
    refused(&replaced(list, &|_| "[".repeat(100_000)), &["manifest.json cannot be read"]);
    // Layers are not needed to know what an image is built on.
    accepted(&tar(&good.into_iter().filter(|(name, _)| !name.ends_with("layer.tar")).collect::<Vec<_>>()));
}

#[test]
fn what_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let no_file = "pipe or a device";
    for (path, words) in
        [(fifo.clone(), no_file), ("/dev/zero".into(), no_file), (folder.path().to_owned(), "it is a folder")]
    {
        for transport in Form::all().filter(|form| form.takes() == Takes::File).map(Form::name) {
            // An unpacked archive is one too, unless it has no list of images.
            let words = if transport == "docker-archive" && path.is_dir() { "it has no manifest.json" } else { words };
            let error = told(&read(transport, &path).expect_err("it is refused"));
            assert!(error.contains(words), "{error}");
        }
    }
    // The same inside a folder.
    for (name, transport) in [("index.json", "oci"), ("manifest.json", "dir")] {
        std::fs::rename(&fifo, folder.path().join(name)).unwrap();
        let error = told(&read(transport, folder.path()).expect_err("it is refused"));
        assert!(error.contains(name) && error.contains(no_file), "{error}");
        std::fs::rename(folder.path().join(name), &fifo).unwrap();
    }
}

#[test]
fn a_layout_of_another_version() {
    for (version, words) in
        [("2.0.0", "version 2.0.0, known is 1"), ("10.0", "known is 1"), ("", "known is 1"), ("1.9.0", "no images")]
    {
        let marker = format!(r#"{{"imageLayoutVersion":"{version}"}}"#);
        let index = br#"{"schemaVersion":2,"manifests":[]}"#;
        let folder = folder_with(&[("oci-layout", marker.as_bytes()), ("index.json", index)]);
        let error = told(&read("oci", folder.path()).expect_err("it is refused"));
        assert!(error.contains(words), "{error}");
    }
}
