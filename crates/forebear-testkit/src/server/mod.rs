//! A registry on a loopback port that serves a [`World`], in good order or
//! with scripted faults, and remembers every request.
//!
//! It speaks the pull half of the distribution API: `/v2/`, the catalog, tags,
//! manifests and blobs. It runs on a thread of its own, so that tests without
//! a runtime and whole processes can talk to it.

mod answer;
mod api;
mod auth;
mod body;
mod fault;
mod listen;
mod meter;
mod options;
mod paging;
mod perform;
mod quota;
mod recorded;
mod route;
mod shared;
mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use fault::{Fault, Matcher, Times};
pub use options::{Bearer, Catalog, Options, Quota};
pub use recorded::Recorded;

use crate::server::shared::Shared;
use crate::sure::Sure as _;
use crate::world::World;

/// A running registry; it stops when dropped, with every connection.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `world` on a free loopback port.
    ///
    /// # Panics
    /// When no loopback port can be had.
    #[must_use]
    pub fn start(world: World) -> Self {
        Self::start_with(world, Options::default())
    }

    /// Serves `world` as `options` say.
    ///
    /// # Panics
    /// When the port cannot be had.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a caller writes Options { … } in place")]
    pub fn start_with(world: World, options: Options) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port)).sure("listening on a loopback port");
        let addr = listener.local_addr().sure("reading the port");
        let shared = Arc::new(Shared::new(addr, world, options.clone()));
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name(format!("registry-{}", addr.port()))
            .spawn(move || listen::serve(listener, &served, stopped))
            .sure("starting the registry's thread");
        Self { addr, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `127.0.0.1:PORT`, as a reference names its registry.
    #[must_use]
    pub fn host(&self) -> String {
        self.addr.to_string()
    }

    /// Every request so far, in order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.log.snapshot()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.log.clear();
    }

    /// Changes the world while it is served.
    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.shared.world())
    }

    /// Changes the options while it runs; the port stays.
    pub fn options<T>(&self, change: impl FnOnce(&mut Options) -> T) -> T {
        change(&mut self.shared.options())
    }

    /// Answers requests that match with a fault. Of several that match, the
    /// one added first answers until it is used up.
    pub fn fault(&self, matcher: Matcher, fault: Fault, times: Times) {
        self.shared.faults().push(matcher, fault, times);
    }

    /// Ends all tokens that were handed out.
    pub fn expire_tokens(&self) {
        self.shared.tokens().expire();
    }

    /// Answers every request in good order again.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Changes the world when this path is POSTed to, so that another process
    /// can ask for it.
    pub fn on_post(&self, path: &str, change: impl Fn(&mut World) + Send + 'static) {
        self.shared.posts().insert(path.to_owned(), Box::new(change));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was reported by the thread itself.
            drop(thread.join());
        }
    }
}
