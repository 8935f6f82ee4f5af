//! An image that is judged, and by what.

use forebear_index::View;

use crate::located::Located;
use crate::options::AskOptions;
use crate::target::Target;

use super::request::CheckRequest;

/// An image that is judged, and by what. `judge.rs` says what comes of it,
/// `proof.rs` whether its layers are those of a base.
pub(super) struct Case<'a> {
    pub(super) index: &'a View,
    pub(super) options: &'a AskOptions,
    pub(super) request: &'a CheckRequest,
    pub(super) target: &'a Target,
    pub(super) located: &'a Located,
}
