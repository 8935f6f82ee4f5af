//! Rows that went through files are the rows that went in, whatever happened
//! between.

mod damage;
mod disk;
mod facts;
mod folder;
mod oracle;
mod refusals;
