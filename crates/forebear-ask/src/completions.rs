//! How names of the index go on that somebody is typing.

use forebear_image::Reference;
use forebear_index::{RepositoryId, View};

use crate::locate;
use crate::near::familiar;

/// At most this many: a shell asks before it shows more, and reads them all.
const MOST: usize = 500;

/// Names that begin with `word`, spelt as it is: repositories, and behind a
/// colon the tags of one. Of the only one that is left, its tags too.
pub(crate) fn find(index: &View, word: &str) -> Vec<String> {
    match word.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => tags(index, name, tag),
        _ => {
            let found = repositories(index, word);
            match found.as_slice() {
                [only] => [only.clone()].into_iter().chain(tags(index, only, "")).take(MOST).collect(),
                _ => found,
            }
        }
    }
}

fn repositories(index: &View, word: &str) -> Vec<String> {
    let all = (0..index.repository_count()).map(|id| index.repository_name(RepositoryId(id)));
    let spelt = |name: &str| {
        // Nobody types what Docker adds by itself, unless they begin with it.
        let short = familiar(name);
        let begins = [short, name.strip_prefix("docker.io/").unwrap_or(name), name];
        begins.into_iter().find(|spelling| spelling.starts_with(word)).map(str::to_owned)
    };
    all.filter_map(spelt).take(MOST).collect()
}

fn tags(index: &View, name: &str, begins: &str) -> Vec<String> {
    let Ok(reference) = name.parse::<Reference>() else { return Vec::new() };
    let Ok((repository, _)) = locate::repository(index, &reference) else { return Vec::new() };
    let all = index.tags_of(repository).filter(|tag| index.tag_target(*tag).is_some());
    let meant = all.map(|tag| index.tag_name(tag)).filter(|tag| tag.starts_with(begins));
    meant.take(MOST).map(|tag| format!("{name}:{tag}")).collect()
}
