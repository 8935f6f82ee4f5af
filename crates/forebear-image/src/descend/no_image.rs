//! What an index is that lists no image.

use super::choice::NotChosen;

/// Types that are named; an index may list thousands.
const SHOWN: usize = 4;

/// What an index is that lists nothing but these, by their types: artifacts,
/// and entries of types that are not known. `own_type` is its own artifact type.
#[must_use]
pub fn no_image<'a>(
    artifacts: impl IntoIterator<Item = &'a str>,
    unknown: impl IntoIterator<Item = &'a str>,
    own_type: Option<&str>,
) -> NotChosen {
    let artifacts: Vec<&str> = artifacts.into_iter().collect();
    let unknown: Vec<&str> = unknown.into_iter().collect();
    NotChosen::NoImages(match (artifacts.as_slice(), unknown.as_slice(), own_type) {
        ([], [], Some(own_type)) => format!("an empty list of artifacts ({own_type})"),
        ([], [], None) => return NotChosen::Empty,
        ([], ..) => format!("an index whose entries are of unknown types ({})", named(&unknown)),
        ([_], ..) => format!("a list of 1 artifact ({})", named(&artifacts)),
        (several, ..) => format!("a list of {} artifacts ({})", several.len(), named(several)),
    })
}

/// Each type once, in the order in which they stand.
fn named(types: &[&str]) -> String {
    let mut distinct: Vec<&str> = Vec::new();
    for own in types.iter().take(1_000) {
        if !distinct.contains(own) {
            distinct.push(own);
        }
    }
    let more = if distinct.len() > SHOWN { ", …" } else { "" };
    distinct.truncate(SHOWN);
    format!("{}{more}", distinct.join(", "))
}
