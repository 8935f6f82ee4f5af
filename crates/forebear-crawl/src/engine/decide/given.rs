//! What every decision goes by.

use crate::engine::context::Context;
use crate::engine::known::Known;

/// What the run is, and what it knows.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub known: &'a Known<'a>,
    pub context: &'a Context,
}
