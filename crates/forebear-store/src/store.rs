//! The boundary: what every database behind the crawler can do.

mod facts;
mod frontier;
mod runs;

pub use facts::FactStore;
pub use frontier::FrontierStore;
pub use runs::RunStore;

/// Facts, frontier, and runs with their holds, in one database.
///
/// Each is a small trait of its own, so that a function says what it touches. What
/// they promise beyond their types is written as tests that any implementation can
/// be given to: `forebear_testkit::conformance`.
pub trait Store: FactStore + FrontierStore + RunStore {}

impl<T: FactStore + FrontierStore + RunStore + ?Sized> Store for T {}
