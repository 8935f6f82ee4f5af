//! Rows that went through files are the rows that went in, whatever happened
//! between.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod damage;
mod facts;
mod folder;
mod frozen;
mod oracle;
mod places;
mod refusals;
