//! Which of an image's names is rolling and which the most specific, by
//! evidence: what tags were seen leading to, and how their texts extend each
//! other. Where neither says anything, nothing is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::over_time::NameOverTime;

/// What a name is among the names of its image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is meant to move: it was seen leading to several builds, or another
    /// name of the image says the same in more detail.
    Rolling,
    /// It says in most detail which build it means, and was never seen moving.
    MostSpecific,
}

/// A role, and the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOf {
    /// The role.
    pub role: Role,
    /// A short sentence.
    pub because: String,
}

/// Texts of this many tags of one repository are compared, the best ones: each
/// with each.
const COMPARED: usize = 256;

/// The roles of an image's names, in their order.
#[must_use]
pub fn roles(names: &[NameOverTime]) -> Vec<Option<RoleOf>> {
    let mut roles: Vec<Option<RoleOf>> = vec![None; names.len()];
    let mut repositories: BTreeMap<&str, Vec<Tagged<'_>>> = BTreeMap::new();
    for (name, role) in names.iter().zip(&mut roles) {
        let (repository, tag) = name.name.reference.rsplit_once(':').unwrap_or((&name.name.reference, ""));
        repositories.entry(repository).or_default().push(Tagged { tag, name, role });
    }
    repositories.into_values().for_each(assign);
    roles
}

/// One tag of a repository, and where its role goes.
struct Tagged<'a> {
    tag: &'a str,
    name: &'a NameOverTime,
    role: &'a mut Option<RoleOf>,
}

/// Assigns the roles of tags of one repository.
fn assign(mut tags: Vec<Tagged<'_>>) {
    let texts: Vec<&str> = tags.iter().take(COMPARED).map(|tagged| tagged.tag).collect();
    // For each, another that says more, and another that says less.
    let more = |tag: &str| texts.iter().copied().find(|other| extends(other, tag));
    let less = |tag: &str| texts.iter().copied().find(|other| extends(tag, other));
    let compared: Vec<_> = texts.iter().map(|tag| (more(tag), less(tag))).collect();
    let says_most = compared.iter().filter(|(more, less)| more.is_none() && less.is_some()).count();
    let compared = compared.into_iter().chain(std::iter::repeat((None, None)));
    for (tagged, (more, less)) in tags.iter_mut().zip(compared) {
        let is = |role, because| Some(RoleOf { role, because });
        *tagged.role = match (tagged.name.builds_seen, more, less) {
            (2.., _, _) => is(Role::Rolling, format!("seen leading to {} builds", tagged.name.builds_seen)),
            (_, Some(more), _) => is(Role::Rolling, format!("{more} says the same in more detail")),
            (_, None, Some(less)) if says_most == 1 => {
                is(Role::MostSpecific, format!("says more than {less}, and was never seen moving"))
            }
            _ => None,
        };
    }
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
