//! A job that can be run.

use std::path::PathBuf;
use std::time::Duration;

use forebear_image::RegistryName;
use forebear_registry::{AuthSource, NamePrefix, Rate, Registry, RegistryError, RegistryOptions};

use super::address::{RegistryAddress, Scheme};
use super::cron::Schedule;
use super::name::JobName;
use crate::on_limit::OnLimit;
use crate::selection::{Selection, SelectionError, SelectionSpec};

/// A job that can be run.
#[derive(Clone, Debug)]
pub struct Job {
    /// What it is called: in reports, metrics, and file names.
    pub name: JobName,
    /// Where it was read.
    pub file: Option<PathBuf>,
    /// When it is due; `None`: only when asked for.
    pub schedule: Option<Schedule>,
    /// The registry and how to speak to it.
    pub registry: JobRegistry,
    /// What of it is walked.
    pub select: SelectionSpec,
    /// The longest a run may take before it stops, to be resumed.
    pub max_duration: Option<Duration>,
    /// Whether a run ends with the publication of an index.
    pub publish: bool,
    /// What is as it was written, and may not be what was meant.
    pub remarks: Vec<String>,
}

/// The registry of a job.
#[derive(Clone, Debug)]
pub struct JobRegistry {
    /// The host, as references name it.
    pub host: RegistryName,
    /// Pace; `None`: the registry client's default.
    pub rate: Option<Rate>,
    /// Requests under way at once.
    pub concurrency: u16,
    /// Pulls that are left to others: the run stops while this many remain.
    pub quota_reserve: u64,
    /// What to do at a registry's limit.
    pub on_limit: OnLimit,
    /// Where credentials come from.
    pub auth: AuthSource,
    /// The registry's name in the store.
    pub name_as: Option<RegistryName>,
    /// What is taken off the registry's names of its repositories.
    pub strip_prefix: Option<NamePrefix>,
    /// Where namespaces are listed as Docker Hub lists them, as a URL without a
    /// path; `None`: where the registry is known to.
    pub namespace_api: Option<String>,
    /// A PEM file of authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Plain HTTP, whatever the host.
    pub plain_http: bool,
    /// TLS, also on loopback.
    pub tls: bool,
    /// Whatever certificate the registry shows is believed.
    pub insecure: bool,
}

impl JobRegistry {
    /// The concurrency where none is asked for.
    pub const CONCURRENCY: u16 = 8;

    /// A registry by its host, all else by default.
    #[must_use]
    pub fn new(host: RegistryName) -> Self {
        Self {
            host,
            rate: None,
            concurrency: Self::CONCURRENCY,
            quota_reserve: 0,
            on_limit: OnLimit::Park,
            auth: AuthSource::default(),
            name_as: None,
            strip_prefix: None,
            namespace_api: None,
            ca_file: None,
            plain_http: false,
            tls: false,
            insecure: false,
        }
    }

    /// The same, where it is written with a scheme.
    #[must_use]
    pub fn at(address: RegistryAddress) -> Self {
        let (plain_http, tls) = (address.scheme == Some(Scheme::Http), address.scheme == Some(Scheme::Https));
        Self { plain_http, tls, ..Self::new(address.host) }
    }

    /// How the registry client is to be set up.
    #[must_use]
    pub fn options(&self) -> RegistryOptions {
        let mut options = RegistryOptions::new(self.host.clone());
        options.plain_http = self.plain_http;
        options.loopback_tls = self.tls;
        options.insecure = self.insecure;
        options.rate = self.rate;
        options.concurrency = usize::from(self.concurrency);
        options.quota_reserve = self.quota_reserve;
        options.namespace_api.clone_from(&self.namespace_api);
        options.extra_ca.clone_from(&self.ca_file);
        options.name_as.clone_from(&self.name_as);
        options.strip_prefix.clone_from(&self.strip_prefix);
        options
    }
}

impl Job {
    /// The selection, for a registry that is stored under `name`.
    ///
    /// # Errors
    /// When a glob is none, which [`Job::read`] has told already.
    pub fn selection(&self, name: &RegistryName) -> Result<Selection, SelectionError> {
        Selection::below(self.registry.strip_prefix.as_ref(), name, self.select.clone())
    }

    /// Whether a job can be run as far as the registry client can tell without
    /// sending anything.
    ///
    /// # Errors
    /// As [`Registry::new`].
    pub fn try_registry(&self) -> Result<(), RegistryError> {
        Registry::new(self.registry.options()).map(drop)
    }
}
