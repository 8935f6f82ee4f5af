//! Answers for people.

pub(crate) mod check;
pub(crate) mod children;
mod coverage;
pub(crate) mod diff;
mod differences;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod layers;
pub(crate) mod lineage;
mod names;
pub(crate) mod parent;
pub(crate) mod stats;
pub(crate) mod verify;
mod words;
