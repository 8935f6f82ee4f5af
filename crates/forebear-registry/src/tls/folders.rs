//! `certs.d`: a folder for each registry, as Docker
//! (<https://docs.docker.com/engine/security/certificates/>) and podman
//! (containers-certs.d(5)) have it. `*.crt` are authorities, `*.cert` with the
//! `*.key` of the same name is whom to ask as.

use std::path::{Path, PathBuf};

use crate::error::Unusable;

/// What a registry's folders hold, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) authorities: Vec<PathBuf>,
    /// A certificate and its key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// Where such folders are.
pub(super) fn places() -> Vec<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| Some(std::env::home_dir()?.join(".config")));
    let own = config.into_iter().flat_map(|folder| [folder.join("containers/certs.d"), folder.join("docker/certs.d")]);
    own.chain([PathBuf::from("/etc/containers/certs.d"), PathBuf::from("/etc/docker/certs.d")]).collect()
}

/// What is there for a registry, by its name in references. Folders that are not
/// there, or may not be read, are left aside.
pub(super) fn look(places: &[PathBuf], registry: &str) -> Result<Found, Unusable> {
    let mut found = Found::default();
    for place in places {
        let folder = place.join(registry);
        let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
            Ok(listed) => listed.filter_map(|entry| Some(entry.ok()?.path())).collect(),
            Err(_) => continue,
        };
        files.sort();
        for file in files {
            if has_ending(&file, "crt") {
                found.authorities.push(file);
            } else if has_ending(&file, "cert") && found.client.is_none() {
                let key = file.with_extension("key");
                if !key.exists() {
                    return Err(
                        format!("{} has no key beside it: {} is not there", file.display(), key.display()).into()
                    );
                }
                found.client = Some((file, key));
            }
        }
    }
    Ok(found)
}

fn has_ending(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|extension| extension == ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p574_only_a_registrys_own_folder_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let (user, system) = (folder.path().join("user"), folder.path().join("system"));
        let put = |place: &Path, file: &str| {
            let file = place.join(file);
            fs_err::create_dir_all(file.parent().unwrap()).unwrap();
            fs_err::write(&file, "").unwrap();
            file
        };
        let first = put(&user, "r.example:5000/ca.crt");
        let second = put(&system, "r.example:5000/b.crt");
        let (cert, key) = (put(&system, "r.example:5000/client.cert"), put(&system, "r.example:5000/client.key"));
        put(&user, "r.example/ca.crt");
        put(&user, "r.example:5000/readme.txt");
        let places = [user, folder.path().join("none"), system.clone()];
        let found = look(&places, "r.example:5000").unwrap();
        assert_eq!(found, Found { authorities: vec![first, second], client: Some((cert, key.clone())) });
        assert_eq!(look(&places, "other.example").unwrap(), Found::default());
        fs_err::remove_file(&key).unwrap();
        let error = look(&places, "r.example:5000").unwrap_err().to_string();
        assert!(error.ends_with("client.key is not there"), "{error}");
    }
}
