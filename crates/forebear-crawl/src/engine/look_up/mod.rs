//! What a chunk of outcomes needs to know, gathered and looked up together: a
//! few questions to the store for hundreds of outcomes.
//!
//! What is asked for is what `decide` may want to know, or more: first what
//! outcomes speak of themselves, then level by level what lies below the
//! manifests they lead to, at last whether the tasks that may be added are there
//! already or have failed. A chunk goes down as far as its memory may;
//! [`super::decide`] says what is left.

mod answers;
mod candidates;
mod keys;
mod questions;
mod walk;

pub(super) use candidates::Scope;
pub(super) use questions::look_up;
