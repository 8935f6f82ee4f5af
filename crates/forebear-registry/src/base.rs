//! Where a registry is asked: its URL, which on this machine may turn out to be
//! one of TLS.

use std::sync::atomic::{AtomicBool, Ordering};

use url::Url;

use crate::error::ErrorKind;

/// The URL below which a registry is asked.
///
/// A registry on this machine is asked by plain HTTP, unless somebody says
/// otherwise; many speak TLS all the same (`kubectl port-forward`, an SSH tunnel,
/// Harbor in kind). One that says so is asked by TLS from then on: nothing is sent
/// more than that one request.
#[derive(Debug)]
pub(crate) struct Base {
    url: Url,
    /// The same by TLS, where plain HTTP is an assumption.
    tls: Option<Url>,
    moved: AtomicBool,
}

impl Base {
    /// Of a registry whose scheme is known.
    pub(crate) fn fixed(url: Url) -> Self {
        Self { url, tls: None, moved: AtomicBool::new(false) }
    }

    /// Of one whose scheme is a guess.
    pub(crate) fn guessed(url: Url) -> Self {
        let mut tls = url.clone();
        let tls = tls.set_scheme("https").is_ok().then_some(tls);
        Self { tls, ..Self::fixed(url) }
    }

    /// The URL now.
    pub(crate) fn url(&self) -> &Url {
        match &self.tls {
            Some(tls) if self.moved.load(Ordering::Relaxed) => tls,
            _ => &self.url,
        }
    }

    /// Whether what came of a request shows that TLS is to be tried; from then on it
    /// is what [`Base::url`] gives.
    pub(crate) fn moves_to_tls(&self, failure: &ErrorKind) -> bool {
        let moves = self.tls.is_some() && matches!(failure, ErrorKind::WrongScheme { speaks: "https" });
        if moves {
            self.moved.store(true, Ordering::Relaxed);
        }
        moves
    }

    /// It was no TLS after all.
    pub(crate) fn moves_back(&self) {
        self.moved.store(false, Ordering::Relaxed);
    }
}
