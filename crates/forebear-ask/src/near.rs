//! "Did you mean …?": names of the index that are near one that is not there.

use forebear_image::RepositoryName;
use forebear_index::{RepositoryId, View};

/// Names that are suggested.
const SUGGESTED: usize = 3;

/// What Docker puts before the names of official images, and before all others
/// of Docker Hub.
const DEFAULTS: [&str; 2] = ["docker.io/library/", "docker.io/"];

/// A name as people write it: `alpine`, `acme/web`, `ghcr.io/o/r`.
pub(crate) fn familiar(name: &str) -> &str {
    DEFAULTS.iter().find_map(|default| name.strip_prefix(default)).unwrap_or(name)
}

/// Repositories whose names are near one that is not there, best first, as
/// people write them. One of the same path on another registry is nearest: a
/// mirror is stored under the name of what it mirrors.
pub(crate) fn repositories(index: &View, asked: &RepositoryName) -> Vec<String> {
    let asked_in_full = asked.to_string();
    let wanted = familiar(&asked_in_full);
    let elsewhere = index.repositories_ending_in(&asked.path).into_iter();
    let elsewhere: Vec<&str> = elsewhere.take(SUGGESTED).map(|id| index.repository_name(id)).collect();
    if !elsewhere.is_empty() {
        return elsewhere.into_iter().map(|name| familiar(name).to_owned()).collect();
    }
    let all = (0..index.repository_count()).map(RepositoryId).map(|id| familiar(index.repository_name(id)));
    best(wanted, all)
}

/// Of names, those that are near: first those that one begins with the other,
/// then those with the fewest slips of the finger between them.
pub(crate) fn best<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut near: Vec<(usize, usize, &str)> = names.filter_map(|name| rank(wanted, name)).collect();
    near.sort_unstable();
    near.into_iter().take(SUGGESTED).map(|(_, _, name)| name.to_owned()).collect()
}

fn rank<'a>(wanted: &str, name: &'a str) -> Option<(usize, usize, &'a str)> {
    // What is half typed is likelier than what is mistyped.
    let typed = wanted.len() >= 3 && name.starts_with(wanted);
    if typed {
        return Some((0, name.len(), name));
    }
    let allowed = match wanted.chars().count() {
        0..=2 => return None,
        3..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    if name.len().abs_diff(wanted.len()) > allowed {
        return None;
    }
    let slips = strsim::osa_distance(wanted, name);
    (slips <= allowed).then_some((slips, name.len(), name))
}

/// `did you mean A, B or C?`; `None` of no names.
#[must_use]
pub fn did_you_mean(near: &[String]) -> Option<String> {
    let (last, others) = near.split_last()?;
    Some(if others.is_empty() {
        format!("did you mean {last}?")
    } else {
        format!("did you mean {} or {last}?", others.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        #[track_caller]
        fn check(wanted: &str, names: &[&str], expected: &[&str]) {
            assert_eq!(best(wanted, names.iter().copied()), expected, "{wanted}");
        }
        let tags = ["3", "3.11", "3.11-slim", "3.12", "3.12-slim", "3.12-slim-bookworm", "latest"];
        check("3.12-sl", &tags, &["3.12-slim", "3.12-slim-bookworm"]);
        check("lastest", &tags, &["latest"]);
        check("3.13", &tags, &["3.11", "3.12"]);
        check("edge", &tags, &[]);
        check("9", &tags, &[]);
        let names = ["alpine", "acme/api", "acme/app", "python"];
        check("alpin", &names, &["alpine"]);
        check("pyhton", &names, &["python"]);
        check("acme/apo", &names, &["acme/api", "acme/app"]);
        check("debian", &names, &[]);
    }

    #[test]
    fn as_people_write_them() {
        assert_eq!(familiar("docker.io/library/alpine"), "alpine");
        assert_eq!(familiar("docker.io/acme/web"), "acme/web");
        assert_eq!(familiar("ghcr.io/o/r"), "ghcr.io/o/r");
        let names = ["a".to_owned(), "b".to_owned(), "c".to_owned()];
        assert_eq!(did_you_mean(&names).unwrap(), "did you mean a, b or c?");
        assert_eq!(did_you_mean(&names[..1]).unwrap(), "did you mean a?");
        assert_eq!(did_you_mean(&[]), None);
    }
}
