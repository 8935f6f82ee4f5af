//! Which entry of an index is meant.

use forebear_image::ChildManifest;
use forebear_image::Reference;
use forebear_image::descend::{Choice, DescendError, EntryKind, Otherwise};

use crate::error::AskError;
use crate::options::AskOptions;

/// The entry that a reference means.
pub(crate) fn choose(
    children: Vec<ChildManifest>,
    options: &AskOptions,
    reference: &Reference,
) -> Result<ChildManifest, AskError> {
    let mut entries: Vec<ChildManifest> =
        children.into_iter().filter(|child| EntryKind::of(child).may_lead_to_image()).collect();
    let otherwise = if reference.digest.is_some() { Otherwise::Nothing } else { Otherwise::Default };
    let choice = Choice { wanted: options.platform.as_ref(), otherwise };
    match choice.among(&entries, |entry| entry.platform.as_ref()) {
        Ok(at) => Ok(entries.swap_remove(at)),
        Err(error) => Err(AskError::descend(&reference.to_string(), DescendError::NotChosen(error))),
    }
}
