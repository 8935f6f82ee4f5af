//! One try that failed, and what kind of failure it was.

use std::error::Error;
use std::io;
use std::time::Duration;

use forebear_image::chain::in_words;

use crate::error::{ErrorKind, NOT_HTTP};
use crate::limits::holds::Hold;
use crate::quoted::quoted;
use crate::resolver::TooNear;
use crate::tls::{certificate, handshake};

/// Why one try failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) detail: Option<String>,
    pub(crate) registry_code: Option<String>,
    /// Whether the same request may succeed when sent again.
    pub(crate) passing: bool,
    /// The pause the registry asked for.
    pub(crate) wait: Option<Duration>,
    /// Whether the host was not reached at all: refused, unreachable, no address,
    /// no connection in time.
    pub(crate) unreached: bool,
}

impl Failure {
    /// A failure that sending again would not change.
    pub(crate) fn lasting(kind: ErrorKind) -> Self {
        Self { kind, detail: None, registry_code: None, passing: false, wait: None, unreached: false }
    }

    /// Says which proxy it went through, where that may be what failed.
    pub(crate) fn through(self, proxy: Option<String>) -> Self {
        let may_be =
            self.unreached || matches!(self.kind, ErrorKind::Tls | ErrorKind::Timeout | ErrorKind::Interrupted);
        let Some(proxy) = proxy.filter(|_| may_be) else { return self };
        let detail = self.detail.map_or_else(String::new, |detail| format!("{detail}; "));
        Self { detail: Some(format!("{detail}through {proxy}")), ..self }
    }

    /// Of a limit: the hold that is in force by it, what was told apart from
    /// what was chosen.
    pub(crate) fn with_hold(mut self, hold: Option<Hold>) -> Self {
        if let ErrorKind::RateLimited { retry_after, chosen, .. } = &mut self.kind
            && let Some(hold) = hold
        {
            *retry_after = (*retry_after).max(hold.told_left());
            *chosen = hold.chosen_left();
        }
        self
    }

    /// Sorts what the HTTP client reports. Its types say less than its chain
    /// of causes, so that is walked.
    pub(crate) fn from_client(error: &reqwest::Error) -> Self {
        let found = Causes::of(error);
        let kind = match () {
            () if found.too_near => ErrorKind::Redirect("a redirect leads to a private address".to_owned()),
            () if error.is_dns() => ErrorKind::Dns,
            () if found.not_tls => ErrorKind::WrongScheme { speaks: "plain http" },
            () if found.tls => ErrorKind::Tls,
            () if error.is_timeout() => ErrorKind::Timeout,
            () if error.is_connect() => ErrorKind::Connect,
            () if error.is_builder() => ErrorKind::Configuration("the request can't be built".to_owned()),
            () if found.not_http => ErrorKind::Protocol(NOT_HTTP.to_owned()),
            () => ErrorKind::Interrupted,
        };
        let passing = match kind {
            // A name that does not exist will not exist in a second; a
            // resolver that is in trouble may be well again ("Temporary
            // failure in name resolution").
            ErrorKind::Dns => found.root.contains("emporary"),
            ErrorKind::Timeout | ErrorKind::Connect | ErrorKind::Interrupted => true,
            _ => false,
        };
        let unreached = match kind {
            ErrorKind::Dns | ErrorKind::Connect => true,
            ErrorKind::Timeout => error.is_connect(),
            _ => false,
        };
        let detail = match kind {
            ErrorKind::Tls => Some(found.certificate.unwrap_or_else(|| quoted(&found.root))),
            ErrorKind::Timeout if error.is_connect() => Some("while connecting".to_owned()),
            ErrorKind::Timeout => Some("while waiting for the answer".to_owned()),
            _ => Some(quoted(&found.root)),
        };
        Self { kind, detail, registry_code: None, passing, wait: None, unreached }
    }
}

/// Nothing is sent now, and that will not change soon.
impl From<Hold> for Failure {
    fn from(hold: Hold) -> Self {
        let (retry_after, chosen) = (hold.told_left(), hold.chosen_left());
        Self::lasting(ErrorKind::RateLimited { retry_after, chosen, limit: hold.limit })
    }
}

#[derive(Default)]
struct Causes {
    tls: bool,
    not_tls: bool,
    not_http: bool,
    too_near: bool,
    /// What is wrong with the certificate, in words.
    certificate: Option<String>,
    /// The text of the last cause: the one that knows.
    root: String,
}

impl Causes {
    fn of(error: &reqwest::Error) -> Self {
        let mut found = Self::default();
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(cause) = next {
            found.look_at(cause);
            // An io::Error that wraps another error hides it from source().
            let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
            next = match wrapped {
                Some(inner) => Some(inner),
                None => cause.source(),
            };
        }
        found
    }

    fn look_at(&mut self, cause: &(dyn Error + 'static)) {
        self.root = in_words(&cause.to_string());
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            self.tls = true;
            self.not_tls |= matches!(tls, rustls::Error::InvalidMessage(_));
            if let rustls::Error::AlertReceived(alert) = tls {
                self.root = handshake::told(*alert);
            }
            if let rustls::Error::InvalidCertificate(error) = tls {
                self.certificate = Some(certificate::told(error));
            }
        }
        if self.root == "tls handshake eof" {
            self.tls = true;
            handshake::HUNG_UP.clone_into(&mut self.root);
        }
        self.too_near |= cause.is::<TooNear>();
        self.not_http |= self.root.starts_with("invalid HTTP") || self.root.starts_with("HTTP/0.9");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::sync::Arc;

    use crate::address::{Address, Reach};
    use crate::options::RegistryOptions;
    use crate::resolver::Floor;

    /// Asks a server that sends `greeting` and hangs up.
    async fn failure(scheme: &str, host: &str, greeting: &'static [u8], floor: Reach) -> Failure {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(greeting);
        });
        let options = RegistryOptions::new("r.example".parse().unwrap());
        let address = Address::of(&options.host, true).unwrap();
        let shared = Arc::new(Floor::default());
        shared.set(floor);
        let clients = crate::transport::clients(&options, &address, &shared).unwrap();
        let error = clients.of(true).get(format!("{scheme}://{host}:{port}/")).send().await.unwrap_err();
        Failure::from_client(&error)
    }

    #[tokio::test]
    async fn causes_are_told_apart() {
        async fn check(scheme: &str, host: &str, greeting: &'static [u8], floor: Reach, code: &str, passing: bool) {
            let got = failure(scheme, host, greeting, floor).await;
            assert_eq!((got.kind.code(), got.passing), (code, passing), "{got:?}");
        }
        let plain = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        check("https", "127.0.0.1", plain, Reach::Loopback, "wrong_scheme", false).await;
        check("https", "127.0.0.1", b"", Reach::Loopback, "tls", false).await;
        // A TLS alert: "close notify".
        check("http", "127.0.0.1", &[21, 3, 3, 0, 2, 1, 0], Reach::Loopback, "protocol", false).await;
        check("http", "127.0.0.1", b"", Reach::Loopback, "interrupted", true).await;
        check("http", "localhost", b"", Reach::Public, "redirect", false).await;
        check("http", "localhost", b"", Reach::Loopback, "interrupted", true).await;
        check("http", "no-such-host.invalid", b"", Reach::Loopback, "dns", false).await;
    }
}
