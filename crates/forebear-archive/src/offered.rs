//! Names in messages.

/// As many as a person reads.
const LISTED: usize = 8;

/// The first few names, and how many more there are: an archive may hold a
/// million.
pub(crate) fn offered(names: impl IntoIterator<Item = String>) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(LISTED).map(|name| name.chars().take(200).collect()).collect();
    match (shown.is_empty(), names.count()) {
        (true, _) => "images without names".to_owned(),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
