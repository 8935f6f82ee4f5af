//! Docker's configuration file (docker/cli, `cli/config/configfile`).
//!
//! Own code, since the crate for it runs credential helpers without a time
//! limit.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebear_image::RegistryName;
use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::credentials::{Credentials, sensitive};
use super::helper::Helper;
use crate::error::Unusable;

/// What Docker Hub's accounts are kept under.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";
/// The most bytes of a configuration file.
const CAP: u64 = 1024 * 1024;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ConfigFile {
    auths: HashMap<String, Entry>,
    creds_store: Option<String>,
    cred_helpers: HashMap<String, String>,
}

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

/// The credentials of a registry by its name in references.
pub(super) async fn load(registry: &RegistryName) -> Result<Credentials, Unusable> {
    let folder = match std::env::var_os("DOCKER_CONFIG").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => match std::env::home_dir() {
            Some(home) => home.join(".docker"),
            None => return Err("there is no home folder to look for .docker/config.json in".to_owned().into()),
        },
    };
    load_from(&folder.join("config.json"), registry, Helper::named).await
}

async fn load_from(
    file: &Path,
    registry: &RegistryName,
    helper: impl Fn(&str) -> Result<Helper, Unusable>,
) -> Result<Credentials, Unusable> {
    let config = read(file)?;
    let key = if registry.is_docker_hub() { DOCKER_HUB_KEY } else { registry.as_str() };
    let program = config.cred_helpers.get(key).or_else(|| config.cred_helpers.get(registry.as_str()));
    if let Some(program) = program.or(config.creds_store.as_ref()).filter(|program| !program.is_empty())
        && let Some(found) = helper(program)?.get(key).await?
    {
        return Ok(found);
    }
    let found = entry(&config.auths, key).map(credentials).transpose()?.flatten();
    found.ok_or_else(|| {
        format!("{} has no credentials for {registry}; 'docker login {registry}' puts them there", file.display())
            .into()
    })
}

fn read(file: &Path) -> Result<ConfigFile, Unusable> {
    let mut text = SecretString::default();
    match fs_err::File::open(file) {
        Ok(opened) => {
            let mut bytes = String::new();
            opened.take(CAP).read_to_string(&mut bytes).map_err(|error| error.to_string())?;
            text = SecretString::from(bytes);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error.to_string().into()),
    }
    if text.expose_secret().is_empty() {
        return Err(format!("{} is not there; 'docker login' makes it", file.display()).into());
    }
    // serde's own message may quote a secret.
    serde_json::from_str(text.expose_secret()).map_err(|error| {
        format!(
            "{} is not a Docker configuration: see line {}, column {}",
            file.display(),
            error.line(),
            error.column()
        )
        .into()
    })
}

/// An entry by its key, which may be written as a host or as a URL.
fn entry<'a>(auths: &'a HashMap<String, Entry>, key: &str) -> Option<&'a Entry> {
    let host = |text: &str| {
        let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
        text.split('/').next().unwrap_or_default().to_owned()
    };
    auths.get(key).or_else(|| {
        // Several may name one host: the first in order, not in luck.
        let mut same: Vec<_> = auths.iter().filter(|(other, _)| host(other) == host(key)).collect();
        same.sort_by_key(|(other, _)| *other);
        same.first().map(|(_, entry)| *entry)
    })
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
