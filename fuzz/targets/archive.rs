//! Local archives: the bytes as a `docker-archive:` and an `oci-archive:`.

#![no_main]

use std::io::Write as _;

use forebear_archive::{Archive, Transport};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    for transport in ["docker-archive", "oci-archive", "inspect", "manifest"] {
        let text = format!("{transport}:{}", file.path().display());
        let transport = Transport::parse(&text).expect("a local form");
        let Ok(archive) = Archive::open(&transport) else { continue };
        _ = archive.image(None);
        let Ok(tree) = archive.tree(None) else { continue };
        for layer in &tree.layers {
            _ = archive.layer(layer);
        }
    }
});
