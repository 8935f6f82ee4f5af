//! Writes seeds for the fuzz targets: `fuzz_seeds DIR`. They are what the
//! demo's registry holds, archives of it, and the real samples where they are.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a tool of development")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use forebear_testkit::{demo, real};
use serde_json::{Value, json};

/// Seeds of one target are kept under this many bytes in all.
const MOST: usize = 400_000;

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("where to"));
    let world = demo::world();
    let mut manifests: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut configs: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut layers: BTreeSet<Vec<u8>> = BTreeSet::new();
    for (_, repository) in world.repositories() {
        manifests.extend(repository.manifests.values().map(|stored| stored.bytes.to_vec()));
        for blob in repository.blobs.values() {
            let into = if blob.starts_with(b"{") { &mut configs } else { &mut layers };
            into.insert(blob.to_vec());
        }
    }
    let archives = archives(&manifests, &configs, &layers);
    if let Some(real) = real::real_data() {
        for file in json_below(&real) {
            let bytes = std::fs::read(&file).expect("a sample");
            let is_config = file.to_string_lossy().contains("config");
            (if is_config { &mut configs } else { &mut manifests }).insert(bytes);
        }
    }
    let is_statement = |blob: &&Vec<u8>| blob.windows(7).any(|window| window == b"in-toto");
    let mut statements: BTreeSet<Vec<u8>> = configs.iter().filter(is_statement).cloned().collect();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forebear-image/tests/samples/provenance");
    statements.extend(json_below(&samples).iter().map(|file| std::fs::read(file).expect("a sample")));
    let lines = configs.iter().flat_map(|config| history_of(config)).collect();
    let indexes = indexes(&manifests, &configs);
    let inspected = configs.iter().filter_map(|config| inspected(config)).collect();
    for (target, seeds) in [
        ("manifest", &manifests),
        ("provenance", &statements),
        ("config", &configs),
        ("history_line", &lines),
        ("layer", &layers),
        ("archive", &archives),
        ("image_index", &indexes),
        ("inspect", &inspected),
    ] {
        write(&folder.join(target), seeds);
    }
}

fn write(folder: &Path, seeds: &BTreeSet<Vec<u8>>) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    let mut written = 0;
    for (number, seed) in seeds.iter().filter(|seed| seed.len() < 60_000).enumerate() {
        written += seed.len();
        if written > MOST {
            break;
        }
        std::fs::write(folder.join(format!("{number:05}")), seed).expect("the folder can be written to");
    }
}

fn history_of(config: &[u8]) -> Vec<Vec<u8>> {
    let parsed: Value = serde_json::from_slice(config).unwrap_or_default();
    let history = parsed["history"].as_array().cloned().unwrap_or_default();
    history.iter().filter_map(|entry| Some(entry["created_by"].as_str()?.as_bytes().to_vec())).collect()
}

/// Indexes, each with some manifests and configs on lines below it.
fn indexes(manifests: &BTreeSet<Vec<u8>>, configs: &BTreeSet<Vec<u8>>) -> BTreeSet<Vec<u8>> {
    let line = |document: &Vec<u8>| {
        let parsed: Value = serde_json::from_slice(document).ok()?;
        (document.len() < 8_000).then(|| parsed.to_string().into_bytes())
    };
    let is_index = |line: &Vec<u8>| line.windows(11).any(|window| window == b"\"manifests\"");
    let (indexes, images): (Vec<_>, Vec<_>) = manifests.iter().filter_map(line).partition(is_index);
    let below: Vec<Vec<u8>> = images.into_iter().take(3).chain(configs.iter().filter_map(line).take(3)).collect();
    indexes.into_iter().map(|index| [vec![index], below.clone()].concat().join(&b'\n')).collect()
}

/// A config as `docker image inspect` shows it.
fn inspected(config: &[u8]) -> Option<Vec<u8>> {
    let parsed: Value = serde_json::from_slice(config).ok()?;
    let id = forebear_image::Digest::sha256(config).to_string();
    let shown = json!([{
        "Id": id, "RepoTags": ["a:1"], "Os": parsed["os"], "Architecture": parsed["architecture"],
        "Config": parsed["config"], "RootFS": {"Type": "layers", "Layers": parsed["rootfs"]["diff_ids"]},
    }]);
    Some(shown.to_string().into_bytes())
}

/// One image as `docker save` writes it and as an OCI layout in a tar.
fn archives(
    manifests: &BTreeSet<Vec<u8>>,
    configs: &BTreeSet<Vec<u8>>,
    layers: &BTreeSet<Vec<u8>>,
) -> BTreeSet<Vec<u8>> {
    let digest = |bytes: &[u8]| forebear_image::Digest::sha256(bytes);
    let mut found = BTreeSet::new();
    for config in configs.iter().take(4) {
        let parsed: Value = serde_json::from_slice(config).expect("a config");
        let diff_ids = parsed["rootfs"]["diff_ids"].as_array().map_or(0, Vec::len);
        let names: Vec<String> = (0..diff_ids).map(|at| format!("{at}/layer.tar")).collect();
        let name = format!("{}.json", digest(config).hex());
        let list = json!([{"Config": name, "RepoTags": ["a:1"], "Layers": names}]).to_string();
        let mut files = vec![("manifest.json".to_owned(), list.into_bytes()), (name, config.clone())];
        files.extend(names.into_iter().zip(layers.iter().cloned()));
        found.insert(tar_of(&files));
    }
    for manifest in manifests.iter().take(8) {
        let digest = digest(manifest);
        let entry = json!({"mediaType": "application/vnd.oci.image.manifest.v1+json", "size": manifest.len(),
            "digest": digest.to_string(), "annotations": {"org.opencontainers.image.ref.name": "v1"}});
        let index = json!({"schemaVersion": 2, "manifests": [entry]}).to_string();
        let mut files = vec![
            ("oci-layout".to_owned(), br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec()),
            ("index.json".to_owned(), index.into_bytes()),
            (format!("blobs/sha256/{}", digest.hex()), manifest.clone()),
        ];
        let blob =
            |bytes: &Vec<u8>| (format!("blobs/sha256/{}", forebear_image::Digest::sha256(bytes).hex()), bytes.clone());
        let wanted = |bytes: &&Vec<u8>| {
            let hex = forebear_image::Digest::sha256(bytes).hex();
            manifest.windows(hex.len()).any(|part| part == hex.as_bytes())
        };
        files.extend(configs.iter().chain(layers).filter(wanted).map(blob));
        found.insert(tar_of(&files));
    }
    found
}

fn tar_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, content.as_slice()).expect("a tar in memory");
    }
    builder.into_inner().expect("a tar in memory")
}

fn json_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "json" => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}
