//! The facts in unpacked registry storages.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use forebear_facts::TagObservation;
use forebear_facts::rows::MemorySource;
use forebear_image::facts::ManifestFacts;
use forebear_image::{ManifestDigest, RegistryName, RepositoryName, Timestamp, config, manifest};

/// Everything the storages hold; each is a listing, a fortnight apart.
pub(crate) fn facts(folders: &[&Path]) -> Result<MemorySource, Box<dyn Error + Send + Sync>> {
    let mut blobs = BTreeMap::new();
    let mut source = MemorySource::default();
    let mut open: BTreeMap<(RepositoryName, String), TagObservation> = BTreeMap::new();
    for (number, folder) in (0_i64..).zip(folders) {
        let (mut files, root) = (Vec::new(), folder.join("docker/registry/v2"));
        list(&root, &mut files)?;
        let now = Timestamp { seconds: number * 14 * 86_400, nanos: 0 };
        for file in &files {
            if file.ends_with("data") {
                let bytes = fs::read(file)?;
                blobs.insert(ManifestDigest::of(&bytes), bytes);
            } else if file.ends_with("current/link")
                && let Some((repository, tag)) = tag_of(file, &root.join("repositories"))
            {
                let digest = fs::read_to_string(file)?.trim().parse()?;
                let fresh = TagObservation {
                    repository: repository.clone(),
                    tag: tag.clone(),
                    first_seen: now,
                    last_seen: now,
                    digest,
                    ended: false,
                };
                let seen = open.entry((repository, tag)).or_insert_with(|| fresh.clone());
                if seen.digest == digest {
                    seen.last_seen = now;
                } else {
                    source.observations.push(TagObservation { ended: true, ..std::mem::replace(seen, fresh) });
                }
            }
        }
        for seen in open.values_mut().filter(|seen| seen.last_seen != now) {
            seen.ended = true;
        }
    }
    source.observations.extend(open.into_values());
    for (digest, bytes) in &blobs {
        if let Ok(facts) = manifest::parse(bytes, None) {
            if let ManifestFacts::Image(image) = &facts
                && let Some(bytes) = blobs.get(&ManifestDigest(image.config.0))
            {
                source.configs.push((image.config, config::parse(bytes)?));
            }
            source.manifests.push((*digest, facts));
        }
    }
    Ok(source)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// `REPOSITORY/_manifests/tags/TAG/current/link`.
fn tag_of(file: &Path, repositories: &Path) -> Option<(RepositoryName, String)> {
    let text = file.strip_prefix(repositories).ok()?.to_str()?;
    let (path, rest) = text.split_once("/_manifests/tags/")?;
    Some((RepositoryName::new(&RegistryName::docker_hub(), path).ok()?, rest.strip_suffix("/current/link")?.to_owned()))
}
