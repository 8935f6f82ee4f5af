//! An entry of registries.conf: which names it is for, and where they are asked instead.

use std::fmt;
use std::path::PathBuf;

use forebear_image::RegistryName;
use serde::Deserialize;

use crate::error::{RegistryError, Unusable};

/// Where images of names that begin so are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) prefix: Prefix,
    /// What stands for the prefix when its registry is asked; `None`: the name as it is.
    pub(crate) location: Option<Location>,
    pub(crate) insecure: bool,
    pub(crate) blocked: bool,
    /// Asked before, in order.
    pub(crate) mirrors: Vec<Mirror>,
    /// The file that says so.
    pub(crate) file: PathBuf,
}

impl Route {
    /// Nobody is to ask there.
    pub(crate) fn refusal(&self) -> RegistryError {
        let (name, file) = (self.prefix.as_str(), self.file.display());
        RegistryError::configuration(format!("{name} is blocked by {file}"))
    }
}

/// A place that is asked first.
#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    pub(crate) location: Location,
    pub(crate) insecure: bool,
    pub(crate) pull: PullFrom,
}

/// For which references a mirror is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PullFrom {
    /// Of whatever form.
    All,
    /// Those with a digest.
    DigestOnly,
    /// Those with a tag alone.
    TagOnly,
}

/// The beginning of names: `docker.io`, `docker.io/library`, `*.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prefix(String);

impl Prefix {
    pub(crate) fn parse(text: &str) -> Result<Self, Unusable> {
        Ok(Self(bare(text)?.to_owned()))
    }

    pub(crate) fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// As it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the part of a name ends that this stands for; `None` of another name.
    pub(crate) fn end_in(&self, name: &str) -> Option<usize> {
        let end = match self.0.strip_prefix('*') {
            // Hosts only: what is found must lie before the first slash.
            Some(domain) => {
                let at =
                    name.find(domain).filter(|at| *at > 0 && !name.get(..*at).unwrap_or_default().contains('/'))?;
                at + domain.len()
            }
            None => name.starts_with(&self.0).then_some(self.0.len())?,
        };
        matches!(name.as_bytes().get(end), None | Some(b'/')).then_some(end)
    }
}

/// A registry, with what stands before the names of its repositories: `mirror.example:5000/hub`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) host: RegistryName,
    /// Without slashes at its ends; may be empty.
    path: String,
}

impl Location {
    pub(crate) fn parse(text: &str) -> Result<Self, Unusable> {
        let (host, path) = bare(text)?.split_once('/').unwrap_or((bare(text)?, ""));
        let host = host.parse().map_err(|error| Unusable::because(format!("'{text}' is no location"), error))?;
        Ok(Self { host, path: path.to_owned() })
    }

    /// The repository there of a name whose end, from where a prefix ends, is `rest`.
    pub(crate) fn path_of(&self, rest: &str) -> String {
        let rest = rest.trim_start_matches('/');
        let between = if self.path.is_empty() || rest.is_empty() { "" } else { "/" };
        format!("{}{between}{rest}", self.path)
    }

    /// What stands before the names of its repositories, if anything does.
    pub(crate) fn path(&self) -> Option<&str> {
        Some(self.path.as_str()).filter(|path| !path.is_empty())
    }
}

/// A name without the slash at its end.
fn bare(text: &str) -> Result<&str, Unusable> {
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(format!("'{text}' is a URL: leave {scheme}:// out").into());
    }
    match text.trim_end_matches('/') {
        "" => Err("an entry has neither prefix nor location".to_owned().into()),
        bare => Ok(bare),
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host.as_str())?;
        self.path().map_or(Ok(()), |path| write!(f, "/{path}"))
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let for_which = match self.pull {
            PullFrom::All => "",
            PullFrom::DigestOnly => " (by digest)",
            PullFrom::TagOnly => " (by tag)",
        };
        write!(f, "{}{for_which}", self.location)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix.as_str())?;
        if let Some(location) = &self.location {
            write!(f, " at {location}")?;
        }
        for (at, mirror) in self.mirrors.iter().enumerate() {
            write!(f, "{}{mirror}", if at == 0 { ", first " } else { ", " })?;
        }
        if self.blocked { f.write_str(", blocked") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p736_which_names_a_prefix_is_for() {
        #[track_caller]
        fn check(prefix: &str, name: &str, expected: Option<&str>) {
            let end = Prefix::parse(prefix).unwrap().end_in(name);
            assert_eq!(end.map(|end| &name[end..]), expected, "{prefix} of {name}");
        }
        check("docker.io", "docker.io/library/alpine", Some("/library/alpine"));
        check("docker.io/library", "docker.io/library/alpine", Some("/alpine"));
        check("docker.io/library/alpine", "docker.io/library/alpine", Some(""));
        check("docker.io/lib", "docker.io/library/alpine", None);
        check("docker.io", "docker.io.example/library/alpine", None);
        check("127.0.0.1:5000", "127.0.0.1:5000/a", Some("/a"));
        check("127.0.0.1", "127.0.0.1:5000/a", None);
        check("*.example.com", "r.example.com/a/b", Some("/a/b"));
        check("*.example.com", "x.r.example.com/a", Some("/a"));
        check("*.example.com", "example.com/a", None);
        check("*.example.com", "r.example.com.evil/a", None);
        check("*.example.com", "evil/r.example.com/a", None);
    }

    #[test]
    fn names_are_rewritten() {
        for (location, rest, expected) in [
            ("m.example", "/library/alpine", "library/alpine"),
            ("m.example/hub", "/library/alpine", "hub/library/alpine"),
            ("m.example:5000/hub/x/", "", "hub/x"),
        ] {
            assert_eq!(Location::parse(location).unwrap().path_of(rest), expected, "{location}");
        }
        assert!(Location::parse("a b").is_err());
    }
}
