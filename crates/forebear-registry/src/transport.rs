//! The HTTP client underneath: connections, TLS, timeouts.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use crate::address::Address;
use crate::error::Unusable;
use crate::options::RegistryOptions;
use crate::resolver::{Floor, Resolver};

/// An idle connection is dropped after this long.
const IDLE: Duration = Duration::from_secs(60);

/// The most bytes of a file of authorities: the system's own, all of them, are a
/// quarter of a MiB.
const CA_CAP: u64 = 16 * 1024 * 1024;

/// Builds the one HTTP client of a registry. It follows no redirect and
/// repeats nothing by itself: both are decided in [`crate::perform`].
pub(crate) fn client(options: &RegistryOptions, address: &Address, floor: &Arc<Floor>) -> Result<Client, Unusable> {
    // Fails only when a provider is installed already, and then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authorities = options.extra_ca.as_deref().map(authorities).transpose()?.unwrap_or_default();
    let builder = || builder(options, address, floor).tls_certs_merge(authorities.clone());
    let built = match builder().build() {
        // A machine without any CA certificate can still speak plain HTTP.
        Err(_) if address.base.scheme() == "http" => builder().tls_certs_only(std::iter::empty()).build(),
        built => built,
    };
    built.map_err(|error| Unusable::because("no HTTP client", error))
}

fn authorities(file: &Path) -> Result<Vec<Certificate>, Unusable> {
    let pem =
        forebear_files::read(file, CA_CAP).map_err(|error| Unusable::because(file.display().to_string(), error))?;
    let no_certificate = || format!("{} has no certificate in PEM", file.display());
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(no_certificate().into()),
        Err(error) => Err(Unusable::because(no_certificate(), error)),
    }
}

fn builder(options: &RegistryOptions, address: &Address, floor: &Arc<Floor>) -> ClientBuilder {
    let own = address.base.host_str().unwrap_or_default().to_owned();
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
