//! Globs over references as people write them, in full.

/// What no name has, and globs do.
pub(crate) const GLOB: [char; 4] = ['*', '?', '[', '{'];

/// A glob over whole references: `alpine` is `docker.io/library/alpine:*`, as in references.
pub(crate) fn in_full(glob: &str) -> String {
    let (first, rest) = glob.split_once('/').map_or(("", glob), |(first, rest)| (first, rest));
    let is_host = first.contains(['.', ':']) || first.contains(GLOB) || first == "localhost";
    let path = match (first, is_host) {
        ("", _) => format!("docker.io/library/{rest}"),
        (_, true) => glob.to_owned(),
        (_, false) => format!("docker.io/{glob}"),
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    // `**` runs across slashes, and over tags with them.
    if last.contains(':') || last == "**" { path } else { format!("{path}:*") }
}
