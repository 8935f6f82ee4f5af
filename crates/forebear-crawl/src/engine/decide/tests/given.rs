//! What the tables begin with. Everything that has a digest goes by a word: its
//! digest is that of the word.

use forebear_facts::TagObservation;
use forebear_image::attestation::Claim;
use forebear_image::{
    BlobDigest, ChildManifest, ConfigDigest, Digest, ImageManifest, LayerDescriptor, ManifestDigest, ManifestFacts,
    Platform, RepositoryName, Timestamp, config,
};
use forebear_store::{Depth, Failure, FailureKind, NewConfig, NewDocument, NewManifest, StoredConfig, Subject, Task};

use crate::engine::children::Children;
use crate::engine::context::Context;
use crate::engine::decide::decide;
use crate::engine::effects::Effects;
use crate::engine::frontier::Frontier;
use crate::engine::known::{Known, LookedUp, OpenTags};
use crate::engine::outcome::Outcome;
use crate::selection::{Selection, SelectionSpec};

/// The run's number and time.
pub(super) const RUN: u64 = 7;
pub(super) const NOW: i64 = 1_000;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

pub(super) fn digest(word: &str) -> ManifestDigest {
    ManifestDigest::of(word.as_bytes())
}

pub(super) fn config_digest(word: &str) -> ConfigDigest {
    ConfigDigest(Digest::sha256(word.as_bytes()))
}

pub(super) fn repository(path: &str) -> RepositoryName {
    RepositoryName::new(&"r.example".parse().unwrap(), path).unwrap()
}

pub(super) fn app() -> RepositoryName {
    repository("acme/app")
}

pub(super) fn tag(tag: &str) -> Task {
    Task::Tag { repository: app(), tag: tag.to_owned() }
}

pub(super) fn manifest(word: &str, depth: u8) -> Task {
    Task::Manifest { digest: digest(word), repository: app(), depth: Depth::inside(depth), tag: None }
}

pub(super) fn configuration(word: &str) -> Task {
    Task::Config { digest: config_digest(word), repository: app() }
}

pub(super) fn attestation(word: &str, subject: &str) -> Task {
    Task::Attestation { digest: digest(word), repository: app(), subject: digest(subject) }
}

/// A HEAD's answer.
pub(super) fn leads_to(word: &str) -> Outcome {
    Outcome::Tag { digest: digest(word), manifest: None, by_tag_only: false }
}

pub(super) fn image(config: &str) -> ManifestFacts {
    let layer = LayerDescriptor { digest: BlobDigest(Digest::sha256(b"layer")), size: None, media_type: String::new() };
    ManifestFacts::Image(ImageManifest {
        media_type: String::new(),
        config: config_digest(config),
        config_size: 1,
        layers: vec![layer],
        annotations: Default::default(),
        odd: Vec::new(),
    })
}

/// Entries as `word` or `word/platform`; `word!subject` is an attestation.
pub(super) fn index(entries: &[&str]) -> ManifestFacts {
    let entry = |text: &&str| {
        let (word, platform) = text.split_once('/').map_or((*text, None), |(word, platform)| (word, Some(platform)));
        let (word, subject) = word.split_once('!').map_or((word, None), |(word, subject)| (word, Some(subject)));
        let mut annotations = std::collections::BTreeMap::new();
        if let Some(subject) = subject {
            annotations.insert("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned());
            annotations.insert("vnd.docker.reference.digest".to_owned(), digest(subject).to_string());
        }
        let platform = platform.map(|architecture| format!("linux/{architecture}").parse().unwrap());
        ChildManifest { platform, annotations, ..ChildManifest::of(digest(word)) }
    };
    let children = entries.iter().map(entry).collect();
    ManifestFacts::Index {
        media_type: String::new(),
        artifact_type: None,
        children,
        annotations: Default::default(),
        odd: Vec::new(),
    }
}

pub(super) fn schema1() -> ManifestFacts {
    ManifestFacts::Schema1 { layers: Vec::new(), config: Box::default() }
}

pub(super) fn artifact() -> ManifestFacts {
    ManifestFacts::Artifact { artifact_type: "chart".to_owned() }
}

pub(super) fn statement(subjects: &[&str]) -> ManifestFacts {
    let subjects = subjects.iter().map(|subject| digest(subject)).collect();
    ManifestFacts::Attestation { subjects, materials: Vec::new() }
}

pub(super) fn new(word: &str, facts: ManifestFacts) -> NewManifest {
    NewManifest { digest: digest(word), document: Vec::new(), facts }
}

pub(super) fn fetched(word: &str, facts: ManifestFacts) -> Outcome {
    Outcome::Manifest(Box::new(new(word, facts)))
}

pub(super) fn attested(word: &str, facts: ManifestFacts) -> Outcome {
    let statement = NewDocument { digest: Digest::sha256(b"statement"), document: Vec::new() };
    Outcome::Attestation(Box::new(new(word, facts)), Some(statement))
}

pub(super) fn configured(word: &str, architecture: &str) -> Outcome {
    let facts = config::parse(format!(r#"{{"os":"linux","architecture":"{architecture}"}}"#).as_bytes()).unwrap();
    Outcome::Config(Box::new(NewConfig { digest: config_digest(word), document: Vec::new(), facts }))
}

pub(super) fn failed(kind: FailureKind) -> Outcome {
    Outcome::Failed { kind, message: "it stalls".to_owned() }
}

/// An observation of `acme/app`.
pub(super) fn seen(tag: &str, word: &str, first: i64, last: i64, ended: bool) -> TagObservation {
    let (first_seen, last_seen) = (at(first), at(last));
    TagObservation { repository: app(), tag: tag.to_owned(), first_seen, last_seen, digest: digest(word), ended }
}

pub(super) fn selection(spec: SelectionSpec) -> Selection {
    Selection::of(&"r.example".parse().unwrap(), spec).unwrap()
}

/// A run, and what it knows: nothing but what the methods say.
pub(super) struct Place {
    pub context: Context,
    pub frontier: Frontier,
    pub stored: LookedUp,
}

impl Default for Place {
    fn default() -> Self {
        Self::of(SelectionSpec::default())
    }
}

impl Place {
    pub(super) fn of(spec: SelectionSpec) -> Self {
        let context = Context {
            selection: selection(spec),
            registry: "http://registry/".to_owned(),
            stored_as: "r.example".parse().unwrap(),
            run: RUN,
            now: at(NOW),
            begun: at(NOW),
            retry_failed: false,
            resumed: false,
        };
        // As after the first look into the store, which had nothing to do.
        Self { context, frontier: Frontier::empty(), stored: LookedUp::default() }
    }

    pub(super) fn amd64() -> Self {
        Self::of(SelectionSpec { platforms: vec!["linux/amd64".parse().unwrap()], ..SelectionSpec::default() })
    }

    pub(super) fn provenance() -> Self {
        Self::of(SelectionSpec { provenance: true, ..SelectionSpec::default() })
    }

    pub(super) fn resumed(mut self) -> Self {
        self.context.resumed = true;
        self
    }

    pub(super) fn retries(mut self) -> Self {
        self.context.retry_failed = true;
        self
    }

    /// The tag was looked up, with this as its latest observation.
    pub(super) fn last(mut self, tag: &str, last: Option<TagObservation>) -> Self {
        self.stored.tags.entry(app()).or_default().insert(tag.to_owned(), last);
        self
    }

    pub(super) fn stored(mut self, word: &str, facts: &ManifestFacts) -> Self {
        self.stored.manifests.insert(digest(word), Some(Children::of(facts, &self.context.selection)));
        self
    }

    pub(super) fn absent(mut self, words: &[&str]) -> Self {
        self.stored.manifests.extend(words.iter().map(|word| (digest(word), None)));
        self
    }

    /// This run has found the tag absent.
    pub(super) fn not_there(mut self, tag: &str) -> Self {
        self.stored.absent.entry(app()).or_default().insert(tag.to_owned());
        self
    }

    pub(super) fn config(mut self, word: &str, architecture: Option<&str>) -> Self {
        let platform = |text: &str| -> Platform { format!("linux/{text}").parse().unwrap() };
        let stored = architecture.map(|text| StoredConfig { platform: Some(platform(text)) });
        self.stored.configs.insert(config_digest(word), stored);
        self
    }

    pub(super) fn active(mut self, task: Task) -> Self {
        self.frontier.push(&task);
        self
    }

    /// The run has it to do, of another repository.
    pub(super) fn active_elsewhere(self, task: Task) -> Self {
        let other = repository("acme/other");
        self.active(match task {
            Task::Manifest { digest, depth, tag, .. } => Task::Manifest { digest, repository: other, depth, tag },
            Task::Config { digest, .. } => Task::Config { digest, repository: other },
            Task::Attestation { digest, subject, .. } => Task::Attestation { digest, repository: other, subject },
            other => panic!("{other:?} is of one repository"),
        })
    }

    pub(super) fn pending(mut self, task: &Task) -> Self {
        self.stored.pending.insert((task.stage(), task.identity()));
        self
    }

    /// The subject failed in that run; `next` is when it is tried again.
    pub(super) fn fails(mut self, subject: &str, run: u64, next: Option<i64>) -> Self {
        let subject = Subject::from(subject.to_owned());
        let why = (FailureKind::Timeout, "it stalls");
        let mut failure = Failure::new(subject.clone(), "http://registry/", why, (run, at(0)));
        failure.next_try = next.map(at);
        failure.parked = next.is_none().then(|| "ten runs".to_owned());
        self.stored.failures.insert(subject, failure);
        self
    }

    pub(super) fn walked(mut self, path: &str) -> Self {
        self.stored.walked.insert(repository(path));
        self
    }

    pub(super) fn on_record(mut self, paths: &[(&str, bool)]) -> Self {
        for (path, populated) in paths {
            self.stored.on_record.push(repository(path));
            self.stored.populated.extend(populated.then(|| repository(path)));
        }
        self
    }

    /// Open observations of `acme/app`, up to `last` or to the end.
    pub(super) fn open(mut self, tags: &[TagObservation], after: Option<&str>, last: Option<&str>) -> Self {
        let tags = tags.iter().map(|open| (open.tag.clone(), open.clone())).collect();
        let own = |text: Option<&str>| text.map(str::to_owned);
        self.stored.open.insert(app(), OpenTags { tags, after: own(after), last: own(last) });
        self
    }

    /// Decides on outcomes of one chunk, one after the other.
    pub(super) fn decide(self, chunk: Vec<(Task, Outcome)>) -> Vec<(Task, Effects)> {
        let mut known = Known::new(self.stored, &self.frontier);
        let mut decided = Vec::new();
        for (task, outcome) in chunk {
            let mut effects = decide(&task, outcome, &known, &self.context);
            known.learn(&mut effects, &self.context.selection);
            decided.push((task, effects));
        }
        decided
    }
}

pub(super) fn claim(attestation: &str, subject: &str) -> Claim {
    Claim { attestation: digest(attestation), subject: digest(subject) }
}
