//! Names: which tags led to an image, and what they lead to now.

mod counting;
mod freshness;
mod name;
mod observed;
mod offered;
mod over_time;
mod repositories;
mod roles;
mod seen;
mod shown;
mod suffix;
mod tag_kind;
mod tag_text;
mod tags;

pub use counting::{Counting, Line, Tagged, counting};
pub use freshness::{Freshness, FreshnessState};
pub use name::{Name, in_full};
pub use over_time::{BuildOfTag, NameOverTime, TagNow};
pub use roles::{Role, RoleOf, roles};
pub use seen::{RepositorySeen, Unread};
pub(crate) use shown::declared_name;
pub use shown::{shown, shown_tag};
pub(crate) use suffix::by_suffix;
pub use tag_kind::{TagKind, tag_kind};
