//! What a run would ask: the lists are asked for, which costs no pulls, and nothing
//! is kept.

use forebear_image::RepositoryName;
use forebear_index::View;
use forebear_registry::{Login, Page, PageCursor, Ping, Quirks, Registry, RegistryError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use crate::error::CrawlError;
use crate::operate::connect::connect;
use crate::operate::error::RunError;
use crate::operate::jobs::Job;
use crate::selection::{Origin, Selection, TagList};

/// Names asked for on one page.
const PAGE_SIZE: u32 = 1_000;

/// What a run would ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DryRun {
    /// Name of the job.
    pub job: String,
    /// The registry as references name it.
    pub registry: String,
    /// As whom it would be asked.
    pub asked: String,
    /// Repositories that would be walked.
    pub repositories: u64,
    /// Their tags that would be looked at.
    pub tags: u64,
    /// Of those, tags that the published index does not have.
    pub tags_new: u64,
    /// Requests for lists: as many as were sent now.
    pub requests_for_lists: u64,
    /// Requests in all, if no tag has moved and every new one is an image of one
    /// platform: a HEAD a tag; a manifest and a config each new one.
    pub requests_at_least: u64,
    /// Pulls that so many requests cost, where the registry is known to count them.
    pub pulls_at_least: Option<u64>,
}

/// Asks a job's registry for lists. `index` is what was published, if anything was.
///
/// # Errors
/// [`RunError`], as a run would meet it.
pub async fn dry_run(job: &Job, index: Option<&View>) -> Result<DryRun, RunError> {
    let login = Login::load(job.registry.auth, &job.registry.host).await?;
    let registry = connect(job, &login).await?;
    let selection = job.selection(registry.name())?;
    if let Ping::NeedsCredentials { shown, .. } = registry.ping().await? {
        return Err(CrawlError::NotLetIn { host: job.registry.host.to_string(), shown }.into());
    }
    let repositories = repositories(&registry, &selection).await?;
    let (mut tags, mut new) = (0, 0);
    let lists = stream::iter(&repositories).map(|name| self::tags(&registry, name, &selection));
    let mut lists = lists.buffer_unordered(registry.host().concurrency());
    while let Some((name, list)) = lists.try_next().await? {
        tags += list.len() as u64;
        new += list.iter().filter(|tag| !index.is_some_and(|index| has(index, name, tag))).count() as u64;
    }
    drop(lists);
    let requests_for_lists = registry.statistics().requests();
    let counts_pulls = Quirks::of(&job.registry.host).head_is_a_pull.is_some();
    Ok(DryRun {
        job: job.name.to_string(),
        registry: job.registry.host.to_string(),
        asked: std::iter::once(login.to_string()).chain(registry.asked_also()).collect::<Vec<_>>().join("; "),
        repositories: repositories.len() as u64,
        tags,
        tags_new: new,
        requests_for_lists,
        requests_at_least: requests_for_lists + tags + 2 * new,
        pulls_at_least: counts_pulls.then_some(new),
    })
}

async fn repositories(registry: &Registry, selection: &Selection) -> Result<Vec<RepositoryName>, RegistryError> {
    let mut found: Vec<RepositoryName> = Vec::new();
    match selection.origin() {
        Origin::Repositories(names) => found = names,
        Origin::Catalog => {
            let mut cursor: Option<PageCursor> = None;
            loop {
                let page: Page<RepositoryName> = registry.catalog_page(cursor.as_ref(), PAGE_SIZE).await?;
                found.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        Origin::Namespaces(namespaces) => {
            for namespace in namespaces {
                let mut cursor: Option<PageCursor> = None;
                loop {
                    let page = registry.namespace_page(&namespace, cursor.as_ref()).await?.page;
                    found.extend(page.items);
                    cursor = page.next;
                    if cursor.is_none() {
                        break;
                    }
                }
            }
        }
    }
    found.retain(|name| selection.wants_repository(name));
    found.sort();
    found.dedup();
    Ok(found)
}

/// The tags of a repository that are selected; none where there is no such
/// repository.
async fn tags<'a>(
    registry: &Registry,
    repository: &'a RepositoryName,
    selection: &Selection,
) -> Result<(&'a RepositoryName, Vec<String>), RegistryError> {
    let mut list = TagList::default();
    let mut cursor: Option<PageCursor> = None;
    loop {
        let page = match registry.tags_page(repository, cursor.as_ref(), PAGE_SIZE).await {
            Err(error) if error.is_not_found() => break,
            page => page?,
        };
        page.items.iter().for_each(|tag| list.push(tag));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    list.sort();
    let chosen = selection.choose(&list).positions;
    Ok((repository, chosen.into_iter().map(|position| list.at(position).to_owned()).collect()))
}

fn has(index: &View, repository: &RepositoryName, tag: &str) -> bool {
    let found = index.find_repository(repository);
    found.is_some_and(|found| index.find_tag(found, tag).is_some())
}
