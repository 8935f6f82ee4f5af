//! What a file or folder is instead of what it was taken for, and the form or
//! command that fits: decided here, for every form.

mod answer;
mod bytes;
mod json;
mod names;

pub use answer::Instead;

pub(crate) use bytes::{empty, of_document, of_file};
pub(crate) use json::of_json;
pub(crate) use names::{of_folder, of_tar};
