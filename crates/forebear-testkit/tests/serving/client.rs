//! A client of a few lines, so that the registry is tested by other code than
//! the client it will test.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use forebear_testkit::Server;

/// What came back over the wire before the connection ended.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// 0 if no status line came.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    /// The body as sent; chunked ones are left in chunks.
    pub(crate) body: Vec<u8>,
    /// How reading ended, if not in an orderly way.
    pub(crate) broken: Option<std::io::ErrorKind>,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// Sends one request and reads until the server closes, or for two seconds.
pub(crate) fn request(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", server.addr());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
    let (mut raw, mut broken, mut buffer) = (Vec::new(), None, [0; 64 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => raw.extend_from_slice(&buffer[..count]),
            Err(error) => {
                broken = Some(error.kind());
                break;
            }
        }
        if raw.len() > 1 << 20 {
            break;
        }
    }
    let mut answer = Answer { broken, ..Answer::default() };
    let Some(end) = raw.windows(4).position(|window| window == b"\r\n\r\n") else { return answer };
    let text = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = text.lines();
    answer.status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
    answer.headers = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    answer.body = raw[end + 4..].to_vec();
    answer
}

pub(crate) fn get(server: &Server, path: &str) -> Answer {
    request(server, "GET", path, &[])
}

pub(crate) fn head(server: &Server, path: &str) -> Answer {
    request(server, "HEAD", path, &[])
}

pub(crate) fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_slice(&answer.body).unwrap()
}
