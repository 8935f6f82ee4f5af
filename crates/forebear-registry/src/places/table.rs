//! The places of each repository, in the order in which they are asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::host::Host;
use super::route::{PullFrom, Route};
use crate::error::{ErrorKind, RegistryError};
use crate::shared::Shared;

/// A mirror that was not reached so often in a row is asked no more by this process.
const GIVEN_UP_AFTER: u32 = 3;

/// The routes of one registry, their hosts at hand.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Row>);

#[derive(Debug)]
struct Row {
    route: Route,
    /// Where the registry itself is asked; `None`: where it is without a route.
    origin: Option<Arc<Host>>,
    mirrors: Vec<Arc<Mirror>>,
}

#[derive(Debug)]
struct Mirror {
    host: Arc<Host>,
    /// Failures to reach it, in a row.
    missed: AtomicU32,
}

/// A repository at one host.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) shared: Arc<Shared>,
    /// Its name there.
    pub(crate) path: String,
    /// What to keep of how it went, where it is a mirror.
    mirror: Option<Arc<Mirror>>,
}

impl Table {
    /// Adds a route, after all with longer prefixes.
    pub(crate) fn push(&mut self, route: Route, origin: Option<Arc<Host>>, mirrors: Vec<Arc<Host>>) {
        let mirror = |host| Arc::new(Mirror { host, missed: AtomicU32::new(0) });
        self.0.push(Row { route, origin, mirrors: mirrors.into_iter().map(mirror).collect() });
    }

    /// Where a repository is asked for: mirrors, then its registry. `host` is the registry's without a route, `name`
    /// how registries.conf calls it.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] where it is blocked.
    pub(crate) fn places(
        &self,
        host: &Host,
        name: &str,
        path: &str,
        by_digest: bool,
    ) -> Result<(Vec<Place>, Place), RegistryError> {
        let name = format!("{name}/{path}");
        let found = self.0.iter().find_map(|row| Some((row, name.get(row.route.prefix.end_in(&name)?..)?)));
        let Some((row, rest)) = found else { return Ok((Vec::new(), Place::at(host, path.to_owned()))) };
        if row.route.blocked {
            return Err(row.route.refusal());
        }
        let is_asked = |pull: PullFrom| match pull {
            PullFrom::All => true,
            PullFrom::DigestOnly => by_digest,
            PullFrom::TagOnly => !by_digest,
        };
        let mirrors = row.mirrors.iter().zip(&row.route.mirrors);
        let mirrors = mirrors.filter(|(own, said)| is_asked(said.pull) && !own.is_given_up());
        let mirrors = mirrors
            .map(|(own, said)| Place {
                mirror: Some(Arc::clone(own)),
                ..Place::at(&own.host, said.location.path_of(rest))
            })
            .collect();
        let own = row.route.location.as_ref().map_or_else(|| path.to_owned(), |location| location.path_of(rest));
        Ok((mirrors, Place::at(row.origin.as_deref().unwrap_or(host), own)))
    }

    /// Whether the registry itself may be asked, for what is no repository's.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] where it is blocked.
    pub(crate) fn ensure_open(&self, name: &str) -> Result<(), RegistryError> {
        let own = self.0.iter().find(|row| row.route.prefix.end_in(name).is_some());
        own.filter(|row| row.route.blocked).map_or(Ok(()), |row| Err(row.route.refusal()))
    }

    /// All hosts that it leads to.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = &Arc<Host>> {
        let origins = self.0.iter().filter_map(|row| row.origin.as_ref());
        origins.chain(self.0.iter().flat_map(|row| &row.mirrors).map(|mirror| &mirror.host))
    }

    /// Which mirrors are asked and as whom, a clause each.
    pub(crate) fn told(&self, name: &str) -> Vec<String> {
        let of_row = |row: &Row| {
            let prefix = row.route.prefix.as_str();
            let for_which = if prefix == name { String::new() } else { format!(" for {prefix}") };
            let file = row.route.file.display();
            let mirrors = row
                .mirrors
                .iter()
                .zip(&row.route.mirrors)
                .map(|(own, said)| format!("first{for_which} its mirror {said} {} (by {file})", own.host.asked()));
            let moved = row.origin.as_ref().zip(row.route.location.as_ref());
            let moved = moved.map(|(host, location)| format!("at {location}{for_which} {} (by {file})", host.asked()));
            let unchecked = row.route.insecure.then(|| format!("certificates are not checked{for_which} (by {file})"));
            mirrors.chain(moved).chain(unchecked).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of_row).collect()
    }
}

impl Place {
    fn at(host: &Host, path: String) -> Self {
        Self { shared: Arc::clone(host.of(&path)), path, mirror: None }
    }

    /// What a mirror gave; `None` where the next place is to be asked, as after whatever goes wrong here.
    pub(crate) fn had<T>(&self, asked: Result<T, RegistryError>) -> Option<T> {
        let mirror = self.mirror.as_ref()?;
        match asked {
            Ok(answer) => {
                mirror.missed.store(0, Ordering::Relaxed);
                Some(answer)
            }
            Err(error) => {
                tracing::info!(%error, "asking elsewhere: a mirror does not have it");
                let is_missed =
                    matches!(error.kind(), ErrorKind::Connect | ErrorKind::Dns | ErrorKind::Timeout | ErrorKind::Tls);
                if is_missed && mirror.missed.fetch_add(1, Ordering::Relaxed) + 1 == GIVEN_UP_AFTER {
                    tracing::warn!(%error, "a mirror cannot be reached, and is asked no more");
                }
                None
            }
        }
    }
}

impl Mirror {
    fn is_given_up(&self) -> bool {
        self.missed.load(Ordering::Relaxed) >= GIVEN_UP_AFTER
    }
}
