//! Answers for people.

pub(crate) mod children;
pub(crate) mod diff;
pub(crate) mod layers;
pub(crate) mod lineage;
pub(crate) mod parent;
pub(crate) mod stats;
mod words;
