//! Local images: the bytes as every form that is a file.

#![no_main]

use std::io::Write as _;

use forebear_archive::{Archive, Form, Takes, Transport};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    for form in Form::all().filter(|form| form.takes() == Takes::File) {
        let text = format!("{}:{}", form.name(), file.path().display());
        let transport = Transport::parse(&text).expect("a local form");
        let Ok(archive) = Archive::open(&transport) else { continue };
        _ = archive.image(None);
        let Ok(tree) = archive.tree(None) else { continue };
        for layer in &tree.layers {
            _ = archive.layer(layer);
        }
    }
});
