//! Where logins are kept: Docker's configuration, and `auth.json` of podman and
//! skopeo (containers-auth.json(5)).
//!
//! A file that somebody names (`REGISTRY_AUTH_FILE`, `DOCKER_CONFIG`) goes before
//! those that are only in their places; of these, podman's before Docker's, as
//! podman and skopeo look for them.

use std::ffi::OsString;
use std::path::PathBuf;

use forebear_image::RegistryName;

use super::docker_config::{self, Format};
use super::helper::Helper;
use super::kept::{Kept, Nothing};
use super::login::Login;
use crate::error::Unusable;

/// A file of logins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    file: PathBuf,
    format: Format,
    /// Whether somebody named it. Else one that may not be read, as that of a user
    /// whom a service is kept away from, is as good as none.
    named: bool,
}

impl Place {
    /// What it has for a registry.
    pub(super) async fn load(&self, registry: &RegistryName) -> Result<Kept, Unusable> {
        if !self.named && std::fs::File::open(&self.file).is_err_and(|error| is_out_of_reach(&error)) {
            tracing::info!(file = %self.file.display(), "logins that may not be read are left aside");
            return Ok(Kept::Nothing(Nothing(format!("{} may not be read", self.file.display()))));
        }
        docker_config::load(&self.file, self.format, registry, Helper::named).await
    }

    /// What it has for parts of a registry.
    pub(super) fn parts(&self, registry: &RegistryName) -> Result<Vec<(String, Login)>, Unusable> {
        match self.format {
            Format::Docker => Ok(Vec::new()),
            Format::Containers if !self.named && std::fs::File::open(&self.file).is_err() => Ok(Vec::new()),
            Format::Containers => docker_config::parts(&self.file, registry),
        }
    }
}

fn is_out_of_reach(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::PermissionDenied
}

/// Docker's configuration.
pub(super) fn docker(variable: impl Fn(&str) -> Option<OsString>) -> Result<Place, Nothing> {
    let named = folder(&variable, "DOCKER_CONFIG");
    let home = || Some(home(&variable)?.join(".docker"));
    match named.clone().or_else(home) {
        Some(folder) => Ok(Place { file: folder.join("config.json"), format: Format::Docker, named: named.is_some() }),
        None => Err(Nothing("there is no home folder to look for .docker/config.json in".to_owned())),
    }
}

/// All places, in the order in which they are looked at.
pub(super) fn all(variable: impl Fn(&str) -> Option<OsString>) -> Vec<Place> {
    let (containers, docker) = (containers(&variable), docker(&variable).ok());
    let mut all: Vec<Place> = containers.into_iter().chain(docker).collect();
    // The sort is stable.
    all.sort_by_key(|place| !place.named);
    all
}

/// Those of podman and skopeo.
fn containers(variable: &impl Fn(&str) -> Option<OsString>) -> Vec<Place> {
    if let Some(file) = folder(variable, "REGISTRY_AUTH_FILE") {
        return vec![Place { file, format: Format::Containers, named: true }];
    }
    let runtime = folder(variable, "XDG_RUNTIME_DIR").map(|folder| folder.join("containers")).or_else(run_containers);
    let config = folder(variable, "XDG_CONFIG_HOME").or_else(|| Some(home(variable)?.join(".config")));
    let folders = runtime.into_iter().chain(config.map(|folder| folder.join("containers")));
    folders.map(|folder| Place { file: folder.join("auth.json"), format: Format::Containers, named: false }).collect()
}

/// `/run/containers/UID`, where there is no folder of a session.
fn run_containers() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let user = std::fs::metadata("/proc/self").ok()?.uid();
    Some(PathBuf::from(format!("/run/containers/{user}")))
}

fn home(variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    folder(variable, "HOME").or_else(std::env::home_dir)
}

fn folder(variable: &impl Fn(&str) -> Option<OsString>, name: &str) -> Option<PathBuf> {
    variable(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p570_where_logins_are_looked_for() {
        #[track_caller]
        fn check(variables: &[(&str, &str)], expected: &[&str]) {
            let variable = |name: &str| {
                let set = variables.iter().find(|(other, _)| *other == name);
                set.map(|(_, value)| OsString::from(value))
            };
            let found: Vec<String> = all(variable).iter().map(|place| place.file.display().to_string()).collect();
            assert_eq!(found, expected);
        }
        let (home, run) = (("HOME", "/home/amy"), ("XDG_RUNTIME_DIR", "/run/user/7"));
        let (session, config) = ("/run/user/7/containers/auth.json", "/home/amy/.config/containers/auth.json");
        let docker = "/home/amy/.docker/config.json";
        check(&[home, run], &[session, config, docker]);
        check(&[home, run, ("XDG_CONFIG_HOME", "/c")], &[session, "/c/containers/auth.json", docker]);
        check(&[home, run, ("DOCKER_CONFIG", "/d")], &["/d/config.json", session, config]);
        check(&[home, run, ("REGISTRY_AUTH_FILE", "/a.json")], &["/a.json", docker]);
        let both = [home, run, ("DOCKER_CONFIG", "/d"), ("REGISTRY_AUTH_FILE", "/a.json")];
        check(&both, &["/a.json", "/d/config.json"]);
        check(&[home, run, ("DOCKER_CONFIG", ""), ("REGISTRY_AUTH_FILE", "")], &[session, config, docker]);
    }
}
