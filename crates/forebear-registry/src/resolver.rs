//! Resolving names without being led inwards.
//!
//! A redirect is checked by its URL, but a public name may resolve to a
//! private address, and to another one each time it is asked. So the check
//! belongs where the addresses that are connected to are chosen.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::Reach;

/// How far inwards the registry's redirects may lead: as far as the registry
/// itself is. Anywhere until that is known, since nothing was followed yet.
#[derive(Debug, Default)]
pub(crate) struct Floor(AtomicU8);

impl Floor {
    /// Notes the address that the registry answered from.
    pub(crate) fn set(&self, peer: Reach) {
        self.0.store(peer as u8, Ordering::Relaxed);
    }

    fn allows(&self, address: SocketAddr) -> bool {
        Reach::of(address.ip()) as u8 >= self.0.load(Ordering::Relaxed)
    }
}

/// A name that has only addresses below the floor.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' resolves to private addresses only, and the registry is public")]
pub(crate) struct TooNear(String);

/// The system's resolver with a floor.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// The registry's own name, which may resolve to anything.
    pub(crate) own: String,
    pub(crate) floor: Arc<Floor>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let own = name.eq_ignore_ascii_case(&self.own);
        let floor = Arc::clone(&self.floor);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found.iter().copied().filter(|a| own || floor.allows(*a)).collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(TooNear(name).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(own: &str, floor: Reach) -> Result<usize, String> {
        let resolver = Resolver { own: own.to_owned(), floor: Arc::default() };
        resolver.floor.set(floor);
        resolver.resolve("localhost".parse().unwrap()).await.map(Iterator::count).map_err(|e| e.to_string())
    }

    #[tokio::test]
    async fn a_name_leads_no_further_inwards_than_the_registry() {
        assert!(resolve("r.example", Reach::Loopback).await.is_ok_and(|n| n > 0));
        assert!(resolve("localhost", Reach::Public).await.is_ok_and(|n| n > 0));
        assert!(resolve("r.example", Reach::Private).await.is_err_and(|e| e.contains("private")));
        assert!(resolve("r.example", Reach::Public).await.is_err_and(|e| e.contains("private")));
    }
}
