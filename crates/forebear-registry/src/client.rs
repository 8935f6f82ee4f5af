//! A registry to ask.

use std::sync::Arc;

use forebear_image::RegistryName;

use crate::address::Address;
use crate::auth::Authority;
use crate::error::RegistryError;
use crate::host::HostState;
use crate::namespace;
use crate::options::RegistryOptions;
use crate::perform::Shared;
use crate::quirks::Quirks;
use crate::rate::Rate;
use crate::resolver::Floor;
use crate::transport;

/// Tokens asked for at once, of one token server.
const TOKENS_AT_ONCE: usize = 2;
/// Pages of namespaces asked for at once.
const PAGES_AT_ONCE: usize = 2;

/// One registry. Clones are cheap and share everything: connections, pace,
/// permits, holds, statistics. Make one per registry and clone it.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) shared: Arc<Shared>,
}

impl Registry {
    /// Prepares to speak to a registry; sends nothing.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Configuration`] when a registry that is not loopback is to be asked without a limit or with
    /// credentials over plain HTTP, or when
    /// the HTTP client can't be built (no CA certificates on this machine, or
    /// [`RegistryOptions::extra_ca`] has none).
    pub fn new(options: RegistryOptions) -> Result<Self, RegistryError> {
        let address = Address::of(&options.host, options.plain_http).map_err(RegistryError::configuration)?;
        let address = if options.loopback_tls { address.with_tls() } else { address };
        let rate = match options.rate {
            Some(Rate::Unlimited) if !address.loopback => {
                let message = format!("rate none is for loopback registries only, and {} is not one", options.host);
                return Err(RegistryError::configuration(message));
            }
            Some(rate) => rate,
            None if address.loopback => Rate::Unlimited,
            None => RegistryOptions::DEFAULT_RATE,
        };
        let name = options.name_as.as_ref().unwrap_or(&options.host).clone();
        let floor = Arc::new(Floor::default());
        let http = transport::client(&options, &address, &floor).map_err(RegistryError::configuration)?;
        if !options.credentials.is_anonymous() && address.base.scheme() == "http" && !address.loopback {
            let message =
                format!("credentials are never sent over plain HTTP, and {} is not this machine", options.host);
            return Err(RegistryError::configuration(message));
        }
        let known = Quirks::of(&address.name).namespaces;
        let namespace_api =
            namespace::api_of(options.namespace_api.as_deref(), known).map_err(RegistryError::configuration)?;
        let host = HostState::new(rate, options.concurrency, options.max_hold, options.quota_reserve);
        let shared = Shared {
            name,
            authority: Authority::new(host.beside(TOKENS_AT_ONCE)),
            namespace_api,
            namespace_host: host.beside(PAGES_AT_ONCE),
            host,
            http,
            floor,
            options,
            address,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The registry's name in the repository names it lists: the host, or what
    /// the options say it stands for.
    #[must_use]
    pub fn name(&self) -> &RegistryName {
        &self.shared.name
    }

    /// Where it is really asked: `https://registry-1.docker.io/`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.shared.address.base.as_str()
    }

    /// Pace, hold and statistics of this registry.
    #[must_use]
    pub fn host(&self) -> &HostState {
        &self.shared.host
    }
}
