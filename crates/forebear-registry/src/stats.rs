//! What was sent to one registry, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// `/v2/`
    Ping,
    /// `/v2/_catalog`
    Catalog,
    /// `/v2/<name>/tags/list`
    Tags,
    /// `HEAD /v2/<name>/manifests/<reference>`
    ManifestHead,
    /// `GET /v2/<name>/manifests/<reference>`
    ManifestGet,
    /// `/v2/<name>/blobs/<digest>` of a config
    Config,
    /// `/v2/<name>/blobs/<digest>` of a layer, or of a statement
    Blob,
    /// A token, wherever it is given out
    Token,
    /// A page of a namespace's repositories, of Docker Hub's web API
    Namespace,
}

impl RequestKind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Ping,
        Self::Catalog,
        Self::Tags,
        Self::ManifestHead,
        Self::ManifestGet,
        Self::Config,
        Self::Blob,
        Self::Token,
        Self::Namespace,
    ];
    pub(crate) const COUNT: usize = Self::ALL.len();
}

/// A snapshot of the counters of a [`crate::HostState`]. Requests count every
/// try, so a retry counts twice: they are what the registry saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// GETs of `/v2/`.
    pub ping: u64,
    /// GETs of catalog pages.
    pub catalog: u64,
    /// GETs of tag list pages.
    pub tags: u64,
    /// HEADs of manifests.
    pub manifest_head: u64,
    /// GETs of manifests.
    pub manifest_get: u64,
    /// GETs of configs.
    pub config: u64,
    /// GETs of blobs that are no configs: layers and statements.
    pub blob: u64,
    /// Requests for tokens, to wherever the registry says they are given out.
    pub token: u64,
    /// GETs of pages of Docker Hub's web API.
    pub namespace: u64,
    /// Requests that followed a redirect, wherever it led. Those to the same
    /// host are counted by what they are about too.
    pub redirects: u64,
    /// Requests sent again after a passing failure.
    pub retries: u64,
    /// GETs of manifests that were asked for because HEAD was refused
    /// ([`crate::Registry::resolve_tag`]), each once: they are among
    /// `manifest_get`, and each is a pull.
    pub head_refused: u64,
    /// Times that sending stopped because the registry asked for a pause.
    pub holds: u64,
    /// Answers that were a limit: those with status 429, and others that said so.
    pub limited: u64,
    /// Bytes of bodies received, headers not counted.
    pub bytes_received: u64,
}

impl Statistics {
    /// Both together: of several hosts that stand for one registry.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            ping: self.ping + other.ping,
            catalog: self.catalog + other.catalog,
            tags: self.tags + other.tags,
            manifest_head: self.manifest_head + other.manifest_head,
            manifest_get: self.manifest_get + other.manifest_get,
            config: self.config + other.config,
            blob: self.blob + other.blob,
            token: self.token + other.token,
            namespace: self.namespace + other.namespace,
            redirects: self.redirects + other.redirects,
            retries: self.retries + other.retries,
            head_refused: self.head_refused + other.head_refused,
            holds: self.holds + other.holds,
            limited: self.limited + other.limited,
            bytes_received: self.bytes_received + other.bytes_received,
        }
    }

    /// All requests to the registry itself, those that followed a redirect to
    /// it among them; redirects to elsewhere, tokens and the web API apart.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.ping + self.catalog + self.tags + self.manifest_head + self.manifest_get + self.config + self.blob
    }
}

/// The live counters. Relaxed order: they are read for reports, never to
/// decide anything.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    ping: AtomicU64,
    catalog: AtomicU64,
    tags: AtomicU64,
    manifest_head: AtomicU64,
    manifest_get: AtomicU64,
    config: AtomicU64,
    blob: AtomicU64,
    token: AtomicU64,
    namespace: AtomicU64,
    pub(crate) redirects: AtomicU64,
    pub(crate) retries: AtomicU64,
    head_refused: AtomicU64,
    pub(crate) holds: AtomicU64,
    pub(crate) limited: AtomicU64,
    pub(crate) bytes_received: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

impl Counters {
    pub(crate) fn sent(&self, kind: RequestKind) {
        let counter = match kind {
            RequestKind::Ping => &self.ping,
            RequestKind::Catalog => &self.catalog,
            RequestKind::Tags => &self.tags,
            RequestKind::ManifestHead => &self.manifest_head,
            RequestKind::ManifestGet => &self.manifest_get,
            RequestKind::Config => &self.config,
            RequestKind::Blob => &self.blob,
            RequestKind::Token => &self.token,
            RequestKind::Namespace => &self.namespace,
        };
        add(counter, 1);
    }

    /// A GET is asked for in place of a HEAD.
    pub(crate) fn head_refused(&self) {
        add(&self.head_refused, 1);
    }

    pub(crate) fn snapshot(&self) -> Statistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Statistics {
            ping: read(&self.ping),
            catalog: read(&self.catalog),
            tags: read(&self.tags),
            manifest_head: read(&self.manifest_head),
            manifest_get: read(&self.manifest_get),
            config: read(&self.config),
            blob: read(&self.blob),
            token: read(&self.token),
            namespace: read(&self.namespace),
            redirects: read(&self.redirects),
            retries: read(&self.retries),
            head_refused: read(&self.head_refused),
            holds: read(&self.holds),
            limited: read(&self.limited),
            bytes_received: read(&self.bytes_received),
        }
    }
}
