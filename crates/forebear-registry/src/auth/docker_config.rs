//! Docker's configuration file (docker/cli, `cli/config/configfile`).
//!
//! Own code, since the crate for it runs credential helpers without a time
//! limit.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebear_image::RegistryName;
use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::credentials::{Credentials, sensitive};
use super::helper::Helper;
use crate::error::Unusable;

/// What Docker Hub's accounts are kept under.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";
/// The most bytes of a configuration file.
const CAP: u64 = 1024 * 1024;

/// What a configuration has for a registry.
#[derive(Debug)]
pub(super) enum Kept {
    /// Its credentials.
    Credentials(Credentials),
    /// Nothing, and why, in a sentence.
    Nothing(String),
}

impl Kept {
    /// The credentials, without which nobody is to be asked.
    pub(super) fn required(self) -> Result<Credentials, Unusable> {
        match self {
            Self::Credentials(credentials) => Ok(credentials),
            Self::Nothing(why) => Err(why.into()),
        }
    }

    /// The credentials, or nobody's.
    pub(super) fn or_anonymous(self) -> Credentials {
        match self {
            Self::Credentials(credentials) => credentials,
            Self::Nothing(_) => Credentials::Anonymous,
        }
    }
}

/// An object, its values unread: what is odd in an entry that is not asked for
/// is nobody's loss, as for Docker, whose reader steps over it.
type Object<'a> = HashMap<String, &'a RawValue>;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Entry {
    /// Base64 of `name:password`.
    auth: Option<SecretString>,
    username: Option<String>,
    password: Option<SecretString>,
    identitytoken: Option<SecretString>,
    registrytoken: Option<SecretString>,
}

/// The credentials of a registry by its name in references. No other registry's
/// are looked at, and no helper is asked for them.
pub(super) async fn load(registry: &RegistryName) -> Result<Kept, Unusable> {
    let folder = match std::env::var_os("DOCKER_CONFIG").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => match std::env::home_dir() {
            Some(home) => home.join(".docker"),
            None => return Ok(Kept::Nothing("there is no home folder to look for .docker/config.json in".to_owned())),
        },
    };
    load_from(&folder.join("config.json"), registry, Helper::named).await
}

async fn load_from(
    file: &Path,
    registry: &RegistryName,
    helper: impl Fn(&str) -> Result<Helper, Unusable>,
) -> Result<Kept, Unusable> {
    let text = read(file)?;
    if text.expose_secret().trim().is_empty() {
        return Ok(Kept::Nothing(format!("{} is not there; 'docker login' makes it", file.display())));
    }
    let config = Config::parse(file, text.expose_secret())?;
    let key = if registry.is_docker_hub() { DOCKER_HUB_KEY } else { registry.as_str() };
    if let Some(program) = config.helper(key, registry.as_str())?
        && let Some(found) = helper(&program)?.get(key).await?
    {
        return Ok(Kept::Credentials(found));
    }
    let found = config.entry(key)?.as_ref().map(credentials).transpose()?.flatten();
    Ok(found.map_or_else(
        || {
            let file = file.display();
            let why = format!("{file} has no credentials for {registry}; 'docker login {registry}' puts them there");
            Kept::Nothing(why)
        },
        Kept::Credentials,
    ))
}

/// The text of a configuration, without a byte order mark; empty where there is
/// none.
fn read(file: &Path) -> Result<SecretString, Unusable> {
    match forebear_files::read_text(file, CAP) {
        Ok(text) => {
            let text = SecretString::from(text);
            Ok(text.expose_secret().trim_start_matches('\u{feff}').into())
        }
        Err(error) if error.is_missing() => Ok(SecretString::default()),
        Err(error) => Err(Unusable::because(file.display().to_string(), error)),
    }
}

/// A configuration file, as far as it is about credentials.
struct Config<'a> {
    file: &'a Path,
    fields: Object<'a>,
}

impl<'a> Config<'a> {
    /// Reads the fields as Go's decoder does: `null` is none, in whatever case
    /// their names are written, and what follows the object is not looked at.
    fn parse(file: &'a Path, text: &'a str) -> Result<Self, Unusable> {
        let mut decoder = serde_json::Deserializer::from_str(text);
        // serde's own message may quote a secret.
        let fields = Option::deserialize(&mut decoder).map_err(|error| {
            let (file, line, column) = (file.display(), error.line(), error.column());
            format!("{file} is not a Docker configuration: see line {line}, column {column}")
        })?;
        Ok(Self { file, fields: fields.unwrap_or_default() })
    }

    /// A field; `None` where it is not there, or `null`.
    fn field<T: Deserialize<'a>>(&self, name: &str) -> Result<Option<T>, Unusable> {
        let folded = || self.fields.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        self.fields.get(name).or_else(folded).map_or(Ok(None), |value| self.value(value, &format!("its '{name}'")))
    }

    fn value<T: Deserialize<'a>>(&self, value: &'a RawValue, called: &str) -> Result<Option<T>, Unusable> {
        serde_json::from_str(value.get()).map_err(|error| {
            let (file, line, column) = (self.file.display(), error.line(), error.column());
            format!("{file} is not a Docker configuration: see {called}, there line {line}, column {column}").into()
        })
    }

    /// The helper that knows a registry's credentials, if one does.
    fn helper(&self, key: &str, name: &str) -> Result<Option<String>, Unusable> {
        let helpers: Object<'a> = self.field("credHelpers")?.unwrap_or_default();
        let own = match helpers.get(key).or_else(|| helpers.get(name)) {
            Some(program) => self.value(program, &format!("the helper of {name}"))?,
            None => None,
        };
        let program = match own {
            Some(program) => Some(program),
            None => self.field("credsStore")?,
        };
        Ok(program.filter(|program: &String| !program.is_empty()))
    }

    /// An entry by its key, which may be written as a host or as a URL.
    fn entry(&self, key: &str) -> Result<Option<Entry>, Unusable> {
        let auths: Object<'a> = self.field("auths")?.unwrap_or_default();
        let host = |text: &str| {
            let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
            text.split('/').next().unwrap_or_default().to_owned()
        };
        let alike = || {
            // Several may name one host: the first in order, not in luck.
            let same = auths.iter().filter(|(other, _)| host(other) == host(key));
            same.min_by_key(|(other, _)| *other).map(|(_, entry)| entry)
        };
        match auths.get(key).or_else(alike) {
            Some(entry) => self.value(entry, &format!("the entry of {}", host(key))),
            None => Ok(None),
        }
    }
}

fn credentials(entry: &Entry) -> Result<Option<Credentials>, Unusable> {
    let some = |secret: &Option<SecretString>| secret.clone().filter(|secret| !secret.expose_secret().is_empty());
    if let Some(token) = some(&entry.registrytoken) {
        let header = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()));
        return match header {
            Ok(header) => Ok(Some(Credentials::Header(sensitive(header)))),
            Err(_) => Err("a registrytoken with characters that no header can carry".to_owned().into()),
        };
    }
    if let Some(token) = some(&entry.identitytoken) {
        return Ok(Some(Credentials::IdentityToken(token)));
    }
    if let Some(auth) = some(&entry.auth) {
        let broken = || Unusable::from("an 'auth' that is not base64 of name:password".to_owned());
        let bytes = STANDARD.decode(auth.expose_secret().trim()).map_err(|_| broken())?;
        let text = SecretString::from(String::from_utf8(bytes).map_err(|_| broken())?);
        let (username, password) = text.expose_secret().split_once(':').ok_or_else(broken)?;
        // Docker has been known to end them with a NUL.
        return Ok(Some(Credentials::account(username, password.trim_end_matches('\0'))));
    }
    Ok(match (&entry.username, some(&entry.password)) {
        (Some(username), Some(password)) => Some(Credentials::account(username, password.expose_secret())),
        _ => None,
    })
}

#[cfg(test)]
#[path = "docker_config_tests.rs"]
mod tests;
