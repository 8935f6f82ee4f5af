//! A server that answers canned bytes per path and writes down what it was
//! asked and when. It can misbehave as no decent HTTP library would.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebear_image::RepositoryName;
use forebear_registry::{Registry, RegistryOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// What to do on one request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Send these bytes and wait for the next request.
    Send(Vec<u8>),
    /// Send these bytes and close the connection.
    SendAndClose(Vec<u8>),
    /// Send these bytes and then nothing, with the connection open.
    SendAndStall(Vec<u8>),
    /// Send these bytes without end.
    SendForever(Vec<u8>),
    /// Close the connection.
    Close,
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    pub(crate) method: String,
    pub(crate) target: String,
    /// All header lines, lower case.
    pub(crate) headers: String,
    pub(crate) at: Instant,
}

#[derive(Debug, Default)]
struct Script {
    /// Acts in turn; the last one stays.
    acts: HashMap<String, Vec<Act>>,
    seen: Vec<RecordedRequest>,
    under_way: usize,
    most_under_way: usize,
}

/// The server; it ends with the test's runtime.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), script: Arc::default() };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        server
    }

    /// Adds what happens when `target` (path and query) is asked for once more.
    pub(crate) fn on(&self, target: &str, act: Act) -> &Self {
        self.script.lock().unwrap().acts.entry(target.to_owned()).or_default().push(act);
        self
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn seen(&self) -> Vec<RecordedRequest> {
        self.script.lock().unwrap().seen.clone()
    }

    /// The most requests that were being answered at one time.
    pub(crate) fn most_under_way(&self) -> usize {
        self.script.lock().unwrap().most_under_way
    }

    /// Impatient options, so that tests of failures end soon.
    pub(crate) fn options(&self) -> RegistryOptions {
        RegistryOptions {
            first_backoff: Duration::from_millis(20),
            ..RegistryOptions::new(self.host().parse().unwrap())
        }
    }

    pub(crate) fn registry(&self) -> Registry {
        Registry::new(self.options()).unwrap()
    }

    pub(crate) fn repository(&self) -> RepositoryName {
        RepositoryName::new(&self.host().parse().unwrap(), "library/x").unwrap()
    }

    async fn serve(self, mut stream: TcpStream) {
        while let Some(act) = self.next_act(&mut stream).await {
            self.count(1);
            let goes_on = perform(&mut stream, act).await;
            self.count(-1);
            if !goes_on {
                return;
            }
        }
    }

    fn count(&self, change: isize) {
        let mut script = self.script.lock().unwrap();
        script.under_way = script.under_way.saturating_add_signed(change);
        script.most_under_way = script.most_under_way.max(script.under_way);
    }

    async fn next_act(&self, stream: &mut TcpStream) -> Option<Act> {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.ok()?);
        }
        let text = String::from_utf8(request).unwrap();
        let (line, headers) = text.split_once("\r\n").unwrap();
        let mut words = line.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let mut script = self.script.lock().unwrap();
        let acts = script.acts.get_mut(&target);
        let act = match acts {
            None => Act::Send(json(404, &[], r#"{"errors":[{"code":"UNSCRIPTED"}]}"#)),
            Some(acts) if acts.len() > 1 => acts.remove(0),
            Some(acts) => acts[0].clone(),
        };
        script.seen.push(RecordedRequest { method, target, headers: headers.to_lowercase(), at: Instant::now() });
        Some(act)
    }
}

async fn perform(stream: &mut TcpStream, act: Act) -> bool {
    match act {
        Act::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
        Act::SendAndClose(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            false
        }
        Act::SendAndStall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Until the client goes away.
            let _ = stream.read_u8().await;
            false
        }
        Act::SendForever(bytes) => {
            while stream.write_all(&bytes).await.is_ok() {}
            false
        }
        Act::Close => false,
    }
}

/// A whole answer with its length.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut out = format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// An answer with a JSON body.
pub(crate) fn json(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut all = vec![("Content-Type", "application/json; charset=utf-8")];
    all.extend_from_slice(headers);
    answer(status, &all, body)
}
