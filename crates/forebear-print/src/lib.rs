//! What both programs do with standard output and input.
//!
//! What could not be written is an error, and only that nobody reads any more is
//! none ([`print()`], [`stream`]). JSON keeps foreign text whole and shows a
//! terminal none of it raw ([`json`]). Input is read by lines of bounded length,
//! and only as long as somebody reads the answers ([`Lines`], [`wait_for_input`]).

#![forbid(unsafe_code)]

pub mod json;
mod lines;
mod output;
mod wait;

pub use lines::{Line, Lines};
pub use output::{OutputError, Printed, is_coloured, print, stream};
pub use wait::wait_for_input;
