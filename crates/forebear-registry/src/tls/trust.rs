//! What is trusted for one registry beside the system's authorities, and whom it is
//! asked as by certificate.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;

use super::folders;
use super::own::OrItself;
use crate::error::Unusable;
use crate::options::RegistryOptions;

/// The most bytes of a file of authorities: the system's own, all of them, are a
/// quarter of a MiB.
const CAP: u64 = 16 * 1024 * 1024;

/// Certificates beside the system's.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    authorities: Vec<CertificateDer<'static>>,
    client: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl Trust {
    /// What the options and the folders of this machine say.
    pub(crate) fn of(options: &RegistryOptions) -> Result<Self, Unusable> {
        let found = folders::look(&folders::places(), options.host.as_str())?;
        let mut authorities = Vec::new();
        for file in found.authorities.iter().chain(&options.extra_ca) {
            authorities.extend(certificates(file)?);
        }
        let client = match &found.client {
            None => None,
            Some((certificate, key)) => {
                let read = forebear_files::read(key, CAP);
                let pem = read.map_err(|error| Unusable::because(key.display().to_string(), error))?;
                let no_key = |error| Unusable::because(format!("{} has no private key in PEM", key.display()), error);
                Some((certificates(certificate)?, PrivateKeyDer::from_pem_slice(&pem).map_err(no_key)?))
            }
        };
        Ok(Self { authorities, client })
    }

    /// How to speak TLS; `None` where the client's own way does.
    pub(crate) fn config(&self, provider: Arc<CryptoProvider>) -> Result<Option<ClientConfig>, Unusable> {
        if self.authorities.is_empty() && self.client.is_none() {
            return Ok(None);
        }
        let failed = |error: rustls::Error| Unusable::because("TLS cannot be set up", error);
        let verifier =
            Verifier::new_with_extra_roots(self.authorities.iter().cloned(), Arc::clone(&provider)).map_err(failed)?;
        let verifier = OrItself { verifier, trusted: self.authorities.clone() };
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(failed)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &self.client {
            None => config.with_no_client_auth(),
            Some((chain, key)) => config.with_client_auth_cert(chain.clone(), key.clone_key()).map_err(failed)?,
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(config))
    }
}

/// The certificates of a file, of which there is one at least.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let pem = forebear_files::read(file, CAP).map_err(|error| Unusable::because(file.display().to_string(), error))?;
    let no_certificate = || format!("{} has no certificate in PEM", file.display());
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(no_certificate().into()),
        Err(error) => Err(Unusable::because(no_certificate(), error)),
    }
}
