//! Names: which tags led to an image, and what they lead to now.

mod name;
mod observed;
mod offered;
mod over_time;
mod repositories;
mod roles;
mod suffix;
mod tags;

pub use name::Name;
pub use over_time::{NameOverTime, TagNow};
pub use roles::{Role, RoleOf, roles};
pub(crate) use suffix::by_suffix;
