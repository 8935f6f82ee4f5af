//! Small worlds in the notation of the case list, and answers as text.
//!
//! One line is one image or one index (a multi-platform list):
//!
//! ```text
//! alpine:3.21@1-4!, #a = A,B/zst  (run_A@1 -CMD@2)  linux/arm64 base=debian:12
//! alpine:edge          = {#a #b attestation}
//! ```
//!
//! `#p = attests #a alpine,golang:1.22` is provenance about `#a`; an index lists
//! it as `#p~#a`. An entry `#a?` names no platform, `#a<debian:12>` has that base annotated.
//!
//! Left: names, each with the days it was first and last seen (`!`: over by
//! then), and a `#label` to speak of the image in lists and answers. Right:
//! layers by diff_id, bottom first (`-` for none); `/zst` is another
//! compression of the layer, `/!x` a blob of its own name, one that ends in `~`
//! encrypted; `^A` is named by SHA-512. Then the steps,
//! `text@time`, `-` for an empty one, `_` for a space, `%FROM_x` for a comment;
//! without them there is one step `A@1` per layer `A`. Then words: a platform,
//! `unread`, `schema1`, `no-blobs`, `short` (the manifest lists no blob for the
//! last layer), `id=X` (the config's name: one image), `base=NAME`,
//! `base-digest=#label`, `label-base=NAME`, `buildpacks=RUN-IMAGE`, `label:KEY=VALUE` (any
//! label), `created=SECONDS`, `materials=A,B@#label` (by name, by digest). `= ?` is a manifest that was never read.

use std::collections::BTreeMap;

use forebear_facts::rows::MemorySource;
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::Annotations;
use forebear_image::declared::{BASE_DIGEST, BASE_NAME, Declared, Source};
use forebear_image::image::Identity;
use forebear_image::{
    BlobDigest, ChildManifest, ConfigDigest, ConfigFacts, DiffId, HistoryEntry, Image, ImageManifest, LayerDescriptor,
    ManifestDigest, ManifestFacts, Platform, Reference, Timestamp,
};
use forebear_index::resolve::{self, Resolution, Subject};
use forebear_index::{ImageId, View, build};

const DAY: i64 = 86_400;
/// Day 0 of every world: 2024-01-01.
const EPOCH: i64 = 1_704_067_200;

/// The start of a day's run.
pub(crate) fn day(day: i64) -> Timestamp {
    Timestamp { seconds: EPOCH + day * DAY, nanos: 0 }
}

/// The day of a run.
pub(crate) fn day_of(time: Timestamp) -> i64 {
    (time.seconds - EPOCH) / DAY
}

/// A layer as the notation writes it: diff_id and blob.
pub(crate) fn layer(text: &str) -> (DiffId, BlobDigest) {
    let (name, blob) = match text.split_once('/') {
        Some((name, own)) if own.starts_with('!') => (name, own.to_owned()),
        Some((name, compression)) => (name, format!("{name}.{compression}")),
        None => (text, format!("{text}.gz")),
    };
    let diff_id = match name.strip_prefix('^') {
        Some(name) => {
            let half = DiffId::of(name.as_bytes()).0.hex();
            DiffId(format!("sha512:{half}{half}").parse().unwrap())
        }
        None => DiffId::of(name.as_bytes()),
    };
    (diff_id, BlobDigest::of(blob.as_bytes()))
}

/// Facts, and the labels they go by.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) facts: MemorySource,
    pub(crate) labels: BTreeMap<String, ManifestDigest>,
    /// What a list will say of the images.
    platforms: BTreeMap<String, Platform>,
}

/// One image as a line describes it.
#[derive(Clone, Debug, Default)]
struct Line {
    label: String,
    layers: Vec<String>,
    steps: Vec<HistoryEntry>,
    platform: Option<Platform>,
    flags: Vec<String>,
    values: BTreeMap<String, String>,
}

impl World {
    /// Reads a world, line by line.
    pub(crate) fn read(text: &str) -> Self {
        let mut world = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (names, rest) = line.split_once(" = ").unwrap_or_else(|| panic!("no ' = ' in '{line}'"));
            world.line(names, rest.trim());
        }
        world
    }

    fn line(&mut self, names: &str, rest: &str) {
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        let label = names.iter().find(|name| name.starts_with('#')).or(names.first()).map_or("", |name| *name);
        let digest = ManifestDigest::of(format!("manifest {label}").as_bytes());
        if let Some(statement) = rest.strip_prefix("attests ") {
            let (subject, materials) = statement.split_once(' ').unwrap();
            let facts = ManifestFacts::Attestation {
                subjects: vec![self.digest(subject)],
                materials: self.materials(materials),
            };
            self.facts.manifests.push((digest, facts));
        } else if let Some(list) = rest.strip_prefix('{') {
            let (entries, words) = list.split_once('}').unwrap();
            let children = entries.split_whitespace().map(|entry| self.child(entry)).collect();
            let annotations = self.annotations(&Line::read(label, &format!("- () {words}")), "base");
            let media_type = forebear_image::media_type::OCI_INDEX.to_owned();
            self.facts.manifests.push((
                digest,
                ManifestFacts::Index { media_type, artifact_type: None, children, annotations, odd: Vec::new() },
            ));
        } else if rest != "?" {
            let line = Line::read(label, rest);
            self.image(digest, &line);
            self.platforms.extend(line.platform.map(|platform| (label.to_owned(), platform)));
        }
        self.labels.insert(label.to_owned(), digest);
        for name in names.into_iter().filter(|name| !name.starts_with('#')) {
            self.observe(name, digest);
        }
    }

    fn child(&self, entry: &str) -> ChildManifest {
        if entry == "attestation" {
            let platform = "unknown/unknown".parse().ok();
            let digest = ManifestDigest::of(b"an attestation");
            return ChildManifest { platform, ..ChildManifest::of(digest) };
        }
        if let Some((attestation, subject)) = entry.split_once('~') {
            let annotations = [
                ("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned()),
                ("vnd.docker.reference.digest".to_owned(), self.digest(subject).to_string()),
            ];
            let platform = "unknown/unknown".parse().ok();
            let (digest, annotations) = (self.digest(attestation), annotations.into());
            return ChildManifest { platform, annotations, ..ChildManifest::of(digest) };
        }
        let (entry, base) = entry.split_once('<').unwrap_or((entry, ""));
        let base = base.strip_suffix('>').map(|base| (BASE_NAME.to_owned(), base.to_owned()));
        let (entry, bare) = entry.strip_suffix('?').map_or((entry, false), |entry| (entry, true));
        let digest = self.digest(entry);
        let platform = self.platforms.get(entry).cloned().filter(|_| !bare);
        ChildManifest { platform, annotations: base.into_iter().collect(), ..ChildManifest::of(digest) }
    }

    /// Materials of a provenance: `alpine:3.20,golang@#label,@#label`.
    fn materials(&self, text: &str) -> Vec<Declared> {
        let one = |text: &str| {
            let (name, label) = text.split_once('@').unwrap_or((text, ""));
            let name = Some(name).filter(|name| !name.is_empty()).map(str::to_owned);
            let digest = (!label.is_empty()).then(|| self.digest(label).0);
            Declared { source: Source::Provenance, name, digest }
        };
        text.split(',').map(one).collect()
    }

    /// The digest of a label.
    pub(crate) fn digest(&self, label: &str) -> ManifestDigest {
        *self.labels.get(label).unwrap_or_else(|| panic!("no image {label}"))
    }

    fn observe(&mut self, name: &str, digest: ManifestDigest) {
        let (name, ended) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        let (name, days) = name.split_once('@').unwrap_or((name, "1"));
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let reference: Reference = name.parse().unwrap_or_else(|e| panic!("{e}"));
        let repository = reference.repository;
        if !self.facts.repositories.iter().any(|known| known.name == repository) {
            self.facts.repositories.push(RepositoryFacts { name: repository.clone(), complete_at: None });
        }
        self.facts.observations.push(TagObservation {
            repository,
            tag: reference.tag.unwrap(),
            first_seen: day(first.parse().unwrap()),
            last_seen: day(last.parse().unwrap()),
            digest,
            ended,
        });
    }

    fn image(&mut self, digest: ManifestDigest, line: &Line) {
        let mut config = self.config(line);
        let layers = line.descriptors();
        if line.has("schema1") {
            config.diff_ids.clear();
            let config = Box::new(config);
            return self.facts.manifests.push((digest, ManifestFacts::Schema1 { layers, config }));
        }
        let manifest = self.manifest(line);
        if !line.has("unread") && !self.facts.configs.iter().any(|(known, _)| *known == manifest.config) {
            self.facts.configs.push((manifest.config, config));
        }
        self.facts.manifests.push((digest, ManifestFacts::Image(manifest)));
    }

    fn annotations(&self, line: &Line, key: &str) -> Annotations {
        let mut annotations = Annotations::new();
        if let Some(name) = line.values.get(key) {
            annotations.insert(BASE_NAME.to_owned(), name.clone());
        }
        if let Some(label) = line.values.get(&format!("{key}-digest")) {
            annotations.insert(BASE_DIGEST.to_owned(), self.digest(label).to_string());
        }
        annotations
    }

    fn config(&self, line: &Line) -> ConfigFacts {
        let mut config = ConfigFacts {
            platform: line.platform.clone(),
            created: line.values.get("created").map(|s| Timestamp { seconds: s.parse().unwrap(), nanos: 0 }),
            diff_ids: line.layers.iter().map(|text| layer(text).0).collect(),
            history: line.steps.clone(),
            ..ConfigFacts::default()
        };
        config.runtime.labels = self.annotations(line, "label-base");
        if let Some(run_image) = line.values.get("buildpacks") {
            let metadata = serde_json::json!({ "runImage": { "reference": run_image } });
            config.runtime.labels.insert("io.buildpacks.lifecycle.metadata".to_owned(), metadata.to_string());
        }
        let any = line.values.iter().filter_map(|(key, value)| Some((key.strip_prefix("label:")?, value)));
        config.runtime.labels.extend(any.map(|(label, value)| (label.to_owned(), value.clone())));
        config
    }

    fn manifest(&self, line: &Line) -> ImageManifest {
        let name = line.values.get("id").unwrap_or(&line.label);
        ImageManifest {
            media_type: forebear_image::media_type::OCI_MANIFEST.to_owned(),
            config: ConfigDigest::of(format!("config {name}").as_bytes()),
            config_size: 1,
            layers: line.descriptors(),
            annotations: self.annotations(line, "base"),
            odd: Vec::new(),
        }
    }

    /// An image that need not be in the world.
    pub(crate) fn ask(&self, query: &str) -> Image {
        let line = Line::read("a query", query);
        let config = self.config(&line);
        let read = (!line.has("unread")).then_some(&config);
        let manifest = self.manifest(&line);
        let mut image = Image::from_manifest(None, &manifest, read);
        if line.has("no-blobs") {
            image = Image::from_config(&config);
            image.identity = Some(Identity::Config(manifest.config));
        }
        image.declared.extend(line.values.get("materials").map(|text| self.materials(text)).unwrap_or_default());
        image.platform = line.platform;
        image
    }

    /// The index over these facts.
    pub(crate) fn open(&self) -> View {
        build::open_in_memory(&self.facts).unwrap().view()
    }

    /// The same, as it was at a time.
    pub(crate) fn as_of(&self, time: Timestamp) -> View {
        self.open().index().view_as_of(time)
    }

    /// An image of the index by its label or first name.
    pub(crate) fn find(&self, view: &View, label: &str) -> ImageId {
        let manifest = view.find_manifest(self.digest(label)).unwrap();
        view.manifest(manifest).unwrap().image().unwrap_or_else(|| panic!("{label} is no image"))
    }

    /// How answers call an image: its label, or its best name without what
    /// Docker leaves out too.
    pub(crate) fn call(&self, view: &View, id: ImageId) -> String {
        let manifests = view.manifests_of(id);
        let digests: Vec<_> = manifests.filter_map(|manifest| view.manifest_digest(manifest)).collect();
        let label = self.labels.iter().find(|(label, digest)| label.starts_with('#') && digests.contains(digest));
        label.map_or_else(|| short(&view.reference_of(id)), |(label, _)| label.clone())
    }
}

/// A reference as people write it.
pub(crate) fn short(reference: &str) -> String {
    let name = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let name = name.strip_prefix("library/").unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name).to_owned()
}

impl Line {
    fn read(label: &str, text: &str) -> Self {
        let (layers, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut line = Self { label: label.to_owned(), ..Self::default() };
        line.platform = "linux/amd64".parse().ok();
        line.layers = layers.split(',').filter(|layer| *layer != "-").map(str::to_owned).collect();
        let words = match rest.trim().strip_prefix('(') {
            Some(rest) => {
                let (steps, words) = rest.split_once(')').unwrap();
                line.steps = steps.split_whitespace().map(step).collect();
                words
            }
            None => {
                let bare = |layer: &String| layer.split('/').next().unwrap_or_default().to_owned();
                line.steps = line.layers.iter().map(|layer| step(&format!("{}@1", bare(layer)))).collect();
                rest
            }
        };
        for word in words.split_whitespace() {
            match word.split_once('=') {
                Some((key, value)) => _ = line.values.insert(key.to_owned(), value.to_owned()),
                None if word == "no-platform" => line.platform = None,
                None if word.contains('/') => line.platform = Some(word.parse().unwrap_or_else(|e| panic!("{e}"))),
                None => line.flags.push(word.to_owned()),
            }
        }
        line
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }

    fn descriptors(&self) -> Vec<LayerDescriptor> {
        let count = self.layers.len() - usize::from(self.has("short"));
        let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
        let one = |text: &String| LayerDescriptor {
            digest: layer(text).1,
            size: Some(text.len() as u64),
            media_type: format!("{media_type}{}", if text.ends_with('~') { "+encrypted" } else { "" }),
        };
        self.layers.iter().take(count).map(one).collect()
    }
}

/// One step of the notation.
fn step(text: &str) -> HistoryEntry {
    let spaces = |text: &str| text.replace('_', " ");
    let (text, comment) = match text.split_once('%') {
        Some((text, comment)) => (text, Some(spaces(comment))),
        None => (text, None),
    };
    let (text, seconds) = match text.rsplit_once('@') {
        Some((text, seconds)) => (text, Some(seconds.parse().unwrap())),
        None => (text, None),
    };
    let (text, empty) = text.strip_prefix('-').map_or((text, false), |text| (text, true));
    HistoryEntry {
        created: seconds.map(|seconds| Timestamp { seconds, nanos: 0 }),
        created_by: spaces(text),
        author: None,
        comment,
        empty,
    }
}

/// An answer as text, one line per kind of thing said:
///
/// ```text
/// on alpine:3.21 exact, 1 layers, 1 steps, official, before dude/dude
/// same X same-build
/// shares 2 with Y, 1 scattered with Z
/// declared debian:12 not_indexed
/// none nothing_shared
/// ```
pub(crate) fn tell(world: &World, view: &View, resolution: &Resolution) -> String {
    let call = |id: &ImageId| world.call(view, *id);
    let mut lines = Vec::new();
    match &resolution.parent {
        Ok(parent) => {
            let (comparison, layers) = (parent.comparison, parent.layers);
            let agreement = comparison.agreement.as_str();
            let mut line =
                format!("on {} {agreement}, {layers} layers, {} steps", call(&parent.image), comparison.steps);
            if let Some(reason) = parent.ranked_by {
                let others: Vec<String> = parent.equal.iter().skip(1).map(call).collect();
                line += &format!(", {} before {}", word(&reason), others.join(" "));
            }
            lines.push(line);
        }
        Err(why) => lines.push(format!("none {}", word(&why.code))),
    }
    let same = resolution.identical.iter().map(|same| format!("same {} {}", call(&same.image), word(&same.relation)));
    lines.extend(same);
    let shares = resolution.sharing.iter().map(|sharing| {
        let scattered = if sharing.prefix { "" } else { " scattered" };
        format!("shares {}{scattered} with {}", sharing.layers, call(&sharing.image))
    });
    lines.extend(shares);
    let declared = resolution.declared.iter().map(|base| {
        let source = word(&base.declared.source);
        let name = base.declared.name.as_deref().unwrap_or("a digest");
        let same = base.same_name.as_deref().map(|same| format!(", as {}", short(same))).unwrap_or_default();
        format!("declared {source} {name} {}{same}", word(&base.verdict))
    });
    lines.extend(declared);
    lines.join("\n")
}

/// The word JSON has for a value.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// Resolves a label of the world, or any image in its notation.
pub(crate) fn answer(world: &World, view: &View, query: &str) -> Resolution {
    if world.labels.contains_key(query) {
        let id = world.find(view, query);
        let image = view.load(id, view.find_manifest(world.digest(query))).unwrap();
        return resolve::resolve(view, Subject { image: &image, known: Some(id) });
    }
    resolve::resolve(view, Subject { image: &world.ask(query), known: None })
}
