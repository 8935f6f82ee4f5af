//! The documentation is true: examples are run as they stand, links lead
//! somewhere, and the book has every page.

mod console;
mod links;
mod pages;
mod shell;
