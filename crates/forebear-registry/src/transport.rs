//! The HTTP clients underneath: connections, TLS, timeouts.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use crate::address::Address;
use crate::error::Unusable;
use crate::options::RegistryOptions;
use crate::resolver::{Floor, Resolver};
use crate::tls::Trust;

/// An idle connection is dropped after this long.
const IDLE: Duration = Duration::from_secs(60);

/// The HTTP client of a registry, and that of wherever it leads: what is trusted
/// for the one, or not looked at, is not so for the other.
#[derive(Debug)]
pub(crate) struct Clients {
    own: Client,
    elsewhere: Client,
}

impl Clients {
    /// That of the registry itself, or the other.
    pub(crate) fn of(&self, own: bool) -> &Client {
        if own { &self.own } else { &self.elsewhere }
    }
}

/// Builds the HTTP clients of a registry. They follow no redirect and repeat
/// nothing by themselves: both are decided in [`crate::perform`].
pub(crate) fn clients(options: &RegistryOptions, address: &Address, floor: &Arc<Floor>) -> Result<Clients, Unusable> {
    // Fails only when a provider is installed already, and then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let trust = Trust::of(options)?;
    let build = |insecure: bool| client(options, address, floor, (&trust, insecure));
    let elsewhere = build(false)?;
    let own = if options.insecure { build(true)? } else { elsewhere.clone() };
    Ok(Clients { own, elsewhere })
}

fn client(
    options: &RegistryOptions,
    address: &Address,
    floor: &Arc<Floor>,
    (trust, insecure): (&Trust, bool),
) -> Result<Client, Unusable> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = || builder(options, address, floor);
    let built = match trust.config(provider)? {
        _ if insecure => builder().tls_danger_accept_invalid_certs(true).build(),
        Some(config) => builder().tls_backend_preconfigured(config).build(),
        None => match builder().build() {
            // A machine without any CA certificate can still speak plain HTTP.
            Err(_) if address.base.url().scheme() == "http" => builder().tls_certs_only(std::iter::empty()).build(),
            built => built,
        },
    };
    built.map_err(|error| Unusable::because("no HTTP client", error))
}

fn builder(options: &RegistryOptions, address: &Address, floor: &Arc<Floor>) -> ClientBuilder {
    let own = address.base.url().host_str().unwrap_or_default().to_owned();
    let builder = Client::builder()
        .user_agent(options.user_agent.as_str())
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .tcp_nodelay(true)
        .pool_max_idle_per_host(options.concurrency.max(1))
        .pool_idle_timeout(IDLE)
        .connect_timeout(options.timeouts.connect)
        .read_timeout(options.timeouts.idle)
        .timeout(options.timeouts.total)
        .dns_resolver(Arc::new(Resolver { own, floor: Arc::clone(floor) }));
    // A proxy is for the way out; this machine is not out.
    if address.loopback { builder.no_proxy() } else { builder }
}
