//! A registry that stops answering in the middle of a run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebear_crawl::{CrawlOptions, NoProgress, RunReport, Selection, SelectionSpec, Stop, crawl};
use forebear_registry::{Registry, RegistryOptions};
use forebear_store::{LocalStore, Store};
use forebear_testkit::{Server, World};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::harness::{NIGHT, at, image};

/// Crawls a registry that is gone after so many manifests were asked for.
fn crawl_until(gone_after: usize, tags: usize, store: &Arc<dyn Store>) -> RunReport {
    let mut world = World::new();
    for tag in 0..tags {
        world.push(&format!("acme/app:{tag}"), &image(&format!("app {tag}"), "linux/amd64"));
    }
    let server = Server::start(world);
    let mut options = RegistryOptions::new(server.host().parse().expect("a host"));
    options.retries = 1;
    options.first_backoff = Duration::from_millis(1);
    options.concurrency = 4;
    options.name_as = Some("r.example".parse().expect("a name"));
    let server = Mutex::new(Some(server));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let registry = Registry::new(options).expect("a registry");
        let selection = Selection::of(registry.name(), SelectionSpec::default()).expect("a selection");
        let (_sender, stop) = watch::channel(false);
        let killed = async {
            let asked = |server: &Option<Server>| {
                let requests = server.as_ref().map(Server::requests).unwrap_or_default();
                requests.iter().filter(|request| request.path.contains("/manifests/")).count()
            };
            while asked(&server.lock().expect("a lock")) < gone_after {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let server = server.lock().expect("a lock").take();
            tokio::task::spawn_blocking(move || drop(server)).await.expect("stopped");
            std::future::pending().await
        };
        let options = CrawlOptions::new(&selection, at(NIGHT), stop, &NoProgress);
        tokio::select! {
            report = crawl(Arc::clone(store), &registry, options) => report.expect("the crawl can be made"),
            never = killed => never,
        }
    })
}

/// Nothing of it failed, and all of it is still to be done.
#[test]
fn p583_a_registry_that_is_gone_stops_the_run() {
    let folder = TempDir::new().expect("a folder");
    let store: Arc<dyn Store> = Arc::new(LocalStore::open(folder.path(), 16 << 20).expect("a store"));
    let report = crawl_until(20, 200, &store);
    let Some(Stop::Unreachable { reason, requests }) = &report.stopped else { panic!("{report:?}") };
    assert!(reason.contains("no connection") && reason.contains("/v2/") && *requests > 20, "{report:?}");
    assert_eq!((report.failed(), report.has_left_out()), (0, false), "{report:?}");
    assert!(report.open > 0 && report.tags < 200, "{report:?}");
    assert_eq!(store.failures().expect("the store can be read"), []);
    assert!(store.runs().expect("the store can be read").iter().all(|run| !run.finished));
}
