//! Registries by name, for a process in which many ask.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use forebear_image::RegistryName;
use tokio::sync::OnceCell;
use url::Url;

use crate::auth::{AuthSource, Login};
use crate::client::Registry;
use crate::error::RegistryError;
use crate::options::RegistryOptions;
use crate::places::{Host, RegistriesConf, Table};
use crate::prefix::NamePrefix;
use crate::rate::Rate;

/// Hands out registries that share one [`crate::HostState`] for each host,
/// whoever asks and by whichever name: one pace, one set of permits, one hold,
/// one quota, one set of tokens.
///
/// A host is remembered for as long as the pool lives.
pub struct RegistryPool {
    auth: AuthSource,
    options: Box<dyn Fn(RegistryName) -> RegistryOptions + Send + Sync>,
    /// By where they are: `GHCR.io` and `ghcr.io:443` are one host.
    hosts: Mutex<HashMap<Url, Arc<OnceCell<Arc<Host>>>>>,
    /// What registries.conf says, where it is to be read.
    conf: OnceCell<RegistriesConf>,
    obeys_conf: bool,
}

impl RegistryPool {
    /// A pool whose registries are asked as `auth` says, and spoken to as
    /// `options` says of each. Credentials that the options bring go before
    /// those of `auth`.
    #[must_use]
    pub fn new(auth: AuthSource, options: impl Fn(RegistryName) -> RegistryOptions + Send + Sync + 'static) -> Self {
        let (hosts, conf) = (Mutex::default(), OnceCell::new());
        Self { auth, options: Box::new(options), hosts, conf, obeys_conf: false }
    }

    /// The same, where registries.conf says where images are asked for: mirrors, other locations, what is blocked.
    #[must_use]
    pub fn with_registries_conf(self) -> Self {
        Self { obeys_conf: true, ..self }
    }

    /// The registry of a name; sends nothing to it. Where credentials are to be
    /// read, that is done once a host, as [`Login::load`] does it. What
    /// fails is tried again by who asks next.
    ///
    /// # Errors
    /// As [`Registry::new`] and [`Login::load`]; [`crate::ErrorKind::Configuration`] where registries.conf blocks the
    /// registry, or can't be read.
    pub async fn registry(&self, name: &RegistryName) -> Result<Registry, RegistryError> {
        let mut options = (self.options)(name.clone());
        let called = options.host.clone();
        let known_as = options.name_as.as_ref().unwrap_or(&called).clone();
        let prefix = options.strip_prefix.clone();
        let mut own = None;
        let mut is_settled = false;
        let mut listed_below = prefix.clone();
        let mut table = Table::default();
        for route in self.conf().await?.of_registry(&called) {
            // The longest prefix comes first.
            let is_of_all = !is_settled && route.prefix.end_in(called.as_str()).is_some();
            is_settled |= is_of_all;
            let mut mirrors = Vec::new();
            for mirror in &route.mirrors {
                // It is asked once: there are others.
                let options = RegistryOptions { retries: 0, ..self.elsewhere(&mirror.location.host, mirror.insecure) };
                mirrors.push(self.host(options, self.elsewhere_as()).await?);
            }
            let moved = route.location.as_ref().filter(|location| location.host != called);
            let origin = match moved {
                Some(location) => {
                    Some(self.host(self.elsewhere(&location.host, route.insecure), self.elsewhere_as()).await?)
                }
                None => None,
            };
            if is_of_all && origin.is_none() && route.insecure {
                options.insecure = true;
                options.or_plain_http = true;
            }
            if is_of_all {
                own.clone_from(&origin);
                let path = route.location.as_ref().and_then(|location| location.path()?.parse::<NamePrefix>().ok());
                listed_below = match (path, prefix.as_ref()) {
                    (Some(path), Some(prefix)) => Some(prefix.below(&path)),
                    (path, prefix) => path.or_else(|| prefix.cloned()),
                };
            }
            table.push(route, origin, mirrors);
        }
        let own = match own {
            Some(moved) => moved,
            None => self.host(options, self.auth).await?,
        };
        let shared = Arc::clone(&own.shared);
        Ok(Registry { name: known_as, prefix, listed_below, called, shared, own, table: Arc::new(table) })
    }

    async fn conf(&self) -> Result<&RegistriesConf, RegistryError> {
        let load = || async { if self.obeys_conf { RegistriesConf::load() } else { Ok(RegistriesConf::default()) } };
        self.conf.get_or_try_init(load).await.map_err(RegistryError::configuration)
    }

    /// How a place is spoken to that registries.conf names.
    fn elsewhere(&self, host: &RegistryName, insecure: bool) -> RegistryOptions {
        let options = (self.options)(host.clone());
        RegistryOptions {
            insecure: options.insecure || insecure,
            or_plain_http: insecure,
            rate: options.rate.filter(|rate| *rate != Rate::Unlimited),
            ..options
        }
    }

    /// As whom: an account of the environment is for the registry that was named, and who is to be asked as somebody
    /// need not be known elsewhere.
    fn elsewhere_as(&self) -> AuthSource {
        match self.auth {
            AuthSource::Anonymous | AuthSource::Env => AuthSource::Anonymous,
            AuthSource::Default | AuthSource::DockerConfig => AuthSource::Default,
        }
    }

    async fn host(&self, mut options: RegistryOptions, auth: AuthSource) -> Result<Arc<Host>, RegistryError> {
        let cell = self.cell(options.address()?.base.url().clone());
        let host = cell.get_or_try_init(|| async {
            let mut login = Login { credentials: options.credentials.clone(), from: None };
            if login.credentials.is_anonymous() {
                login = Login::load(auth, &options.host).await?;
                options.credentials = login.credentials.clone();
            }
            let parts = Login::parts(auth, &options.host).await?;
            Host::with_parts(&options, login.to_string(), parts).map(Arc::new)
        });
        host.await.cloned()
    }

    fn cell(&self, base: Url) -> Arc<OnceCell<Arc<Host>>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(base).or_default())
    }
}

impl fmt::Debug for RegistryPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryPool").field("auth", &self.auth).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}
