//! The documentation is true: examples are run as they stand, links lead
//! somewhere, and the book has every page.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod console;
mod contract;
mod forms;
mod links;
mod pages;
mod shell;
