//! What the registry remembers of a request.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::request::Parts;

/// One request, and what became of it so far.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// `GET`, `HEAD`, …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// When its head had been read.
    pub arrival: Instant,
    /// Which connection it came on, counted from 0.
    pub connection: u64,
    /// Requests in progress when it arrived, itself included. A request ends
    /// with its answer's body.
    pub in_flight: usize,
    /// `Accept` headers, joined.
    pub accept: Option<String>,
    /// `Authorization`.
    pub authorization: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `Host`.
    pub host: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// The request's own body, of a POST.
    pub body: String,
    /// Status of the answer, if one was sent.
    pub status: Option<u16>,
    /// Bytes of body handed to the connection.
    pub body_sent: u64,
    /// When the answer's body had ended or been given up.
    pub finished: Option<Instant>,
}

/// All requests of one server.
#[derive(Debug, Default)]
pub(crate) struct Log {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Arc<Mutex<Recorded>>>,
    in_flight: usize,
}

/// One request in progress; when dropped, it has ended.
#[derive(Debug)]
pub(crate) struct Ticket {
    log: Arc<Log>,
    entry: Arc<Mutex<Recorded>>,
}

impl Log {
    pub(crate) fn open(self: &Arc<Self>, request: &Parts, connection: u64) -> Ticket {
        let header = |name: http::HeaderName| {
            let values: Vec<&str> = request.headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        let mut state = self.state();
        state.in_flight += 1;
        let entry = Arc::new(Mutex::new(Recorded {
            method: request.method.to_string(),
            path: request.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            arrival: Instant::now(),
            connection,
            in_flight: state.in_flight,
            accept: header(http::header::ACCEPT),
            authorization: header(http::header::AUTHORIZATION),
            user_agent: header(http::header::USER_AGENT),
            host: header(http::header::HOST),
            if_none_match: header(http::header::IF_NONE_MATCH),
            body: String::new(),
            status: None,
            body_sent: 0,
            finished: None,
        }));
        state.entries.push(Arc::clone(&entry));
        Ticket { log: Arc::clone(self), entry }
    }

    pub(crate) fn snapshot(&self) -> Vec<Recorded> {
        let state = self.state();
        state.entries.iter().map(|entry| entry.lock().unwrap_or_else(PoisonError::into_inner).clone()).collect()
    }

    /// How many requests with this in their path have arrived.
    pub(crate) fn arrived(&self, part: &str) -> usize {
        let is_one =
            |entry: &&Arc<Mutex<Recorded>>| entry.lock().unwrap_or_else(PoisonError::into_inner).path.contains(part);
        self.state().entries.iter().filter(is_one).count()
    }

    pub(crate) fn clear(&self) {
        self.state().entries.clear();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    pub(crate) fn answered(&self, status: u16) {
        self.entry().status = Some(status);
    }

    /// Notes the request's own body.
    pub(crate) fn came_with(&self, body: &[u8]) {
        self.entry().body = String::from_utf8_lossy(body).into_owned();
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.entry().body_sent += bytes as u64;
    }

    fn entry(&self) -> std::sync::MutexGuard<'_, Recorded> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.entry().finished = Some(Instant::now());
        self.log.state().in_flight -= 1;
    }
}
