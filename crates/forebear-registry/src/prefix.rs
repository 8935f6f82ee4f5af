//! A part of a registry's repository names that is not part of the images'.

use std::fmt;
use std::str::FromStr;

use forebear_image::{RegistryName, RepositoryName};

/// What stands before the names of another registry's repositories where a
/// registry passes them on: `dockerhub/`, the name of a Harbor proxy project or
/// the prefix of an ECR pull-through cache rule.
///
/// Taking it off and putting it on are each other's inverse, so two repositories
/// never become one: what is not below it has no name without it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamePrefix {
    /// With the slash at its end.
    text: String,
}

impl NamePrefix {
    /// The name below the prefix, of a repository as the registry calls it.
    #[must_use]
    pub fn strip<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.text).filter(|rest| !rest.is_empty())
    }

    /// The prefix below another: `hub/` of `library/` is `hub/library/`.
    pub(crate) fn below(&self, above: &Self) -> Self {
        Self { text: format!("{above}{self}") }
    }

    /// The name as the registry calls it, of one below the prefix.
    #[must_use]
    pub fn put_on(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

/// A text that is no prefix of names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no prefix of repository names; write it as dockerhub/")]
pub struct PrefixError {
    text: String,
}

impl FromStr for NamePrefix {
    type Err = PrefixError;

    /// Reads `dockerhub/`, with or without its last slash.
    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let path = text.strip_suffix('/').unwrap_or(text);
        // Only the path is checked.
        match RepositoryName::new(&RegistryName::docker_hub(), path) {
            Ok(name) => Ok(Self { text: format!("{}/", name.path) }),
            Err(_) => Err(PrefixError { text: text.chars().take(150).collect() }),
        }
    }
}

impl fmt::Display for NamePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p43_a_prefix_is_taken_off_and_put_on() {
        for text in ["dockerhub", "dockerhub/", "a/b", "a/b/"] {
            let prefix: NamePrefix = text.parse().unwrap();
            assert_eq!(prefix.to_string(), format!("{}/", text.trim_end_matches('/')));
            assert_eq!(prefix.put_on("library/alpine"), format!("{prefix}library/alpine"));
            assert_eq!(prefix.strip(&prefix.put_on("library/alpine")), Some("library/alpine"));
        }
        let prefix: NamePrefix = "dockerhub/".parse().unwrap();
        for other in ["dockerhub", "dockerhub/", "dockerhub2/library/alpine", "quay/dockerhub/x", "library/alpine"] {
            assert_eq!(prefix.strip(other), None, "{other}");
        }
        for wrong in ["", "/", "/dockerhub", "dockerhub//", "Docker", "a b", "https://harbor.example/dockerhub"] {
            assert!(wrong.parse::<NamePrefix>().is_err(), "{wrong}");
        }
    }
}
