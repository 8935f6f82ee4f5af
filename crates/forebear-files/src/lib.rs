//! Files that somebody gives: options, job files, configurations, pointers, what
//! a data folder holds.
//!
//! A name says nothing of what lies behind it. A FIFO may block for ever, a
//! device may never end, and a file may be larger than memory; all of them by a
//! symbolic link that somebody else put there. So every file is read through
//! [`read()`], [`read_text`] or [`open`], which ask of its kind and its size, and
//! never wait. What is made beside them is made so that it outlives a lost power.

#![forbid(unsafe_code)]

mod folder;
mod handed_over;
mod read;
mod unread;

pub use folder::make_folder;
pub use handed_over::is_handed_over;
pub use read::{ensure_file, open, read, read_stdin_text, read_text};
pub use unread::Unread;
