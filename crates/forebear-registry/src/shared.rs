//! What all who ask one registry share.

use std::sync::Arc;

use url::Url;

use crate::address::Address;
use crate::auth::Authority;
use crate::error::{ErrorKind, RegistryError};
use crate::exchange::Exchange;
use crate::host::HostState;
use crate::namespace_api;
use crate::options::RegistryOptions;
use crate::proxy::Proxies;
use crate::quirks::Quirks;
use crate::rate::Rate;
use crate::resolver::Floor;
use crate::retry::Retries;
use crate::sent::Sent;
use crate::transport;

/// Pages of namespaces asked for at once.
const PAGES_AT_ONCE: usize = 2;

/// One registry's address and all that is shared by those who ask it.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) address: Address,
    pub(crate) host: Arc<HostState>,
    pub(crate) exchange: Arc<Exchange>,
    pub(crate) authority: Authority,
    /// Where namespaces are listed, and politeness towards it.
    pub(crate) namespace_api: Option<Url>,
    pub(crate) namespace_host: HostState,
}

impl Shared {
    /// Prepares to speak to the registry of the options; sends nothing.
    pub(crate) fn new(options: &RegistryOptions) -> Result<Self, RegistryError> {
        let address = options.address()?;
        let rate = match options.rate {
            Some(Rate::Unlimited) if !address.loopback => {
                let message = format!("rate none is for loopback registries only, and {} is not one", options.host);
                return Err(RegistryError::configuration(message));
            }
            Some(rate) => rate,
            None if address.loopback => Rate::Unlimited,
            None => RegistryOptions::DEFAULT_RATE,
        };
        let floor = Arc::new(Floor::default());
        let http = transport::clients(options, &address, &floor).map_err(RegistryError::configuration)?;
        if !options.credentials.is_anonymous() && address.base.url().scheme() == "http" && !address.loopback {
            let message = format!(
                "credentials are never sent over plain HTTP, and {} is not this machine; auth \"none\" asks anonymously",
                options.host
            );
            return Err(RegistryError::configuration(message));
        }
        if let (Some(prefix), true) =
            (&options.strip_prefix, options.name_as.as_ref().is_none_or(|name| *name == options.host))
        {
            let message = format!(
                "without '{prefix}' its repositories are another registry's: say which by name_as (--name-as docker.io)"
            );
            return Err(RegistryError::configuration(message));
        }
        let known = Quirks::of(&address.name).namespaces;
        let namespace_api =
            namespace_api::parse(options.namespace_api.as_deref().or(known)).map_err(RegistryError::configuration)?;
        let host = HostState::new(rate, options.concurrency, options.max_hold, options.quota_reserve);
        let host = Arc::new(host);
        let retries = Retries { most: options.retries, first_pause: options.first_backoff };
        let sent = Arc::new(Sent::of(&options.credentials));
        let (base, proxies) = (Arc::clone(&address.base), Proxies::for_registry(&address));
        let exchange = Arc::new(Exchange { base, http, proxies, floor, retries, sent });
        Ok(Self {
            authority: Authority::new(options.credentials.clone(), Arc::clone(&exchange), Arc::clone(&host)),
            namespace_api,
            namespace_host: host.beside(PAGES_AT_ONCE),
            host,
            exchange,
            address,
        })
    }

    /// The same registry, asked as somebody else: one pace, one hold, one set of permits.
    ///
    /// # Errors
    /// As [`Shared::new`].
    pub(crate) fn asked_as(&self, options: &RegistryOptions) -> Result<Self, RegistryError> {
        let other = Self::new(options)?;
        let host = Arc::clone(&self.host);
        let authority = Authority::new(options.credentials.clone(), Arc::clone(&other.exchange), Arc::clone(&host));
        Ok(Self { authority, namespace_host: host.beside(PAGES_AT_ONCE), host, ..other })
    }

    /// A URL on this registry from its path and query.
    pub(crate) fn url(&self, target: &str) -> Result<Url, RegistryError> {
        let base = self.address.base.url();
        base.join(target).map_err(|error| {
            let message = format!("'{target}' is no path on a registry: {error}");
            RegistryError::before_sending(base, ErrorKind::Configuration(message))
        })
    }
}
