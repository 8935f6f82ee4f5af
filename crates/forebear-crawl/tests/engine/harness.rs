//! A scripted registry, a store, and crawls from one into the other.

use std::sync::Arc;
use std::time::Duration;

use forebear_crawl::{
    CrawlError, CrawlOptions, NoProgress, OnLimit, RunReport, Selection, SelectionSpec, TagFilter, crawl,
};
use forebear_facts::TagObservation;
use forebear_facts::rows::ObservationRow;
use forebear_image::{Digest, ManifestDigest, RepositoryName, Timestamp};
use forebear_registry::{NamePrefix, Registry, RegistryOptions};
use forebear_store::LocalStore;
use forebear_store::Store;
use forebear_testkit::server::Recorded;
use forebear_testkit::{Image, ImageBuilder, Server, World};
use tempfile::TempDir;
use tokio::sync::watch;

/// The first night; the others follow by the hour or the day.
pub(crate) const NIGHT: i64 = 1_733_022_000;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

/// An image of one layer.
pub(crate) fn image(name: &str, platform: &str) -> Image {
    ImageBuilder::scratch(platform).absent_layers().add_rootfs(name).cmd(&["sh"]).build()
}

/// How one crawl differs from a whole one that begins at [`NIGHT`].
#[derive(Clone)]
pub(crate) struct Night {
    pub(crate) spec: SelectionSpec,
    pub(crate) now: i64,
    pub(crate) on_limit: OnLimit,
    pub(crate) max_duration: Option<Duration>,
    pub(crate) retry_failed: bool,
    pub(crate) ignore_hold: bool,
    pub(crate) retries: u32,
    /// Requests under way at once.
    pub(crate) concurrency: usize,
    /// What is taken off the names of repositories.
    pub(crate) strip_prefix: Option<NamePrefix>,
    /// The longest hold that the client sleeps through itself.
    pub(crate) max_hold: Duration,
    /// When it is told to stop.
    pub(crate) stop_after: Option<Duration>,
    /// It is told to stop as soon as this many requests with this text in their path
    /// have arrived.
    pub(crate) stop_at: Option<(&'static str, usize)>,
}

impl Default for Night {
    fn default() -> Self {
        Self {
            spec: SelectionSpec::default(),
            now: NIGHT,
            on_limit: OnLimit::Park,
            max_duration: None,
            retry_failed: false,
            ignore_hold: false,
            retries: 0,
            concurrency: 8,
            strip_prefix: None,
            max_hold: Duration::from_millis(500),
            stop_after: None,
            stop_at: None,
        }
    }
}

impl Night {
    pub(crate) fn at(now: i64) -> Self {
        Self { now, ..Self::default() }
    }

    pub(crate) fn of(spec: SelectionSpec) -> Self {
        Self { spec, ..Self::default() }
    }

    pub(crate) fn tags(filter: TagFilter, max_tags: Option<u32>) -> Self {
        Self::of(SelectionSpec { tags: filter, max_tags, ..SelectionSpec::default() })
    }
}

/// A registry and a store.
pub(crate) struct Place {
    pub(crate) server: Server,
    pub(crate) store: Arc<dyn Store>,
    _folder: Option<TempDir>,
}

impl Place {
    pub(crate) fn new(world: World) -> Self {
        let folder = TempDir::new().expect("a folder");
        let store = LocalStore::open(folder.path(), 16 << 20).expect("a store");
        Self { server: Server::start(world), store: Arc::new(store), _folder: Some(folder) }
    }

    /// A registry before a store that is there.
    pub(crate) fn over(world: World, store: Arc<dyn Store>) -> Self {
        Self { server: Server::start(world), store, _folder: None }
    }

    /// The same store before another registry that is stored under its name.
    pub(crate) fn beside(self, world: World) -> Self {
        Self { server: Server::start(world), ..self }
    }

    pub(crate) fn try_crawl(&self, night: &Night) -> Result<RunReport, CrawlError> {
        let mut options = RegistryOptions::new(self.server.host().parse().expect("a host"));
        options.retries = night.retries;
        options.first_backoff = Duration::from_millis(10);
        options.max_hold = night.max_hold;
        options.name_as = Some("r.example".parse().expect("a name"));
        options.concurrency = night.concurrency;
        options.strip_prefix.clone_from(&night.strip_prefix);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let registry = Registry::new(options).expect("a registry");
            let selection = Selection::below(night.strip_prefix.as_ref(), registry.name(), night.spec.clone());
            let selection = selection.expect("a selection");
            let (sender, stop) = watch::channel(false);
            let told = async {
                match (night.stop_after, night.stop_at) {
                    (Some(after), _) => tokio::time::sleep(after).await,
                    (None, Some((part, count))) => {
                        let is_one = |request: &&Recorded| request.path.contains(part);
                        while self.server.requests().iter().filter(is_one).count() < count {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                    }
                    (None, None) => std::future::pending().await,
                }
                _ = sender.send(true);
                std::future::pending().await
            };
            let mut options = CrawlOptions::new(&selection, at(night.now), stop, &NoProgress);
            options.on_limit = night.on_limit;
            options.max_duration = night.max_duration;
            options.retry_failed = night.retry_failed;
            options.ignore_hold = night.ignore_hold;
            tokio::select! {
                report = crawl(Arc::clone(&self.store), &registry, options) => report,
                never = told => never,
            }
        })
    }

    #[track_caller]
    pub(crate) fn crawl(&self, night: &Night) -> RunReport {
        self.try_crawl(night).expect("the crawl can be made")
    }

    /// Method and path of every request since the last look, sorted; pings left
    /// out.
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.server.requests();
        self.server.clear_requests();
        let mut asked: Vec<String> =
            requests.iter().filter(|r| r.path != "/v2/").map(|r| format!("{} {}", r.method, r.path)).collect();
        asked.sort();
        asked
    }

    /// How many requests since the last look contain this.
    pub(crate) fn count(&self, part: &str) -> usize {
        self.asked().iter().filter(|request| request.contains(part)).count()
    }

    pub(crate) fn repository(&self, path: &str) -> RepositoryName {
        RepositoryName::new(&"r.example".parse().expect("a name"), path).expect("a name")
    }

    /// The observations of a tag that are not over.
    pub(crate) fn open(&self, path: &str, tag: &str) -> Option<TagObservation> {
        self.store.open_observation(&self.repository(path), tag).expect("the store can be read")
    }

    /// The open tags of a repository.
    pub(crate) fn tags(&self, path: &str) -> Vec<String> {
        let open = self.store.open_observations(&self.repository(path), None, 1_000).expect("the store can be read");
        open.into_iter().map(|open| open.tag).collect()
    }

    pub(crate) fn has(&self, digest: ManifestDigest) -> bool {
        self.store.manifest(&digest).expect("the store can be read").is_some()
    }

    /// All observations of a tag, oldest first.
    pub(crate) fn story(&self, tag: &str) -> Vec<Seen> {
        let mut all = Vec::new();
        let each = &mut |row: ObservationRow<'_>| {
            if row.tag == tag {
                all.push(Seen {
                    first_seen: row.first_seen,
                    last_seen: row.last_seen,
                    ended: row.ended,
                    digest: ManifestDigest(Digest::Sha256(*row.manifest)),
                });
            }
        };
        self.store.observations(each).expect("the store can be read");
        all
    }
}

/// One stretch of time in which a tag led somewhere.
pub(crate) struct Seen {
    pub(crate) first_seen: Timestamp,
    pub(crate) last_seen: Timestamp,
    pub(crate) ended: bool,
    pub(crate) digest: ManifestDigest,
}
