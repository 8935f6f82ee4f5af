//! One command per file: ask, print, exit code.

pub(crate) mod brought;
pub(crate) mod check;
pub(crate) mod children;
pub(crate) mod diff;
pub(crate) mod dockerfile;
pub(crate) mod files;
pub(crate) mod find;
pub(crate) mod index;
pub(crate) mod layers;
pub(crate) mod lineage;
pub(crate) mod parent;
pub(crate) mod stats;
pub(crate) mod verify;
