//! A registry to ask.

use std::borrow::Cow;
use std::sync::Arc;

use forebear_image::{RegistryName, RepositoryName};

use crate::error::RegistryError;
use crate::host::HostState;
use crate::options::RegistryOptions;
use crate::places::{Host, Place, Table};
use crate::prefix::NamePrefix;
use crate::shared::Shared;
use crate::stats::Statistics;

/// One registry. Clones are cheap and share everything: connections, pace,
/// permits, holds, statistics. Make one per registry and clone it, or have a
/// [`crate::RegistryPool`] do so.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) name: RegistryName,
    pub(crate) prefix: Option<NamePrefix>,
    /// What stands before the names that the registry lists: the prefix, and where registries.conf says that it is
    /// another's part, that.
    pub(crate) listed_below: Option<NamePrefix>,
    /// What registries.conf calls it.
    pub(crate) called: RegistryName,
    pub(crate) shared: Arc<Shared>,
    pub(crate) own: Arc<Host>,
    pub(crate) table: Arc<Table>,
}

impl Registry {
    /// Prepares to speak to a registry; sends nothing.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Configuration`] when a registry that is not loopback is
    /// to be asked without a limit or with credentials over plain HTTP, when a
    /// prefix is to be taken off names and not said whose they are then, or when
    /// the HTTP client can't be built (no CA certificates on this machine, or
    /// [`RegistryOptions::extra_ca`] has none).
    pub fn new(options: RegistryOptions) -> Result<Self, RegistryError> {
        let name = options.name_as.as_ref().unwrap_or(&options.host).clone();
        let prefix = options.strip_prefix.clone();
        let own = Arc::new(Host::new(&options)?);
        let (shared, table) = (Arc::clone(&own.shared), Arc::default());
        Ok(Self { name, listed_below: prefix.clone(), prefix, called: options.host, shared, own, table })
    }

    /// The registry's name in the repository names it lists: the host, or what
    /// the options say it stands for.
    #[must_use]
    pub fn name(&self) -> &RegistryName {
        &self.name
    }

    /// The path of a repository as the registry calls it.
    pub(crate) fn path_of<'a>(&self, repository: &'a RepositoryName) -> Cow<'a, str> {
        match &self.prefix {
            None => Cow::Borrowed(&repository.path),
            Some(prefix) => Cow::Owned(prefix.put_on(&repository.path)),
        }
    }

    /// Where a repository is asked for: at mirrors, then at the registry.
    pub(crate) fn places(
        &self,
        repository: &RepositoryName,
        by_digest: bool,
    ) -> Result<(Vec<Place>, Place), RegistryError> {
        self.table.places(&self.own, self.called.as_str(), &self.path_of(repository), by_digest)
    }

    /// What holds of it beside its address and its login, a clause each: parts that are asked as somebody else,
    /// mirrors that are asked first and as whom.
    #[must_use]
    pub fn asked_also(&self) -> Vec<String> {
        let parts = self.own.asked_of_parts().iter().cloned();
        parts.chain(self.table.told(self.called.as_str())).collect()
    }

    /// Its name as references write it, whatever it stands for.
    #[must_use]
    pub fn asked_name(&self) -> &RegistryName {
        &self.shared.address.name
    }

    /// Where it is really asked: `https://registry-1.docker.io/`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.shared.address.base.url().as_str()
    }

    /// The other hosts that it is asked at: its mirrors, and where else registries.conf says that it is, each by
    /// where it is really asked.
    pub fn elsewhere(&self) -> impl Iterator<Item = (&str, &HostState)> {
        let mut hosts: Vec<&Shared> = Vec::new();
        for host in self.table.hosts() {
            let known =
                hosts.iter().copied().chain([&*self.shared]).any(|known| Arc::ptr_eq(&known.host, &host.shared.host));
            if !known {
                hosts.push(&host.shared);
            }
        }
        hosts.into_iter().map(|shared| (shared.address.base.url().as_str(), &*shared.host))
    }

    /// What was sent for it: to itself, its mirrors and whatever else registries.conf says that it is at.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.elsewhere().fold(self.host().statistics(), |all, (_, host)| all.plus(host.statistics()))
    }

    /// Pace, hold and statistics of this registry.
    #[must_use]
    pub fn host(&self) -> &HostState {
        &self.shared.host
    }
}
