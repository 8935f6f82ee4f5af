//! Text, for people: a file for each answer.

mod any_build;
pub(super) mod check;
mod child;
pub(super) mod children;
mod coverage;
mod decision;
mod declared;
pub(super) mod diff;
mod differences;
pub(super) mod files;
pub(super) mod find;
pub(super) mod history;
pub(super) mod index_file;
pub(super) mod layers;
pub(super) mod lineage;
pub(super) mod listed;
mod names;
pub(super) mod outdated;
pub(super) mod parent;
mod platforms;
pub(super) mod stats;
pub(super) mod verify;
mod words;
mod wrap;
