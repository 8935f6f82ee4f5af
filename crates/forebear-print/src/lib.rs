//! What both programs do with standard output and input.
//!
//! What could not be written is an error, and only that nobody reads any more is
//! none ([`print()`], [`stream`]). JSON keeps foreign text whole and shows a
//! terminal none of it raw ([`json`]). Input is read by lines of bounded length,
//! and only as long as somebody reads the answers ([`Lines`], [`wait_for_input`]).
//! Logs go to stderr ([`logs`]). Whether there is colour, and what for, is decided here too ([`ColourChoice`],
//! [`Paint`]). And both have manual pages ([`manual`]).

#![forbid(unsafe_code)]

mod colour;
pub mod json;
mod lines;
pub mod logs;
pub mod manual;
mod output;
mod wait;

pub use colour::{ColourChoice, Paint, is_coloured};
pub use lines::{Line, Lines};
pub use output::{OutputError, Printed, print, stream};
pub use wait::wait_for_input;
