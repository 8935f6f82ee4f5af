//! What the server's handle and its thread share.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::server::fault::Faults;
use crate::server::meter::Meter;
use crate::server::options::Options;
use crate::server::recorded::Log;
use crate::server::tokens::Tokens;
use crate::world::World;

/// What a POST does to the world.
pub(crate) type Change = Box<dyn Fn(&mut World) + Send>;

pub(crate) struct Shared {
    pub(crate) addr: SocketAddr,
    pub(crate) log: Arc<Log>,
    world: Mutex<World>,
    options: Mutex<Options>,
    faults: Mutex<Faults>,
    posts: Mutex<HashMap<String, Change>>,
    meter: Mutex<Meter>,
    tokens: Mutex<Tokens>,
}

impl Shared {
    pub(crate) fn new(addr: SocketAddr, world: World, options: Options) -> Self {
        Self {
            addr,
            log: Arc::default(),
            world: Mutex::new(world),
            options: Mutex::new(options),
            faults: Mutex::default(),
            posts: Mutex::default(),
            meter: Mutex::default(),
            tokens: Mutex::default(),
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    pub(crate) fn options(&self) -> MutexGuard<'_, Options> {
        lock(&self.options)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(crate) fn posts(&self) -> MutexGuard<'_, HashMap<String, Change>> {
        lock(&self.posts)
    }

    pub(crate) fn meter(&self) -> MutexGuard<'_, Meter> {
        lock(&self.meter)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }
}

/// A test that panicked with the lock held must not hide its own message
/// behind a second panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("addr", &self.addr).finish_non_exhaustive()
    }
}
