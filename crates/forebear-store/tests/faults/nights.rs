//! Nights of a small crawl, as an engine would write them.

use std::path::Path;
use std::sync::Arc;

use forebear_facts::{RepositoryFacts, observe};
use forebear_image::{ConfigDigest, ManifestDigest, RepositoryName, Timestamp, config, manifest};
use forebear_store::disk::Disk;
use forebear_store::{
    Batch, FactStore, Failure, FailureKind, FrontierStore, LocalStore, NewConfig, NewManifest, OpenOptions, Run,
    RunStore, StoreError, Subject,
};

const REPOSITORIES: u64 = 4;
const TAGS: u64 = 5;

/// Opens a store with the log on this disk and the index in a folder.
pub(crate) fn open(disk: &Arc<dyn Disk>, folder: &Path) -> Result<LocalStore, StoreError> {
    let options = OpenOptions { cache: 1 << 20, segment_size: 8 << 10, buffered_rows: 4 << 10, disk: Arc::clone(disk) };
    LocalStore::open_with(&folder.join("store"), &options)
}

/// What a crawl of one registry does in a night; the same for the same seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Night {
    pub(crate) seed: u64,
    pub(crate) number: u64,
}

impl Night {
    /// Steps of a night: one for each repository, and the end.
    pub(crate) const STEPS: u64 = REPOSITORIES + 1;

    /// The run of this night, begun or found again.
    pub(crate) fn begin(self, store: &LocalStore) -> Result<Run, StoreError> {
        let found = store.runs()?.into_iter().find(|run| !run.finished);
        match found {
            Some(run) => Ok(run),
            None => store.begin("{}".to_owned(), self.time(), Vec::new()),
        }
    }

    /// Does a step; `flush` says whether the disk is waited for after it.
    pub(crate) fn step(self, store: &LocalStore, run: &Run, step: u64, flush: bool) -> Result<(), StoreError> {
        if step == REPOSITORIES {
            store.end(run)?;
            return store.checkpoint();
        }
        store.commit(self.repository(store, run, step)?)?;
        if flush { store.sync() } else { Ok(()) }
    }

    /// The whole night.
    pub(crate) fn all(self, store: &LocalStore) -> Result<(), StoreError> {
        let run = self.begin(store)?;
        (0..Self::STEPS).try_for_each(|step| self.step(store, &run, step, step % 2 == 0))
    }

    fn time(self) -> Timestamp {
        Timestamp { seconds: 1_000 * i64::try_from(self.number + 1).unwrap(), nanos: 0 }
    }

    fn repository(self, store: &LocalStore, run: &Run, number: u64) -> Result<Batch, StoreError> {
        let name = RepositoryName::new(&"docker.io".parse().unwrap(), &format!("library/app{number}")).unwrap();
        let mut batch = Batch::of(run.id);
        for tag in 0..TAGS {
            // Most tags stay where they are; some move, some are not there.
            let since = (0..=self.number).rev().find(|night| pick(self.seed, *night, number, tag).is_multiple_of(3));
            let last = store.last_observation(&name, &format!("{tag}"))?;
            let at = (&name, format!("{tag}"));
            let observed = match pick(self.seed, self.number, number, tag) % 11 {
                10 => observe::absent(last),
                _ => {
                    let (config, manifest) = image(number, tag, since.unwrap_or(99));
                    let digest = ManifestDigest::of(manifest.as_bytes());
                    batch.configs.push(NewConfig {
                        digest: ConfigDigest::of(config.as_bytes()),
                        facts: config::parse(config.as_bytes()).unwrap(),
                        document: config.into_bytes(),
                    });
                    batch.manifests.push(NewManifest {
                        digest,
                        facts: manifest::parse(manifest.as_bytes(), None).unwrap(),
                        document: manifest.into_bytes(),
                    });
                    observe::present((at.0, &at.1), last, digest, run.started)
                }
            };
            batch.observations.extend(observed.into_writes());
        }
        batch.repositories.push(RepositoryFacts { name: name.clone(), complete_at: Some(run.started) });
        let subject = Subject::from(format!("docker.io/library/app{number}:9"));
        match pick(self.seed, self.number, number, 100) % 3 {
            0 => batch.recovered.push(subject),
            _ => {
                let why = (FailureKind::Timeout, "it took too long");
                batch.failures.push(Failure::new(subject, "docker.io", why, (run.id, run.started)));
            }
        }
        Ok(batch)
    }
}

/// A number that looks like any other.
fn pick(seed: u64, night: u64, repository: u64, tag: u64) -> u64 {
    let text = format!("{seed} {night} {repository} {tag}");
    forebear_image::Digest::sha256(text.as_bytes())
        .key()
        .iter()
        .take(7)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn image(repository: u64, tag: u64, build: u64) -> (String, String) {
    let layer = |number: u64| forebear_image::Digest::sha256(format!("{repository} {number}").as_bytes());
    let diff_ids: Vec<String> = (0..=tag).map(|number| format!("\"{}\"", layer(number))).collect();
    let steps: Vec<String> =
        (0..=tag).map(|number| format!(r#"{{"created_by":"RUN step {number} of {build} "}}"#)).collect();
    let config = format!(
        r#"{{"os":"linux","architecture":"amd64","rootfs":{{"type":"layers","diff_ids":[{}]}},"history":[{}]}}"#,
        diff_ids.join(","),
        steps.join(",")
    );
    let layers: Vec<String> = (0..=tag)
        .map(|number| {
            let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
            format!(r#"{{"mediaType":"{media_type}","size":7,"digest":"{}"}}"#, layer(number + 1_000))
        })
        .collect();
    let manifest = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{"mediaType":
            "application/vnd.oci.image.config.v1+json","digest":"{}","size":{}}},"layers":[{}]}}"#,
        ConfigDigest::of(config.as_bytes()),
        config.len(),
        layers.join(",")
    );
    (config, manifest)
}
