//! A registry with as many tags as one likes, all of one image or of none that anybody may have. It holds none
//! of them: the scripted registry would need more memory than the crawler.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use forebear_testkit::{Image, ImageBuilder};

/// Tags on a page.
const PAGE: u64 = 1_000;

/// A registry with one repository, `acme/endless`.
pub(crate) struct Endless {
    addr: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    tags: u64,
    /// Whether each tag leads to a manifest of its own, which nobody may have.
    denied: bool,
    image: Image,
    heads: AtomicU64,
    pages: AtomicU64,
    over: AtomicBool,
}

impl Endless {
    pub(crate) fn start(tags: u64) -> Self {
        Self::serve(tags, false)
    }

    /// One in which each tag leads to another manifest, and nobody may have any of these.
    pub(crate) fn denying(tags: u64) -> Self {
        Self::serve(tags, true)
    }

    fn serve(tags: u64, denied: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let addr = listener.local_addr().expect("a port");
        let image = ImageBuilder::scratch("linux/amd64").absent_layers().add_rootfs("base").build();
        let (heads, pages) = (AtomicU64::new(0), AtomicU64::new(0));
        let shared = Arc::new(Shared { tags, denied, image, heads, pages, over: AtomicBool::new(false) });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.over.load(Ordering::SeqCst) {
                    return;
                }
                let served = Arc::clone(&served);
                // A client that hangs up ends the thread.
                std::thread::spawn(move || drop(converse(&stream, &served)));
            }
        });
        Self { addr, shared }
    }

    pub(crate) fn host(&self) -> String {
        self.addr.to_string()
    }

    /// Tags that were asked for.
    pub(crate) fn heads(&self) -> u64 {
        self.shared.heads.load(Ordering::SeqCst)
    }

    /// Pages of tags that were served.
    pub(crate) fn pages(&self) -> u64 {
        self.shared.pages.load(Ordering::SeqCst)
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        // Wakes the listener.
        drop(TcpStream::connect(self.addr));
    }
}

fn converse(stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut request = String::new();
        if lines.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut header = String::new();
        while lines.read_line(&mut header)? > 2 {
            header.clear();
        }
        let mut words = request.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        stream.write_all(&answer(shared, method, target))?;
    }
}

fn answer(shared: &Shared, method: &str, target: &str) -> Vec<u8> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let image = &shared.image;
    let (mut headers, body) = match path {
        "/v2/" => (String::new(), b"{}".to_vec()),
        "/v2/_catalog" => (String::new(), br#"{"repositories":["acme/endless"]}"#.to_vec()),
        "/v2/acme/endless/tags/list" => {
            shared.pages.fetch_add(1, Ordering::SeqCst);
            page(shared.tags, query)
        }
        _ if path.contains("/manifests/") => {
            if method == "HEAD" {
                shared.heads.fetch_add(1, Ordering::SeqCst);
            }
            if shared.denied && method != "HEAD" {
                let body = br#"{"errors":[{"code":"DENIED","message":"not yours"}]}"#;
                return [format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body]
                    .concat();
            }
            let digest = match path.rsplit_once("/t").filter(|_| shared.denied) {
                Some((_, number)) => format!("sha256:{number:0>64}"),
                None => image.manifest_digest.to_string(),
            };
            let headers = format!("content-type: {}\r\ndocker-content-digest: {digest}\r\n", image.media_type);
            (headers, image.manifest.to_vec())
        }
        _ => (String::new(), image.config.to_vec()),
    };
    headers.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    let mut all = format!("HTTP/1.1 200 OK\r\n{headers}").into_bytes();
    if method != "HEAD" {
        all.extend(body);
    }
    all
}

fn page(tags: u64, query: &str) -> (String, Vec<u8>) {
    let last = query.split('&').find_map(|pair| pair.strip_prefix("last=t")).and_then(|last| last.parse::<u64>().ok());
    let first = last.map_or(0, |last| last + 1);
    let end = (first + PAGE).min(tags);
    let names: Vec<String> = (first..end).map(|number| format!("\"t{number:09}\"")).collect();
    let body = format!("{{\"name\":\"acme/endless\",\"tags\":[{}]}}", names.join(","));
    let link = match end < tags {
        true => format!("link: </v2/acme/endless/tags/list?last=t{:09}&n={PAGE}>; rel=\"next\"\r\n", end - 1),
        false => String::new(),
    };
    (link, body.into_bytes())
}
