//! Writing a world's rows.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use forebear_facts::rows::{BlobRecord, ChildRecord, ConfigHead, Key, ManifestHead, NONE, StepRecord, VERSION, kind};
use forebear_image::Digest;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{I64, U32, U64};

use super::records::{ObservationHead, Span, TextHead, Time};
use super::{MAGIC, SECTIONS, Section};
use crate::scale::World;
use crate::scale::image::Made;
use crate::scale::manifests::{BlobName, Item};
use crate::scale::settings::{declares_by_annotation, declares_by_label};
use crate::scale::texts::TextRef;

/// Writes all rows of a world into a new file.
///
/// # Errors
/// When the file cannot be written.
pub fn write(world: &World, path: &Path) -> io::Result<()> {
    let mut to = Writer {
        world,
        file: BufWriter::with_capacity(1 << 20, File::create(path)?),
        at: 0,
        spans: [Span { begin: U64::new(0), end: U64::new(0) }; SECTIONS],
        row: Vec::new(),
        made: Made::default(),
        texts: Numbers { ids: HashMap::new(), by_text: HashMap::new(), all: Vec::new() },
        other_digests: BTreeMap::new(),
    };
    to.put(MAGIC)?;
    to.put(&VERSION.to_le_bytes())?;
    to.section(Section::Configs, Writer::configs)?;
    to.section(Section::Manifests, Writer::manifests)?;
    // Only now are all of these known.
    to.section(Section::Texts, Writer::texts)?;
    to.section(Section::OtherDigests, Writer::other_digests)?;
    to.section(Section::Observations, Writer::observations)?;
    to.section(Section::Repositories, Writer::repositories)?;
    let spans = to.spans;
    to.put(spans.as_bytes())?;
    to.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

struct Writer<'a> {
    world: &'a World,
    file: BufWriter<File>,
    at: u64,
    spans: [Span; SECTIONS],
    row: Vec<u8>,
    made: Made,
    texts: Numbers,
    other_digests: BTreeMap<Key, String>,
}

/// Numbers of texts, in the order in which they are met.
struct Numbers {
    ids: HashMap<TextRef, u32>,
    /// The same text may have several names. Of its SHA-256, half.
    by_text: HashMap<u128, u32>,
    /// By number: SHA-256, number when trimmed, name.
    all: Vec<(Key, u32, TextRef)>,
}

impl Numbers {
    fn id(&mut self, world: &World, named: TextRef) -> u32 {
        if named == TextRef::NONE {
            return NONE;
        }
        if let Some(id) = self.ids.get(&named) {
            return *id;
        }
        let text = world.text(named);
        let key = Digest::sha256(text.as_bytes()).key();
        let half = u128::from_le_bytes(key.first_chunk().copied().unwrap_or_default());
        let next = self.all.len() as u32;
        let id = *self.by_text.entry(half).or_insert(next);
        self.ids.insert(named, id);
        if id == next {
            self.all.push((key, id, named));
            if text.trim() != text {
                let trimmed = self.id(world, named.trimmed());
                if let Some(own) = self.all.get_mut(id as usize) {
                    own.1 = trimmed;
                }
            }
        }
        id
    }
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.at += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    fn section(&mut self, section: Section, rows: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        let begin = U64::new(self.at);
        rows(self)?;
        if let Some(span) = self.spans.get_mut(section as usize) {
            *span = Span { begin, end: U64::new(self.at) };
        }
        Ok(())
    }

    /// Writes the row that was put together.
    fn end_row(&mut self) -> io::Result<()> {
        let length = self.row.len() as u32;
        self.at += 4 + u64::from(length);
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&self.row)?;
        self.row.clear();
        Ok(())
    }

    fn add(&mut self, record: &(impl IntoBytes + zerocopy::Immutable)) {
        self.row.extend_from_slice(record.as_bytes());
    }

    fn text(&mut self, named: TextRef) -> U32 {
        U32::new(self.texts.id(self.world, named))
    }

    fn configs(&mut self) -> io::Result<()> {
        let world = self.world;
        let mut made = std::mem::take(&mut self.made);
        for number in 0..world.image_count() {
            let birth = world.configs.forward(number);
            if world.is_unread(birth) {
                continue;
            }
            let spot = world.make(birth, &mut made);
            let declares = declares_by_label(&spot.app);
            let head = ConfigHead {
                platform: self.text(TextRef::platform(spot.platform)),
                runtime: self.text(TextRef::runtime(spot.app.id)),
                created_seconds: I64::new(made.created),
                created_nanos: U32::new(0),
                diff_ids: U32::new(made.layers.len() as u32),
                steps: U32::new(made.steps.len() as u32),
                declared: U32::new(u32::from(declares)),
            };
            self.add(&world.config_digest(number));
            self.add(&head);
            self.row.extend_from_slice(made.layers.as_bytes());
            for step in &made.steps {
                let (text, comment) = (self.text(step.text).get(), self.text(step.comment).get());
                self.add(&StepRecord::new(text, comment, step.created, step.empty));
            }
            if declares {
                let said = self.text(TextRef::label(spot.app.id));
                self.add(&said);
            }
            self.end_row()?;
        }
        self.made = made;
        Ok(())
    }

    fn manifests(&mut self) -> io::Result<()> {
        for slot in 0..self.world.manifest_count() {
            self.add(&self.world.manifest_digest(slot));
            match self.world.item(slot) {
                Item::Image(birth) => self.image(birth, None),
                Item::Copy(birth) => self.image(birth, Some(birth)),
                Item::Index(index) => self.index(index),
            }
            self.end_row()?;
        }
        Ok(())
    }

    fn image(&mut self, birth: u32, copy: Option<u32>) {
        let world = self.world;
        let mut made = std::mem::take(&mut self.made);
        let app = world.make(birth, &mut made).app;
        let declares = declares_by_annotation(&app);
        let head = ManifestHead {
            kind: U32::new(kind::IMAGE),
            media_type: self.text(TextRef::manifest(app.is_oci())),
            declared: self.text(if declares { TextRef::annotation(app.id) } else { TextRef::NONE }),
            config: world.image_config(birth),
            blobs: U32::new(made.layers.len() as u32),
            children: U32::new(0),
            claims: U32::new(0),
            materials: U32::new(0),
        };
        self.add(&head);
        // Only layers have a type: a manifest without any names none.
        for diff_id in &made.layers {
            let media_type = self.text(TextRef::layer(app.is_oci()));
            let blob = world.blob(diff_id, copy);
            let digest = match blob.digest {
                BlobName::Sha256(key) => key,
                BlobName::Sha512(long) => {
                    let digest = Digest::Sha512(long);
                    self.other_digests.insert(digest.key(), digest.to_string());
                    digest.key()
                }
            };
            self.add(&BlobRecord { digest, size: U64::new(blob.size), media_type });
        }
        self.made = made;
    }

    fn index(&mut self, index: u32) {
        let world = self.world;
        let (app, listed) = world.listed(index);
        let head = ManifestHead {
            kind: U32::new(kind::INDEX),
            media_type: self.text(TextRef::index(app.is_oci())),
            declared: U32::new(NONE),
            config: [0; 32],
            blobs: U32::new(0),
            children: U32::new(listed.len() as u32),
            claims: U32::new(0),
            materials: U32::new(0),
        };
        self.add(&head);
        for (birth, bit) in listed {
            let platform = self.text(TextRef::platform(bit));
            let digest = world.image_manifest(birth);
            self.add(&ChildRecord { digest, platform, declared: U32::new(NONE), artifact: U32::new(NONE) });
        }
    }

    fn texts(&mut self) -> io::Result<()> {
        let all = std::mem::take(&mut self.texts.all);
        let mut order: Vec<u32> = (0..all.len() as u32).collect();
        let key = |id: &u32| all.get(*id as usize).map(|(key, ..)| *key).unwrap_or_default();
        order.sort_unstable_by_key(key);
        for id in order {
            let Some((key, trimmed, named)) = all.get(id as usize) else { continue };
            self.add(&TextHead { key: *key, id: U32::new(id), trimmed: U32::new(*trimmed) });
            self.row.extend_from_slice(self.world.text(*named).as_bytes());
            self.end_row()?;
        }
        Ok(())
    }

    fn other_digests(&mut self) -> io::Result<()> {
        for (key, text) in std::mem::take(&mut self.other_digests) {
            self.add(&key);
            self.row.extend_from_slice(text.as_bytes());
            self.end_row()?;
        }
        Ok(())
    }

    fn observations(&mut self) -> io::Result<()> {
        for (name, number, _) in self.world.repositories() {
            for seen in self.world.tags(number) {
                self.add(&ObservationHead {
                    manifest: seen.manifest,
                    first: Time::new(Some(seen.first)),
                    last: Time::new(Some(seen.last)),
                    ended: U32::new(u32::from(seen.ended)),
                    repository: U32::new(name.len() as u32),
                });
                self.row.extend_from_slice(name.as_bytes());
                self.row.extend_from_slice(seen.tag.as_bytes());
                self.end_row()?;
            }
        }
        Ok(())
    }

    fn repositories(&mut self) -> io::Result<()> {
        for (name, _, facts) in self.world.repositories() {
            self.add(&Time::new(facts.complete_at));
            self.row.extend_from_slice(name.as_bytes());
            self.end_row()?;
        }
        Ok(())
    }
}
