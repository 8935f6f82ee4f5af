//! Docker's configuration file (docker/cli, `cli/config/configfile`), and
//! `auth.json` of podman and skopeo, which has the same form
//! (containers-auth.json(5)).
//!
//! Own code, since the crate for it runs credential helpers without a time
//! limit.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebear_image::RegistryName;
use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::credentials::{Credentials, sensitive};
use super::helper::Helper;
use super::kept::{Kept, Nothing};
use super::login::{Login, LoginSource};
use crate::error::Unusable;

/// What Docker Hub's accounts are kept under.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";
/// The most bytes of a configuration file.
const CAP: u64 = 1024 * 1024;

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

/// Who wrote a file, and so how its keys are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Docker: what follows a key's host means nothing.
    Docker,
    /// podman, skopeo and buildah (containers-auth.json(5)): a key with a path is
    /// for the repositories below that, and so not for the registry.
    Containers,
}

/// The credentials of a registry by its name in references. No other registry's
/// are looked at, and no helper is asked for them.
pub(super) async fn load(
    file: &Path,
    format: Format,
    registry: &RegistryName,
    helper: impl Fn(&str) -> Result<Helper, Unusable>,
) -> Result<Kept, Unusable> {
    let text = read(file)?;
    let login = match format {
        Format::Docker => "docker login",
        Format::Containers => "podman login",
    };
    if text.expose_secret().trim().is_empty() {
        return Ok(Kept::Nothing(Nothing(format!("{} is not there; '{login}' makes it", file.display()))));
    }
    let config = Config::parse(file, format, text.expose_secret())?;
    let key = match format {
        Format::Docker if registry.is_docker_hub() => DOCKER_HUB_KEY,
        Format::Docker | Format::Containers => registry.as_str(),
    };
    if let Some(program) = config.helper(key, registry.as_str())? {
        let helper = helper(&program)?;
        if let Some(credentials) = helper.get(key).await? {
            return Ok(Kept::Login(Login { credentials, from: Some(LoginSource::Helper(helper.name())) }));
        }
    }
    let found = config.entry(key)?.as_ref().map(credentials).transpose()?.flatten();
    Ok(match found {
        Some(credentials) => Kept::Login(Login { credentials, from: Some(LoginSource::File(file.to_owned())) }),
        None => {
            let file = file.display();
            let why = format!("{file} has no credentials for {registry}; '{login} {registry}' puts them there");
            Kept::Nothing(Nothing(why))
        }
    })
}

/// The credentials that a file of podman's or skopeo's has for parts of a registry, by what stands before the names
/// of repositories there: `acme` of `quay.io/acme` (containers-auth.json(5)). There are none where a helper is named for
/// the registry: it is asked for all of it, and a key of `credHelpers` that names a part is nobody's, as for podman.
pub(super) fn parts(file: &Path, registry: &RegistryName) -> Result<Vec<(String, Login)>, Unusable> {
    let text = read(file)?;
    if text.expose_secret().trim().is_empty() {
        return Ok(Vec::new());
    }
    let config = Config::parse(file, Format::Containers, text.expose_secret())?;
    if config.own_helper(registry.as_str(), registry.as_str())?.is_some() {
        return Ok(Vec::new());
    }
    let auths: Object<'_> = config.field("auths")?.unwrap_or_default();
    let mut found = Vec::new();
    for (key, value) in auths {
        let Some((host, part)) = key.trim_end_matches('/').split_once('/').filter(|_| !key.contains("://")) else {
            continue;
        };
        if config.host(host) != config.host(registry.as_str()) {
            continue;
        }
        let entry: Option<Entry> = config.value(value, &format!("the entry of {key}"))?;
        if let Some(credentials) = entry.as_ref().map(credentials).transpose()?.flatten() {
            found.push((part.to_owned(), Login { credentials, from: Some(LoginSource::File(file.to_owned())) }));
        }
    }
    Ok(found)
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
    format: Format,
    fields: Object<'a>,
}

impl<'a> Config<'a> {
    /// Reads the fields as Go's decoder does: `null` is none, in whatever case
    /// their names are written, and what follows the object is not looked at.
    fn parse(file: &'a Path, format: Format, text: &'a str) -> Result<Self, Unusable> {
        let mut decoder = serde_json::Deserializer::from_str(text);
        // serde's own message may quote a secret.
        let fields = Option::deserialize(&mut decoder).map_err(|error| {
            let (file, line, column) = (file.display(), error.line(), error.column());
            format!("{file} is not a Docker configuration: see line {line}, column {column}")
        })?;
        Ok(Self { file, format, fields: fields.unwrap_or_default() })
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
        let program = match self.own_helper(key, name)? {
            Some(program) => Some(program),
            None => self.field("credsStore")?,
        };
        Ok(program.filter(|program: &String| !program.is_empty()))
    }

    /// The helper that is named for this registry; empty where none is to be asked.
    fn own_helper(&self, key: &str, name: &str) -> Result<Option<String>, Unusable> {
        let helpers: Object<'a> = self.field("credHelpers")?.unwrap_or_default();
        match helpers.get(key).or_else(|| helpers.get(name)) {
            Some(program) => self.value(program, &format!("the helper of {name}")),
            None => Ok(None),
        }
    }

    /// An entry by its key, which may be written as a host or as a URL.
    fn entry(&self, key: &str) -> Result<Option<Entry>, Unusable> {
        let auths: Object<'a> = self.field("auths")?.unwrap_or_default();
        let alike = || {
            // Several may name one host: the first in order, not in luck.
            let same =
                auths.iter().filter(|(other, _)| self.host(other).is_some_and(|other| Some(other) == self.host(key)));
            same.min_by_key(|(other, _)| *other).map(|(_, entry)| entry)
        };
        match auths.get(key).or_else(alike) {
            Some(entry) => self.value(entry, &format!("the entry of {}", self.host(key).unwrap_or(key))),
            None => Ok(None),
        }
    }

    /// The registry that a key names; `None` where it names a part of one.
    fn host<'k>(&self, key: &'k str) -> Option<&'k str> {
        let bare = key.strip_prefix("https://").or_else(|| key.strip_prefix("http://"));
        let (host, path) = bare.unwrap_or(key).split_once('/').unwrap_or((bare.unwrap_or(key), ""));
        let names_a_part = bare.is_none() && !path.is_empty() && self.format == Format::Containers;
        match host {
            _ if names_a_part => None,
            "docker.io" | "registry-1.docker.io" => Some("index.docker.io"),
            host => Some(host),
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
        return Ok(Some(Credentials::of_account(username, password.trim_end_matches('\0'))));
    }
    Ok(match (&entry.username, some(&entry.password)) {
        (Some(username), Some(password)) => Some(Credentials::of_account(username, password.expose_secret())),
        _ => None,
    })
}

#[cfg(test)]
#[path = "docker_config_tests.rs"]
mod tests;
