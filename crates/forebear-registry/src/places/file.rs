//! One file of registries.conf, version 2 (containers-registries.conf(5)), as it is written.

use std::path::Path;

use serde::Deserialize;

use super::route::{Location, Mirror, Prefix, PullFrom, Route};
use crate::error::Unusable;

/// The most bytes of such a file.
const CAP: u64 = 1024 * 1024;

/// What is read of it. Search registries and aliases are for short names, which mean Docker Hub here.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    registry: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entry {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    location: String,
    #[serde(default)]
    insecure: bool,
    #[serde(default)]
    blocked: bool,
    #[serde(default)]
    mirror_by_digest_only: bool,
    #[serde(default)]
    mirror: Vec<MirrorEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct MirrorEntry {
    #[serde(default)]
    location: String,
    #[serde(default)]
    insecure: bool,
    #[serde(default)]
    pull_from_mirror: Option<PullFrom>,
}

/// The entries of a file, in its order; none where it is not there.
pub(super) fn read(file: &Path) -> Result<Vec<Route>, Unusable> {
    // What podman's users write to have no file at all.
    if file == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let text = match forebear_files::read_text(file, CAP) {
        Err(error) if error.is_missing() => return Ok(Vec::new()),
        text => text.map_err(|error| Unusable::because(file.display().to_string(), error))?,
    };
    parse(file, &text).map_err(|error| Unusable { message: format!("{}: {}", file.display(), error.message), ..error })
}

fn parse(file: &Path, text: &str) -> Result<Vec<Route>, Unusable> {
    let parsed: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text.get(..span.start).unwrap_or_default().matches('\n').count());
        format!("line {line}: {}", error.message())
    })?;
    parsed.registry.into_iter().map(|entry| route(file, entry)).collect()
}

fn route(file: &Path, entry: Entry) -> Result<Route, Unusable> {
    let own = if entry.prefix.is_empty() { &entry.location } else { &entry.prefix };
    let prefix = Prefix::parse(own)?;
    let location = match entry.location.as_str() {
        "" if prefix.is_wildcard() => None,
        "" => Some(Location::parse(own)?),
        text => Some(Location::parse(text)?),
    };
    let mirror = |mirror: MirrorEntry| {
        let pull = match (entry.mirror_by_digest_only, mirror.pull_from_mirror) {
            (true, Some(_)) => {
                return Err(format!("{own} has mirror-by-digest-only, and a mirror of it pull-from-mirror").into());
            }
            (true, None) => PullFrom::DigestOnly,
            (false, pull) => pull.unwrap_or(PullFrom::All),
        };
        Ok::<_, Unusable>(Mirror { location: Location::parse(&mirror.location)?, insecure: mirror.insecure, pull })
    };
    let mirrors = entry.mirror.into_iter().map(mirror).collect::<Result<_, _>>()?;
    let (insecure, blocked) = (entry.insecure, entry.blocked);
    Ok(Route { prefix, location, insecure, blocked, mirrors, file: file.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p735_a_file_is_read_as_containers_reads_it() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let told = parse(Path::new("f"), text).map_err(|error| error.message);
            let told = told.map(|routes| routes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
            assert_eq!(told.as_deref().map_err(String::as_str), expected, "{text}");
        }
        check("", Ok(""));
        check("unqualified-search-registries = [\"docker.io\"]\nshort-name-mode = \"enforcing\"\n[aliases]\n", Ok(""));
        check("[[registry]]\nlocation = \"a.example/\"\n", Ok("a.example at a.example"));
        check("[[registry]]\nprefix = \"docker.io\"\nblocked = true\n", Ok("docker.io at docker.io, blocked"));
        let mirrors = "[[registry]]\nprefix = \"docker.io/library\"\nlocation = \"b.example:5000/hub\"\n\
                       [[registry.mirror]]\nlocation = \"m.example\"\ninsecure = true\n\
                       [[registry.mirror]]\nlocation = \"n.example/x\"\npull-from-mirror = \"digest-only\"\n";
        check(mirrors, Ok("docker.io/library at b.example:5000/hub, first m.example, n.example/x (by digest)"));
        let by_digest = "[[registry]]\nprefix = \"*.example\"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = \"m.example\"\n";
        check(by_digest, Ok("*.example, first m.example (by digest)"));
        check("[[registry]]\n", Err("an entry has neither prefix nor location"));
        check(
            "[[registry]]\nlocation = \"https://a.example\"\n",
            Err("'https://a.example' is a URL: leave https:// out"),
        );
        check("[[registry]]\nlocation = 7\n", Err("line 2: invalid type: integer `7`, expected a string"));
        let odd = "[[registry]]\nlocation = \"a.example\"\n[[registry.mirror]]\nlocation = \"m\"\npull-from-mirror = \"no\"\n";
        check(odd, Err("line 5: unknown variant `no`, expected one of `all`, `digest-only`, `tag-only`"));
    }
}
