//! registries.conf of podman and skopeo (containers-registries.conf(5)): which files are read, and what holds
//! where several speak of one name.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use forebear_image::RegistryName;

use super::file;
use super::route::Route;
use crate::error::Unusable;

/// All that the files say, each prefix once.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegistriesConf(Vec<Route>);

impl RegistriesConf {
    /// What the files of this user and this machine say.
    pub(crate) fn load() -> Result<Self, Unusable> {
        Self::of(&files(|name| std::env::var_os(name)))
    }

    /// A later file takes the place of an earlier one's word on the same prefix.
    fn of(files: &[PathBuf]) -> Result<Self, Unusable> {
        let mut all: Vec<Route> = Vec::new();
        for file in files {
            for route in file::read(file)? {
                match all.iter_mut().find(|known| known.prefix == route.prefix) {
                    Some(known) => *known = route,
                    None => all.push(route),
                }
            }
        }
        Ok(Self(all))
    }

    /// What it says of a registry and its repositories, the longest prefix first.
    pub(crate) fn of_registry(&self, registry: &RegistryName) -> Vec<Route> {
        let host = registry.as_str();
        let below = |route: &Route| {
            let prefix = route.prefix.as_str();
            prefix.split_once('/').is_some_and(|(own, _)| own == host) || route.prefix.end_in(host).is_some()
        };
        let mut found: Vec<Route> = self.0.iter().filter(|route| below(route)).cloned().collect();
        found.sort_by_key(|route| std::cmp::Reverse(route.prefix.as_str().len()));
        found
    }
}

/// The files to read, the most particular last: as containers/image has it, a user's own file is instead of the
/// system's, and folders `registries.conf.d` add to either.
fn files(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let system = Path::new("/etc/containers");
    let home = || Some(set("HOME").or_else(std::env::home_dir)?.join(".config"));
    let user = set("XDG_CONFIG_HOME").or_else(home).map(|folder| folder.join("containers"));
    let named = set("CONTAINERS_REGISTRIES_CONF").or_else(|| set("REGISTRIES_CONFIG_PATH"));
    let of_user = user.as_ref().map(|folder| folder.join("registries.conf")).filter(|file| file.exists());
    let (main, is_users) = match (named, of_user) {
        (Some(named), _) => (named, false),
        (None, Some(own)) => (own, true),
        (None, None) => (system.join("registries.conf"), false),
    };
    let folders = (!is_users).then_some(system).into_iter().chain(user.as_deref());
    let added = folders.flat_map(|folder| listed(&folder.join("registries.conf.d")));
    std::iter::once(main).chain(added).collect()
}

/// The `*.conf` of a folder, by name.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "conf"));
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p737_which_files_are_read_and_whose_word_holds() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
            file
        };
        let variable = |named: Option<PathBuf>| {
            let config = folder.path().join("config").into_os_string();
            move |name: &str| match name {
                "XDG_CONFIG_HOME" => Some(config.clone()),
                "CONTAINERS_REGISTRIES_CONF" => named.clone().map(PathBuf::into_os_string),
                _ => None,
            }
        };
        let system = PathBuf::from("/etc/containers/registries.conf");
        assert_eq!(files(variable(None)).first(), Some(&system));
        let b = put("config/containers/registries.conf.d/b.conf", "[[registry]]\nlocation = \"b.example\"\n");
        let a =
            put("config/containers/registries.conf.d/a.conf", "[[registry]]\nprefix = \"b.example\"\nblocked = true\n");
        put("config/containers/registries.conf.d/c.txt", "no");
        assert!(files(variable(None)).ends_with(&[a.clone(), b.clone()]));
        let own = put("config/containers/registries.conf", "[[registry]]\nlocation = \"a.example\"\n");
        assert_eq!(files(variable(None)), [own.clone(), a.clone(), b.clone()]);
        let named = put("named.conf", "");
        assert_eq!(files(variable(Some(named.clone()))).first(), Some(&named));
        let conf = RegistriesConf::of(&[own, a, b.clone()]).unwrap();
        let of = |host: &str| conf.of_registry(&host.parse().unwrap());
        assert!(of("b.example")[0].file == b && !of("b.example")[0].blocked);
        assert_eq!((of("a.example").len(), of("c.example").len()), (1, 0));
    }
}
