//! Which of an image's names is rolling and which the most specific, by
//! evidence: what tags were seen leading to, and how their texts extend each
//! other. Where neither says anything, nothing is said.

use crate::names::NameOverTime;

/// What a name is among the names of its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is meant to move: it was seen leading to several builds, or another
    /// name of the image says the same in more detail.
    Rolling,
    /// It says in most detail which build it means, and was never seen moving.
    MostSpecific,
}

/// A role, and what it was told by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOf {
    /// The role.
    pub role: Role,
    /// A short sentence.
    pub because: String,
}

/// The roles of an image's names, in their order.
#[must_use]
pub fn roles(names: &[NameOverTime]) -> Vec<Option<RoleOf>> {
    names.iter().map(|name| role(name, names)).collect()
}

fn role(name: &NameOverTime, all: &[NameOverTime]) -> Option<RoleOf> {
    let (repository, tag) = split(name);
    let siblings = || all.iter().map(split).filter(|(its, other)| *its == repository && *other != tag);
    if name.builds_seen > 1 {
        let because = format!("seen leading to {} builds", name.builds_seen);
        return Some(RoleOf { role: Role::Rolling, because });
    }
    if let Some((_, more)) = siblings().find(|(_, other)| extends(other, tag)) {
        return Some(RoleOf { role: Role::Rolling, because: format!("{more} says the same in more detail") });
    }
    // The only one that extends others and is extended by none.
    let is_top = |tag: &str| {
        let others = || all.iter().map(split).filter(move |(its, other)| *its == repository && *other != tag);
        others().any(|(_, other)| extends(tag, other)) && !others().any(|(_, other)| extends(other, tag))
    };
    let only = is_top(tag) && !siblings().any(|(_, other)| is_top(other));
    let less = siblings().find(|(_, other)| extends(tag, other)).filter(|_| only)?.1;
    let because = format!("says more than {less}, and was never seen moving");
    Some(RoleOf { role: Role::MostSpecific, because })
}

fn split(name: &NameOverTime) -> (&str, &str) {
    name.name.reference.rsplit_once(':').unwrap_or((&name.name.reference, ""))
}

/// Whether a tag says all that another does, and more: `3.19.1` extends `3.19`,
/// `1.27-alpine3.20` extends `1-alpine` and `alpine`, `jammy-20230804` extends
/// `jammy`; `12.1` does not extend `1`, nor `1.2` `2`.
fn extends(more: &str, less: &str) -> bool {
    let mut parts = more.split(['-', '_']);
    more != less && less.split(['-', '_']).all(|part| parts.any(|longer| refines(longer, part)))
}

/// Whether one part of a tag is another, or begins with it and goes on as a
/// version does: after a dot, or from letters to digits.
fn refines(longer: &str, part: &str) -> bool {
    let Some(rest) = longer.strip_prefix(part) else { return false };
    let begins = |digit: bool| rest.starts_with(|first: char| first == '.' || (digit && first.is_ascii_digit()));
    !part.is_empty() && (rest.is_empty() || begins(part.ends_with(|last: char| last.is_ascii_alphabetic())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_say_more() {
        for (more, less) in [
            ("3.19", "3"),
            ("3.19.1", "3.19"),
            ("jammy-20230804", "jammy"),
            ("1.27-alpine", "1-alpine"),
            ("1.27-alpine", "alpine"),
            ("1.27-alpine3.20", "1-alpine"),
            ("3.12.1-slim-bookworm", "3-slim"),
            ("v1.2", "v1"),
        ] {
            assert!(extends(more, less), "{more} {less}");
            assert!(!extends(less, more), "{less} {more}");
        }
        for (one, other) in [
            ("12", "1"),
            ("12.1", "1"),
            ("1.2", "2"),
            ("22.04", "jammy"),
            ("latest", "3"),
            ("3", "3"),
            ("alpine", "3-slim"),
            ("slim-3", "3-slim"),
            ("bookworms", "bookworm"),
        ] {
            assert!(!extends(one, other), "{one} {other}");
            assert!(!extends(other, one), "{other} {one}");
        }
    }
}
