//! The registry of a job, as registries.conf and the files of logins have it.

use forebear_image::RegistryName;
use forebear_registry::{Credentials, Login, Registry, RegistryError, RegistryOptions, RegistryPool};

use super::jobs::Job;

/// Prepares to ask; sends nothing. What registries.conf names is asked at the job's pace, each host by itself.
///
/// # Errors
/// As [`RegistryPool::registry`].
pub(super) async fn connect(job: &Job, login: &Login) -> Result<Registry, RegistryError> {
    let own = RegistryOptions { credentials: login.credentials.clone(), ..job.registry.options() };
    let host = own.host.clone();
    let options = move |asked: RegistryName| {
        if asked == own.host {
            return own.clone();
        }
        RegistryOptions {
            host: asked,
            credentials: Credentials::Anonymous,
            plain_http: false,
            loopback_tls: false,
            namespace_api: None,
            quota_reserve: 0,
            name_as: None,
            strip_prefix: None,
            ..own.clone()
        }
    };
    RegistryPool::new(job.registry.auth, options).with_registries_conf().registry(&host).await
}
