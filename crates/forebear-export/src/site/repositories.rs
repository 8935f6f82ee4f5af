//! Pages of repositories, and what else goes by their tags: badges, and the search.

use std::collections::HashMap;

use forebear_ask::estate::UserAnswer;
use forebear_ask::{HistoryAnswer, ObservationAnswer, RepositoriesRequest};
use forebear_image::Timestamp;
use forebear_index::RepositoryId;
use forebear_page::search::{self, Digests, Kind, Named};
use forebear_page::{LATEST, Listed, RepositoryAnswers, address, badge, default_image, listing_page, repository_page};
use rayon::prelude::*;

use super::making::Making;
use crate::error::ExportError;
use crate::scope::Scope;

/// Folders from the root down to a page.
const DEPTH: usize = 1;

/// Names of all repositories that are exported, sorted.
pub(super) fn in_scope(scope: &Scope) -> Vec<String> {
    let view = &scope.view;
    let all = (0..view.repository_count()).map(RepositoryId).filter(|id| scope.has_repository(*id));
    let mut names: Vec<String> = all.map(|id| view.repository_name(id).to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Writes all of them; gives what the search knows of them.
pub(super) fn write(making: &Making<'_>, names: &[String], digests: &mut Digests) -> Result<Vec<Named>, ExportError> {
    let all = making.asker.repositories(&RepositoriesRequest::default())?.repositories;
    let listed: HashMap<&str, Option<Timestamp>> =
        all.iter().map(|own| (own.repository.as_str(), own.last_listed)).collect();
    let one = |name: &String| {
        let users = making.users.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        one(making, name, users, listed.get(name.as_str()).copied().flatten())
    };
    let done: Vec<(Named, Digests)> = names.par_iter().map(one).collect::<Result<_, ExportError>>()?;
    let mut named = Vec::with_capacity(done.len());
    for (own, more) in done {
        named.push(own);
        digests.append(more);
    }
    let listed: Vec<Listed> =
        named.iter().map(|own| Listed { name: own.name.clone(), tags: own.tags, users: own.weight }).collect();
    let mut page = 1;
    while let Some(text) = making.with_site(0, |site| listing_page(site, &listed, page)) {
        making.sheets.put(&address::repositories(page), &text)?;
        page += 1;
    }
    Ok(named)
}

fn one(
    making: &Making<'_>,
    name: &str,
    users: &[UserAnswer],
    last_listed: Option<Timestamp>,
) -> Result<(Named, Digests), ExportError> {
    let sheets = making.sheets;
    let (history, _) = making.asker.history(name)?;
    let answers = RepositoryAnswers { name, history: &history, last_listed, users };
    let mut page = 1;
    while let Some(text) = making.with_site(DEPTH, |site| repository_page(site, &answers, page)) {
        sheets.put(&address::repository(name, page), &text)?;
        page += 1;
    }
    let mut digests = Digests::default();
    let mut there: Vec<(Timestamp, String, String)> = Vec::new();
    for seen in now(&history) {
        let image = default_image(&seen.images).and_then(|offered| offered.image);
        let Some(image) = image.and_then(|digest| making.estate.image(&digest)) else { continue };
        sheets.put(&address::badge(name, &seen.tag), &badge(image))?;
        let page = address::image(&image.digest);
        if let Some(digest) = seen.digest {
            digests.add([(&digest.0, Kind::Manifest)], &page, &format!("{name}:{}", seen.tag));
        }
        there.push((seen.first_seen, seen.tag.clone(), page));
    }
    // As whoever types wants them: what is meant without a tag, then the newest.
    there.sort_by(|a, b| (a.1 != LATEST, b.0, &a.1).cmp(&(b.1 != LATEST, a.0, &b.1)));
    let tags: Vec<(String, String)> = there.into_iter().map(|(_, tag, page)| (tag, page)).collect();
    let file = search::tags(name, &tags);
    sheets.put(&file.address, &file.text)?;
    making.advance()?;
    let weight = users.iter().map(|user| user.staleness.images()).sum();
    let address = address::repository(name, 1);
    Ok((Named { name: name.to_owned(), address, tags: tags.len(), weight }, digests))
}

/// What tags lead to now.
fn now(history: &HistoryAnswer) -> impl Iterator<Item = &ObservationAnswer> {
    history.observations.iter().filter(|seen| !seen.ended)
}
