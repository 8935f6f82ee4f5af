//! Which entry of an index is meant.

use forebear_image::{ChildManifest, Platform, Reference};

use crate::error::AskError;

/// The entry for a platform; the default holds for tags that offer several.
pub(crate) fn choose(
    children: Vec<ChildManifest>,
    wanted: Option<&Platform>,
    by_digest: bool,
    reference: &Reference,
) -> Result<ChildManifest, AskError> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let default = Platform::default_wanted();
    let wanted = match wanted {
        None if images.len() == 1 => return images.pop().ok_or_else(|| AskError::EmptyIndex(reference.to_string())),
        None if by_digest => None,
        None => Some(&default),
        given => given,
    };
    let offered = images.iter().filter_map(|child| child.platform.as_ref()).map(ToString::to_string);
    let offered = offered.collect::<Vec<_>>().join(", ");
    let Some(wanted) = wanted else {
        return Err(AskError::ChoosePlatform { name: reference.to_string(), offered });
    };
    let fits = |same: bool| {
        images.iter().position(|child| {
            child.platform.as_ref().is_some_and(|p| if same { p.same(wanted) } else { p.satisfies(wanted) })
        })
    };
    let at = fits(true).or_else(|| fits(false));
    let name = || reference.to_string();
    let at = at.ok_or_else(|| AskError::NoSuchPlatform { name: name(), wanted: wanted.clone(), offered })?;
    Ok(images.swap_remove(at))
}
