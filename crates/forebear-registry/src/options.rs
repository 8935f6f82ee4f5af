//! How a registry is to be spoken to.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use forebear_image::RegistryName;

use crate::address::Address;
use crate::auth::Credentials;
use crate::error::RegistryError;
use crate::prefix::NamePrefix;
use crate::rate::Rate;

/// Everything a [`crate::Registry`] is built from. Start from
/// [`RegistryOptions::new`] and change what differs.
#[derive(Clone, Debug)]
pub struct RegistryOptions {
    /// The registry as references write it: `docker.io`, `ghcr.io`,
    /// `127.0.0.1:5000`.
    pub host: RegistryName,
    /// Speak plain HTTP, whatever the host. Loopback hosts get plain HTTP anyway,
    /// until they say that they speak TLS.
    pub plain_http: bool,
    /// Speak TLS to a host that is loopback.
    pub loopback_tls: bool,
    /// A PEM file with certificates of authorities that are trusted beside the
    /// system's: a registry in a company's own network. The registry's own
    /// certificate is trusted too where it is in there itself. Where the system
    /// keeps its own can be changed by `SSL_CERT_FILE`. What is in `certs.d` for this
    /// registry is trusted in any case.
    pub extra_ca: Option<PathBuf>,
    /// Believe whatever certificate the registry shows, and nobody else's: anyone
    /// on the way can then read and change what is sent.
    pub insecure: bool,
    /// Speak plain HTTP to a registry that turns out to speak no TLS, where it is asked
    /// anonymously.
    pub or_plain_http: bool,
    /// The registry's name in the [`forebear_image::RepositoryName`]s of the
    /// catalog, where that is not the host: a mirror that stands for another
    /// registry. `None`: the host (Docker Hub's hosts become `docker.io`).
    pub name_as: Option<RegistryName>,
    /// What is taken off the names of repositories: of a mirror that has those
    /// of another registry below it. Repositories that are not below it are left
    /// out, since [`RegistryOptions::name_as`], which goes with it, names none of
    /// theirs.
    pub strip_prefix: Option<NamePrefix>,
    /// Where namespaces are listed ([`crate::Registry::namespace_page`]), as a
    /// URL without a path. `None`: where the registry is known to, if it is.
    pub namespace_api: Option<String>,
    /// Pace for requests of every kind. `None`: no limit on loopback,
    /// [`RegistryOptions::DEFAULT_RATE`] (5/s) elsewhere. [`Rate::Unlimited`] is
    /// refused for hosts that are not loopback.
    pub rate: Option<Rate>,
    /// How many requests may be under way at once, at least 1.
    pub concurrency: usize,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Whom to ask as. Refused for plain HTTP to another machine.
    pub credentials: Credentials,
    /// When to give a request up.
    pub timeouts: Timeouts,
    /// How often a request that failed in passing (connection, timeout, 5xx) is
    /// sent again: 3 means at most 4 tries. Limits whose wait is no longer than
    /// [`RegistryOptions::max_hold`] do not count: they are waited for, ten for
    /// one request at most ([`crate::ErrorKind::StillLimited`]).
    pub retries: u32,
    /// The first pause before a retry; it doubles each time, with jitter, and
    /// stays under 5 s. After a 429 without a `Retry-After` it is the first
    /// hold, which doubles with every 429 up to 15 min, whichever request meets
    /// it, until one passes. Such a hold is never given out as the registry's
    /// word ([`crate::ErrorKind::RateLimited`]).
    pub first_backoff: Duration,
    /// Pulls that are left alone: what would leave fewer than this, by the
    /// registry's own quota headers, is not sent and becomes
    /// [`crate::ErrorKind::RateLimited`]. 0 still stops before the registry has
    /// to. Without such headers there is no quota. Until the first answer tells
    /// it, pulls go one at a time where this is not 0.
    pub quota_reserve: u64,
    /// The longest pause a registry may ask for that is waited for in here. A
    /// longer one becomes [`crate::ErrorKind::RateLimited`] at once, so that
    /// the caller can park the work.
    pub max_hold: Duration,
}

/// When a request is given up.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// Without a single byte while an answer or its body is waited for.
    pub idle: Duration,
    /// For one try in all, body included.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), idle: Duration::from_secs(30), total: Duration::from_secs(120) }
    }
}

impl RegistryOptions {
    /// The pace towards a registry that is not loopback, if none was asked for.
    pub const DEFAULT_RATE: Rate =
        Rate::Limited { requests: NonZeroU32::MIN.saturating_add(4), period: Duration::from_secs(1) };

    /// The defaults, for this registry: eight requests at once, three retries,
    /// pauses of up to a minute.
    #[must_use]
    pub fn new(host: RegistryName) -> Self {
        Self {
            host,
            plain_http: false,
            loopback_tls: false,
            extra_ca: None,
            insecure: false,
            or_plain_http: false,
            name_as: None,
            strip_prefix: None,
            namespace_api: None,
            rate: None,
            concurrency: 8,
            user_agent: concat!("forebear/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")")
                .to_owned(),
            credentials: Credentials::Anonymous,
            timeouts: Timeouts::default(),
            retries: 3,
            first_backoff: Duration::from_millis(500),
            quota_reserve: 0,
            max_hold: Duration::from_secs(60),
        }
    }

    /// Where the registry is.
    pub(crate) fn address(&self) -> Result<Address, RegistryError> {
        let address = Address::of(&self.host, self.plain_http).map_err(RegistryError::configuration)?;
        let may_be_plain = self.or_plain_http && self.credentials.is_anonymous();
        Ok(match (self.loopback_tls, may_be_plain && !self.plain_http && !address.loopback) {
            (true, _) => address.with_tls(),
            (false, true) => address.or_plain_http(),
            (false, false) => address,
        })
    }
}
