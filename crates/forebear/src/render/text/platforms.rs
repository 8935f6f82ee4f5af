//! One line for what holds of several platforms.

use std::collections::HashMap;
use std::hash::Hash;

use forebear_image::Platform;

use super::words::safe;

/// What is said, each once and in order, with `for linux/arm64/v8, linux/s390x`
/// where it is said of another platform than the image's own.
pub(super) fn with_platforms<'a, T: Clone + Eq + Hash>(
    own: Option<&Platform>,
    said: impl Iterator<Item = (T, Option<&'a Platform>)>,
) -> Vec<(T, Option<String>)> {
    let mut told: Vec<(T, Vec<&Platform>)> = Vec::new();
    let mut known: HashMap<T, usize> = HashMap::new();
    for (what, platform) in said {
        let at = *known.entry(what).or_insert_with_key(|what| {
            told.push((what.clone(), Vec::new()));
            told.len() - 1
        });
        if let Some((_, platforms)) = told.get_mut(at) {
            platforms.extend(platform);
        }
    }
    let list = |platforms: &[&Platform]| {
        let others = platforms.iter().any(|platform| Some(*platform) != own);
        let names = || platforms.iter().map(|platform| safe(&platform.to_string())).collect::<Vec<_>>();
        others.then(|| format!("for {}", names().join(", ")))
    };
    told.into_iter().map(|(what, platforms)| (what, list(&platforms))).collect()
}
