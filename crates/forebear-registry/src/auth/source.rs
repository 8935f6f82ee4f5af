//! Where credentials come from, as a job or a command line names it. The
//! credentials themselves are never on a command line, where every user of
//! the machine could read them.

use std::fmt;
use std::str::FromStr;

use forebear_image::RegistryName;

use super::environment;
use super::kept::{Kept, Nothing};
use super::login::{Login, LoginSource};
use super::places::{self, Place};
use crate::error::{RegistryError, Unusable};

/// Where credentials come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthSource {
    /// Nowhere: the registry is asked anonymously.
    Anonymous,
    /// What 'docker login', 'podman login' or 'skopeo login' kept for this very
    /// registry, else nowhere.
    #[default]
    Default,
    /// Docker's configuration, `$DOCKER_CONFIG/config.json` or
    /// `~/.docker/config.json`: its `auths`, and the credential helpers that
    /// its `credHelpers` and `credsStore` name, which are run.
    DockerConfig,
    /// `FOREBEAR_USERNAME` with `FOREBEAR_PASSWORD`, or `FOREBEAR_TOKEN` (sent
    /// as `Bearer`). They are used for every registry that names this source.
    Env,
}

/// A text that names no source of credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no source of credentials (write default, none, docker-config or env)")]
pub struct UnknownAuthSource(String);

impl AuthSource {
    /// As it is written: `docker-config`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Default => "default",
            Self::DockerConfig => "docker-config",
            Self::Env => "env",
        }
    }
}

impl fmt::Display for AuthSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuthSource {
    type Err = UnknownAuthSource;

    fn from_str(text: &str) -> Result<Self, UnknownAuthSource> {
        if text == "none" {
            return Ok(Self::Anonymous);
        }
        [Self::Anonymous, Self::Default, Self::DockerConfig, Self::Env]
            .into_iter()
            .find(|source| source.as_str() == text)
            .ok_or_else(|| UnknownAuthSource(text.chars().take(60).collect()))
    }
}

impl Login {
    /// Reads the credentials for a registry. A credential helper may be run, for
    /// at most 30 s.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Configuration`] when the source can't be read, and when
    /// it has nothing for this registry, unless it is [`AuthSource::Default`]: who
    /// asked for an account should not be taken for nobody.
    pub async fn load(source: AuthSource, registry: &RegistryName) -> Result<Self, RegistryError> {
        let variable = |name: &str| std::env::var_os(name);
        match source {
            AuthSource::Anonymous => Ok(Self::default()),
            AuthSource::Env => {
                let from = Some(LoginSource::Environment);
                environment::load(variable).map(|credentials| Self { credentials, from }).map_err(Unusable::from)
            }
            AuthSource::DockerConfig => match places::docker(variable) {
                Ok(place) => place.load(registry).await.and_then(Kept::required),
                Err(Nothing(why)) => Err(why.into()),
            },
            AuthSource::Default => first(places::all(variable), registry).await,
        }
        .map_err(|why| refused(source, why))
    }

    /// The credentials for parts of a registry, by what stands before the names of their repositories; only
    /// [`AuthSource::Default`] knows any.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Configuration`] when a file of logins can't be read.
    pub(crate) async fn parts(
        source: AuthSource,
        registry: &RegistryName,
    ) -> Result<Vec<(String, Self)>, RegistryError> {
        match source {
            AuthSource::Anonymous | AuthSource::Env | AuthSource::DockerConfig => Ok(Vec::new()),
            AuthSource::Default => {
                let places = places::all(|name| std::env::var_os(name));
                parts(places, registry).await.map_err(|why| refused(source, why))
            }
        }
    }
}

fn refused(source: AuthSource, why: Unusable) -> RegistryError {
    let way_out = if source == AuthSource::Default { " (\"none\" asks anonymously)" } else { "" };
    let message = format!("auth = \"{source}\"{way_out}: {}", why.message);
    RegistryError::configuration(Unusable { message, ..why })
}

/// The first that knows the registry.
async fn first(places: Vec<Place>, registry: &RegistryName) -> Result<Login, Unusable> {
    for place in places {
        if let Kept::Login(login) = place.load(registry).await? {
            return Ok(login);
        }
    }
    Ok(Login::default())
}

/// What is kept for parts of the registry, up to the first file that knows all of it.
async fn parts(places: Vec<Place>, registry: &RegistryName) -> Result<Vec<(String, Login)>, Unusable> {
    let mut all: Vec<(String, Login)> = Vec::new();
    for place in places {
        let parts = place.parts(registry)?;
        let is_new = |(part, _): &(String, Login)| !all.iter().any(|(known, _)| known == part);
        let new: Vec<_> = parts.into_iter().filter(is_new).collect();
        all.extend(new);
        if let Kept::Login(_) = place.load(registry).await? {
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read() {
        for source in [AuthSource::Anonymous, AuthSource::Default, AuthSource::DockerConfig, AuthSource::Env] {
            assert_eq!(source.to_string().parse(), Ok(source));
        }
        assert_eq!("none".parse(), Ok(AuthSource::Anonymous));
        let error = "hunter2".parse::<AuthSource>().unwrap_err().to_string();
        assert!(error.contains("docker-config"), "{error}");
    }
}
