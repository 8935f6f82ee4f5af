//! Where credentials come from, as a job or a command line names it. The
//! credentials themselves are never on a command line, where every user of
//! the machine could read them.

use std::fmt;
use std::str::FromStr;

use forebear_image::RegistryName;

use super::credentials::Credentials;
use super::docker_config::Kept;
use super::{docker_config, environment};
use crate::error::{RegistryError, Unusable};

/// Where credentials come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthSource {
    /// Nowhere: the registry is asked anonymously.
    #[default]
    Anonymous,
    /// Docker's configuration where that has something for this very registry,
    /// else nowhere.
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

impl Credentials {
    /// Reads the credentials for a registry. A credential helper may be run, for
    /// at most 30 s.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Configuration`] when the source can't be read, and when
    /// it has nothing for this registry, unless it is [`AuthSource::Default`]: who
    /// asked for an account should not be taken for nobody.
    pub async fn load(source: AuthSource, registry: &RegistryName) -> Result<Self, RegistryError> {
        match source {
            AuthSource::Anonymous => Ok(Self::Anonymous),
            AuthSource::Env => environment::load(|name| std::env::var_os(name)).map_err(Unusable::from),
            AuthSource::DockerConfig => docker_config::load(registry).await.and_then(Kept::required),
            AuthSource::Default => docker_config::load(registry).await.map(Kept::or_anonymous),
        }
        .map_err(|why| {
            let way_out = if source == AuthSource::Default { " (\"none\" asks anonymously)" } else { "" };
            let message = format!("auth = \"{source}\"{way_out}: {}", why.message);
            RegistryError::configuration(Unusable { message, ..why })
        })
    }
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
