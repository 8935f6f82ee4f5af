//! Builds an image step by step, as a Dockerfile does.

use std::collections::BTreeMap;

use forebear_image::{Digest, Platform, Timestamp};
use serde_json::{Map, Value, json};

use crate::image::format::Parts;
use crate::image::{Builder, Compression, Format, Image, Layer, LayerContent};
use crate::sure::Sure as _;

/// What the finished config says of its history.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum History {
    /// Every step.
    #[default]
    Full,
    /// `"history": null`.
    Null,
    /// No such field.
    Missing,
    /// Only the steps that made a layer, as kaniko and buildpacks write it.
    WithoutEmpty,
    /// Every step, none with its `created`.
    WithoutCreated,
    /// This, whatever it is.
    Raw(Value),
}

/// A build in progress. Each instruction appends a history entry in the
/// spelling of the chosen [`Builder`], a second or more after the one before,
/// and changes the config as that builder would.
///
/// A layer's content follows from what made it: `ADD` and `COPY` from the
/// source's name, `RUN` and `WORKDIR` from the layers below, the text and the
/// time, so that a rebuild at another time gives other layers and a rebuild at
/// the same time hits the cache. [`ImageBuilder::content`] and
/// [`ImageBuilder::cached`] overrule that for one step.
///
/// ```
/// use forebear_testkit::{Builder, ImageBuilder};
///
/// let alpine = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build();
/// let app = ImageBuilder::from(&alpine).builder(Builder::Legacy).copy("app.py", "/app/").cmd(&["python"]).build();
/// assert_eq!(app.layers[0], alpine.layers[0]);
/// assert_eq!(app.history[..2], alpine.history[..]);
/// ```
#[derive(Clone, Debug)]
pub struct ImageBuilder {
    pub(crate) builder: Builder,
    pub(crate) runtime: Map<String, Value>,
    pub(crate) arguments: Vec<(String, String)>,
    pub(crate) author: Option<String>,
    pub(crate) cmd_is_own: bool,
    platform: Platform,
    /// Seconds since 1970 of the next entry.
    clock: i64,
    created: Option<String>,
    docker_version: Option<String>,
    entries: Vec<Value>,
    layers: Vec<Layer>,
    next_content: Option<LayerContent>,
    next_cached: Option<Layer>,
    next_media_type: Option<String>,
    absent: bool,
    compression: Compression,
    history: History,
    config_fields: Map<String, Value>,
    raw_config: Option<Vec<u8>>,
    parts: Parts,
}

/// 2024-01-01T00:00:00Z, when builds from scratch begin unless told otherwise.
const FIRST_BUILD: i64 = 1_704_067_200;

impl ImageBuilder {
    /// Begins an image with nothing below it, for a platform such as
    /// `linux/arm/v7`.
    ///
    /// # Panics
    /// When the text is no platform.
    #[must_use]
    pub fn scratch(platform: &str) -> Self {
        let platform: Platform = platform.parse().sure("reading a platform");
        Self::empty(platform)
    }

    fn empty(platform: Platform) -> Self {
        Self {
            builder: Builder::default(),
            runtime: Map::new(),
            arguments: Vec::new(),
            author: None,
            cmd_is_own: false,
            platform,
            clock: FIRST_BUILD,
            created: None,
            docker_version: None,
            entries: Vec::new(),
            layers: Vec::new(),
            next_content: None,
            next_cached: None,
            next_media_type: None,
            absent: false,
            compression: Compression::Gzip(6),
            history: History::default(),
            config_fields: Map::new(),
            raw_config: None,
            parts: Parts::default(),
        }
    }

    /// `FROM parent`: copies its layers, history and settings verbatim. Its
    /// `ONBUILD` triggers are dropped, as builders drop them; run them by hand.
    /// Builds an hour after the parent, in OCI or Docker types as the parent.
    #[must_use]
    pub fn from(parent: &Image) -> Self {
        let mut child = Self::copy_of(parent);
        child.clock += 3_600;
        child.runtime.remove("OnBuild");
        child.created = None;
        child.parts.annotations = BTreeMap::new();
        child
    }

    /// Begins with all that `image` is, to change one thing about it.
    #[must_use]
    pub fn copy_of(image: &Image) -> Self {
        let config: Value = serde_json::from_slice(&image.config).unwrap_or_default();
        let text = |key: &str| config.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut copy = Self::empty(image.platform.clone());
        copy.runtime = config.get("config").and_then(Value::as_object).cloned().unwrap_or_default();
        copy.author = text("author");
        copy.created = text("created");
        copy.docker_version = text("docker_version");
        copy.clock =
            text("created").and_then(|created| Timestamp::parse_created(&created)).map_or(FIRST_BUILD, |t| t.seconds);
        copy.entries = config.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
        copy.layers.clone_from(&image.layers);
        copy.builder = if copy.docker_version.is_some() { Builder::Legacy } else { Builder::BuildKit };
        copy.parts = image.parts.clone();
        copy
    }

    /// Spells the steps from here on as this builder does.
    #[must_use]
    pub fn builder(mut self, builder: Builder) -> Self {
        self.builder = builder;
        self
    }

    /// Sets the clock: the next step is created then.
    ///
    /// # Panics
    /// When the text is no RFC 3339 time.
    #[must_use]
    pub fn at(mut self, time: &str) -> Self {
        self.clock = Timestamp::parse(time).sure("reading a time").seconds;
        self
    }

    /// Media types of the manifest.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.parts.format = format;
        self
    }

    /// How layers from here on are compressed.
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Layers from here on are stubs: true digests of nothing, and no blob.
    #[must_use]
    pub fn absent_layers(mut self) -> Self {
        self.absent = true;
        self
    }

    /// What the next layer holds.
    #[must_use]
    pub fn content(mut self, content: LayerContent) -> Self {
        self.next_content = Some(content);
        self
    }

    /// The next layer is this one: a hit in the build cache.
    #[must_use]
    pub fn cached(mut self, layer: &Layer) -> Self {
        self.next_cached = Some(layer.clone());
        self
    }

    /// Media type of the next layer, where it is not the usual one.
    #[must_use]
    pub fn layer_media_type(mut self, media_type: &str) -> Self {
        self.next_media_type = Some(media_type.to_owned());
        self
    }

    /// An annotation of the manifest.
    #[must_use]
    pub fn annotation(mut self, key: &str, value: &str) -> Self {
        self.parts.annotations.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The base annotations that docker-library writes: name and the digest
    /// of the platform's manifest.
    #[must_use]
    pub fn declares_base(self, name: &str, base: &Image) -> Self {
        self.annotation("org.opencontainers.image.base.name", name)
            .annotation("org.opencontainers.image.base.digest", &base.manifest_digest.to_string())
    }

    /// What the finished config says of its history.
    #[must_use]
    pub fn history(mut self, history: History) -> Self {
        self.history = history;
        self
    }

    /// Sets a top-level field of the config, over whatever stood there.
    #[must_use]
    pub fn config_field(mut self, key: &str, value: Value) -> Self {
        self.config_fields.insert(key.to_owned(), value);
        self
    }

    /// Sets a field of the config's `config` object, and records no step.
    #[must_use]
    pub fn setting(mut self, key: &str, value: Value) -> Self {
        self.runtime.insert(key.to_owned(), value);
        self
    }

    /// Replaces the config by these bytes; layers and manifest stay.
    #[must_use]
    pub fn raw_config(mut self, bytes: &[u8]) -> Self {
        self.raw_config = Some(bytes.to_vec());
        self
    }

    /// Media type of the config, where it is not the usual one.
    #[must_use]
    pub fn config_media_type(mut self, media_type: &str) -> Self {
        self.parts.config_media_type = Some(media_type.to_owned());
        self
    }

    /// Sets a top-level field of the manifest, over whatever stood there.
    #[must_use]
    pub fn manifest_field(mut self, key: &str, value: Value) -> Self {
        self.parts.fields.insert(key.to_owned(), value);
        self
    }

    /// A layer that no history entry describes.
    #[must_use]
    pub fn unrecorded_layer(mut self, seed: &str) -> Self {
        self.put_layer(seed);
        self
    }

    /// A history entry written by hand; it brings a layer if `makes_layer`,
    /// whatever the entry itself says.
    #[must_use]
    pub fn raw_step(mut self, entry: Value, makes_layer: bool) -> Self {
        if makes_layer {
            let seed = format!("{} {entry}", self.below());
            self.put_layer(&seed);
        }
        self.entries.push(entry);
        self
    }

    /// A history entry with this text, as it is, and the clock's time.
    #[must_use]
    pub fn step(mut self, created_by: &str, makes_layer: bool) -> Self {
        let time = self.tick(created_by);
        let seed = format!("{} {created_by} {time}", self.below());
        self.push_entry(&time, created_by, makes_layer.then_some(seed), None);
        self
    }

    /// The platform it builds for.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The layer that the last step made.
    #[must_use]
    pub fn top(&self) -> Option<&Layer> {
        self.layers.last()
    }

    /// Finishes the image.
    #[must_use]
    pub fn build(self) -> Image {
        let config = match &self.raw_config {
            Some(bytes) => bytes.clone(),
            None => serde_json::to_vec(&self.config_document()).sure("writing a config"),
        };
        Image::assemble(self.platform, config.into(), self.layers, self.parts)
    }

    fn config_document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("architecture".into(), json!(self.platform.architecture));
        if let Some(author) = &self.author {
            document.insert("author".into(), json!(author));
        }
        document.insert("config".into(), Value::Object(self.runtime.clone()));
        let last = self.entries.last().and_then(|entry| entry.get("created")).cloned();
        let created = self.created.clone().map(Value::String).or(last);
        document.insert("created".into(), created.unwrap_or_else(|| json!(timestamp(self.clock, ""))));
        if let Some(version) = &self.docker_version {
            document.insert("docker_version".into(), json!(version));
        }
        if let Some(history) = self.history_field() {
            document.insert("history".into(), history);
        }
        document.insert("os".into(), json!(self.platform.os));
        if let Some(version) = &self.platform.os_version {
            document.insert("os.version".into(), json!(version));
        }
        let diff_ids: Vec<String> = self.layers.iter().map(|layer| layer.diff_id.to_string()).collect();
        document.insert("rootfs".into(), json!({"type": "layers", "diff_ids": diff_ids}));
        if let Some(variant) = &self.platform.variant {
            document.insert("variant".into(), json!(variant));
        }
        for (key, value) in &self.config_fields {
            document.insert(key.clone(), value.clone());
        }
        document
    }

    fn history_field(&self) -> Option<Value> {
        let empty = |entry: &&Value| entry.get("empty_layer") == Some(&Value::Bool(true));
        match &self.history {
            History::Full => Some(Value::Array(self.entries.clone())),
            History::Null => Some(Value::Null),
            History::Missing => None,
            History::WithoutEmpty => {
                Some(Value::Array(self.entries.iter().filter(|entry| !empty(entry)).cloned().collect()))
            }
            History::WithoutCreated => {
                let mut entries = self.entries.clone();
                for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
                    entry.shift_remove("created");
                }
                Some(Value::Array(entries))
            }
            History::Raw(value) => Some(value.clone()),
        }
    }

    /// The next entry's time, from the clock, with a fraction from its text.
    pub(crate) fn tick(&mut self, text: &str) -> String {
        let time = timestamp(self.clock, text);
        self.clock += 1;
        time
    }

    /// Names the layers so far, for a seed.
    pub(crate) fn below(&self) -> String {
        self.layers.last().map_or_else(|| self.platform.to_string(), |layer| layer.diff_id.to_string())
    }

    pub(crate) fn platform_seed(&self) -> String {
        self.platform.to_string()
    }

    /// Appends an entry, and a layer if it has a seed.
    pub(crate) fn push_entry(&mut self, time: &str, text: &str, seed: Option<String>, comment: Option<&str>) {
        self.created = None;
        self.docker_version = (self.builder == Builder::Legacy).then(|| "20.10.24".to_owned());
        let mut entry = Map::new();
        entry.insert("created".into(), json!(time));
        if let (Builder::Legacy, Some(author)) = (self.builder, &self.author) {
            entry.insert("author".into(), json!(author));
        }
        entry.insert("created_by".into(), json!(text));
        if let Some(comment) = comment {
            entry.insert("comment".into(), json!(comment));
        }
        match seed {
            Some(seed) => self.put_layer(&seed),
            None => {
                entry.insert("empty_layer".into(), json!(true));
            }
        }
        self.entries.push(Value::Object(entry));
    }

    fn put_layer(&mut self, seed: &str) {
        let layer = match (self.next_cached.take(), self.next_content.take()) {
            (Some(layer), _) => layer,
            (None, Some(content)) => Layer::new(&content, self.compression),
            (None, None) if self.absent => Layer::new(&LayerContent::Absent(seed.to_owned()), self.compression),
            (None, None) => Layer::new(&LayerContent::Seed(seed.to_owned()), self.compression),
        };
        self.layers.push(match self.next_media_type.take() {
            Some(media_type) => layer.with_media_type(&media_type),
            None => layer,
        });
    }
}

/// RFC 3339 with nanoseconds that follow from the text.
fn timestamp(seconds: i64, text: &str) -> String {
    let digest = Digest::sha256(format!("{seconds} {text}").as_bytes());
    let nanos = digest.as_bytes().iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte)) % 1_000_000_000;
    Timestamp { seconds, nanos }.to_string()
}
