//! Politeness towards one host.

mod admission;
mod silence;
mod state;

pub(crate) use admission::Pass;
pub use state::HostState;
