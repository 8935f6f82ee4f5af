//! The rule: which known image is the parent of this one, and why.
//!
//! Walk the image's layers through the trie and collect every known image
//! whose layers are a prefix, unknown prefixes notwithstanding. The answer is
//! the deepest candidate of the best class of history agreement; at one depth
//! the longest history. A deeper image whose history does not agree is a
//! build-cache sibling or another build, and is listed as such.

mod candidates;
mod children;
mod comparable;
mod compare;
mod declared;
mod identical;
mod lineage;
mod materials;
mod naming;
mod parent;
mod path;
mod rank;
mod recompressed;
mod resolution;
mod shares;
mod subject;
mod verdict;
mod why_not;

pub use children::{all_children, children};
pub use identical::{Identical, Relation};
pub use parent::{Parent, parent_of, parent_of_indexed};
pub use rank::RankedBy;
pub use recompressed::recompressed;
pub use resolution::{Judged, Resolution, judge, resolve};
pub use shares::Sharing;
pub use subject::Subject;
pub use verdict::{DeclaredBase, Verdict};
pub use why_not::{Reason, WhyNot};
