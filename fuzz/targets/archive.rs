//! Local archives: the bytes as a `docker-archive:` and an `oci-archive:`.

#![no_main]

use std::io::Write as _;

use forebear_archive::{Archive, Form};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(bytes).expect("written");
    let path = file.path().to_owned();
    for form in [
        Form::DockerArchive { file: path.clone(), reference: None },
        Form::OciArchive { file: path.clone(), tag: None },
        Form::Inspect { file: path.clone() },
        Form::Manifest { file: path.clone() },
    ] {
        let Ok(archive) = Archive::open(&form) else { continue };
        _ = archive.image(None);
        let Ok(tree) = archive.tree(None) else { continue };
        for layer in &tree.layers {
            _ = archive.layer(layer);
        }
    }
});
