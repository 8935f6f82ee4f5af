//! Which of an image's names is rolling and which the most specific, by
//! evidence: what tags were seen leading to, and how their texts extend each
//! other. Where neither says anything, nothing is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::over_time::NameOverTime;
use super::tag_text::{COMPARED, TagText};

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
    let texts: Vec<TagText<'_>> = tags.iter().take(COMPARED).map(|tagged| TagText::read(tagged.tag)).collect();
    // For each, another that says more, and another that says less.
    let more = |own: &TagText<'_>| texts.iter().find(|other| other.says_more_than(own)).map(TagText::tag);
    let less = |own: &TagText<'_>| texts.iter().find(|other| own.says_more_than(other)).map(TagText::tag);
    let compared: Vec<_> = texts.iter().map(|own| (more(own), less(own))).collect();
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
