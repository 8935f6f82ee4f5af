//! Where a registry is asked: its URL, which may turn out to be one of TLS, or of none.

use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use crate::error::{ErrorKind, NOT_HTTP};

/// The URL below which a registry is asked.
///
/// A registry on this machine is asked by plain HTTP, unless somebody says otherwise; many speak TLS all the same
/// (`kubectl port-forward`, an SSH tunnel, Harbor in kind). One that says so is asked by TLS from then on: nothing is
/// sent more than that one request. One that registries.conf calls insecure is asked by TLS, and by plain HTTP where
/// it speaks none.
#[derive(Debug)]
pub(crate) struct Base {
    url: Url,
    /// The same by the other scheme, where the first is an assumption.
    other: Option<Url>,
    moved: AtomicBool,
    /// It has answered by HTTP.
    settled: AtomicBool,
}

impl Base {
    /// Of a registry whose scheme is known.
    pub(crate) fn fixed(url: Url) -> Self {
        Self { url, other: None, moved: AtomicBool::new(false), settled: AtomicBool::new(false) }
    }

    /// Of one whose scheme is a guess.
    pub(crate) fn guessed(url: Url) -> Self {
        let mut other = url.clone();
        let scheme = if url.scheme() == "https" { "http" } else { "https" };
        let other = other.set_scheme(scheme).is_ok().then_some(other);
        Self { other, ..Self::fixed(url) }
    }

    /// The URL now.
    pub(crate) fn url(&self) -> &Url {
        match &self.other {
            Some(other) if self.moved.load(Ordering::Relaxed) => other,
            _ => &self.url,
        }
    }

    /// Whether what came of a request shows that the other scheme is to be tried; from then on it is what
    /// [`Base::url`] gives. A server of TLS that was spoken to without may answer with an alert, which is no HTTP.
    pub(crate) fn moves(&self, failure: &ErrorKind) -> bool {
        let Some(other) = &self.other else { return false };
        let shows = match failure {
            ErrorKind::WrongScheme { .. } => true,
            ErrorKind::Protocol(text) if text == NOT_HTTP => {
                other.scheme() == "https" && !self.settled.load(Ordering::Relaxed)
            }
            _ => false,
        };
        let moves = shows && !self.moved.load(Ordering::Relaxed);
        if moves {
            self.moved.store(true, Ordering::Relaxed);
        }
        moves
    }

    /// It has answered: what breaks off later does so for another reason.
    pub(crate) fn settle(&self) {
        self.settled.store(true, Ordering::Relaxed);
    }

    /// It was not so after all.
    pub(crate) fn moves_back(&self) {
        self.moved.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p739_what_shows_that_the_other_scheme_is_spoken() {
        #[track_caller]
        fn check(base: &Base, failure: &ErrorKind, expected: &str) {
            _ = base.moves(failure);
            assert_eq!(base.url().scheme(), expected, "{failure:?}");
            base.moves_back();
        }
        let (http, https): (Url, Url) = ("http://r/".parse().unwrap(), "https://r/".parse().unwrap());
        let not_http = ErrorKind::Protocol(NOT_HTTP.to_owned());
        let (tls, plain) =
            (ErrorKind::WrongScheme { speaks: "https" }, ErrorKind::WrongScheme { speaks: "plain http" });
        let guess = Base::guessed(http.clone());
        check(&guess, &tls, "https");
        check(&guess, &not_http, "https");
        check(&guess, &ErrorKind::Interrupted, "http");
        // What has answered once is not guessed at again.
        guess.settle();
        check(&guess, &not_http, "http");
        check(&guess, &tls, "https");
        // What registries.conf calls insecure.
        let insecure = Base::guessed(https.clone());
        check(&insecure, &plain, "http");
        check(&insecure, &not_http, "https");
        check(&insecure, &ErrorKind::Tls, "https");
        // Whose scheme is known keeps it.
        check(&Base::fixed(http), &tls, "http");
        check(&Base::fixed(https), &plain, "https");
    }
}
