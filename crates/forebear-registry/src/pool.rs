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
use crate::shared::Shared;

/// Hands out registries that share one [`crate::HostState`] for each host,
/// whoever asks and by whichever name: one pace, one set of permits, one hold,
/// one quota, one set of tokens.
///
/// A host is remembered for as long as the pool lives.
pub struct RegistryPool {
    auth: AuthSource,
    options: Box<dyn Fn(RegistryName) -> RegistryOptions + Send + Sync>,
    /// By where they are: `GHCR.io` and `ghcr.io:443` are one host.
    hosts: Mutex<HashMap<Url, Arc<OnceCell<Arc<Shared>>>>>,
}

impl RegistryPool {
    /// A pool whose registries are asked as `auth` says, and spoken to as
    /// `options` says of each. Credentials that the options bring go before
    /// those of `auth`.
    #[must_use]
    pub fn new(auth: AuthSource, options: impl Fn(RegistryName) -> RegistryOptions + Send + Sync + 'static) -> Self {
        Self { auth, options: Box::new(options), hosts: Mutex::default() }
    }

    /// The registry of a name; sends nothing to it. Where credentials are to be
    /// read, that is done once a host, as [`Login::load`] does it. What
    /// fails is tried again by who asks next.
    ///
    /// # Errors
    /// As [`Registry::new`] and [`Login::load`].
    pub async fn registry(&self, name: &RegistryName) -> Result<Registry, RegistryError> {
        let mut options = (self.options)(name.clone());
        let known_as = options.name_as.as_ref().unwrap_or(&options.host).clone();
        let prefix = options.strip_prefix.clone();
        let shared = self.host(options.address()?.base.url().clone());
        let shared = shared.get_or_try_init(|| async {
            if options.credentials.is_anonymous() {
                options.credentials = Login::load(self.auth, &options.host).await?.credentials;
            }
            Shared::new(&options).map(Arc::new)
        });
        Ok(Registry { name: known_as, prefix, shared: Arc::clone(shared.await?) })
    }

    fn host(&self, base: Url) -> Arc<OnceCell<Arc<Shared>>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(base).or_default())
    }
}

impl fmt::Debug for RegistryPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryPool").field("auth", &self.auth).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}
