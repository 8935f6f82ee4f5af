//! What was asked for.

use std::path::PathBuf;

use forebear_ask::{Asker, ReferenceGlobs};
use forebear_export::Filter;

use crate::session::Session;

/// What was asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) tables: &'a [String],
    pub(crate) repositories: &'a [String],
    pub(crate) by_registry: bool,
    pub(crate) csv_safe: bool,
    pub(crate) reports: &'a [PathBuf],
}

/// What of the index is exported.
pub(super) fn filter(session: &Session, wanted: &Wanted<'_>) -> anyhow::Result<Filter> {
    Ok(Filter { globs: ReferenceGlobs::new(wanted.repositories)?, platforms: session.platforms().to_vec() })
}

/// Asks an index that is to be exported.
pub(super) fn asker(session: &Session) -> anyhow::Result<Asker> {
    let asker = session.asker()?;
    session.tell(asker.nothing_later().as_slice());
    Ok(asker)
}
