//! Lists: repositories page by page, the tags of a repository whole. What a
//! hostile registry lists ends in bounded memory and time, with a reason.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use forebear_image::RepositoryName;
use forebear_registry::{ErrorKind, NamespacePage, Page, PageCursor, Registry, RegistryError, ToldOf};
use forebear_store::FailureKind;
use tokio::sync::Semaphore;

use crate::blocking;
use crate::selection::TagList;

use super::context::Context;
use super::outcome::{Listed, Next, Outcome, Rejected};

/// Names asked for on one page; registries cap it as they like.
const PAGE_SIZE: u32 = 1_000;
/// More pages than this is no list but a trap: over an hour at the default rate.
const MAX_PAGES: usize = 20_000;
/// Pages in a row with nothing on them.
const MAX_EMPTY: usize = 20;
/// Tags of one repository that are taken; the largest real ones have some
/// hundred thousand.
const MAX_TAGS: usize = 2_000_000;
/// Bytes of their names.
const MAX_TAG_BYTES: usize = 64 << 20;
/// A list that grows over this waits for its turn,
const LARGE: usize = 100_000;
/// of which there are this many.
static LARGE_AT_ONCE: Semaphore = Semaphore::const_new(2);

pub(super) async fn catalog(registry: &Registry, cursor: Option<&str>) -> Result<Outcome, RegistryError> {
    let Ok(after) = stored_cursor(cursor) else { return Ok(lost_place()) };
    match registry.catalog_page(after.as_ref(), PAGE_SIZE).await {
        // Without a catalog nothing else is done, so what to do belongs with it.
        Err(error) if matches!(error.kind(), ErrorKind::NoCatalog { .. }) => {
            let message = format!("{error}; {}", error.hint().unwrap_or_default());
            Ok(Outcome::Failed { kind: FailureKind::NoCatalog, message })
        }
        page => Ok(repositories(page?, Vec::new())),
    }
}

/// A page of a namespace.
pub(super) async fn namespace(
    registry: &Registry,
    namespace: &str,
    cursor: Option<&str>,
) -> Result<Outcome, RegistryError> {
    let Ok(after) = stored_cursor(cursor) else { return Ok(lost_place()) };
    let NamespacePage { page, told } = registry.namespace_page(namespace, after.as_ref()).await?;
    Ok(repositories(page, told))
}

fn repositories(page: Page<RepositoryName>, told: Vec<ToldOf>) -> Outcome {
    let mut rejected = Rejected::default();
    rejected.add(page.rejected);
    rejected.outside = page.outside;
    let next = page.next.map_or(Next::End, Next::Page);
    Outcome::Repositories { names: page.items.into_iter(), told, rejected, next }
}

/// A cursor as an earlier process stored it.
fn stored_cursor(text: Option<&str>) -> serde_json::Result<Option<PageCursor>> {
    text.map(|text| serde_json::from_value(serde_json::Value::String(text.to_owned()))).transpose()
}

fn lost_place() -> Outcome {
    let message = "the stored place in the list of repositories cannot be read".to_owned();
    Outcome::Failed { kind: FailureKind::Paging, message }
}

pub(super) async fn tags(
    registry: &Registry,
    repository: &RepositoryName,
    context: &Arc<Context>,
) -> Result<Outcome, RegistryError> {
    let (mut tags, mut rejected, mut steps) = (TagList::default(), Rejected::default(), Steps::default());
    let mut turn = None;
    let mut cursor: Option<PageCursor> = None;
    let failed = |kind, what: String| {
        let message = format!("the tag list of {repository} {what}; the repository is left out");
        Ok(Outcome::Failed { kind, message })
    };
    loop {
        let page = match registry.tags_page(repository, cursor.as_ref(), PAGE_SIZE).await {
            Err(error) if error.is_not_found() && cursor.is_none() => {
                let choice = context.selection.choose(&tags);
                return Ok(Outcome::Tags { listed: Box::new(Listed { tags, choice }), rejected, known: false });
            }
            page => page?,
        };
        page.items.iter().for_each(|tag| tags.push(tag));
        let is_empty = page.items.is_empty();
        rejected.add(page.rejected);
        if tags.len() > MAX_TAGS || tags.bytes() > MAX_TAG_BYTES {
            return failed(
                FailureKind::TooMany,
                format!("has more than {MAX_TAGS} tags, or {MAX_TAG_BYTES} bytes of them"),
            );
        }
        if rejected.count > MAX_TAGS as u64 {
            return failed(FailureKind::TooMany, format!("has more than {MAX_TAGS} names that are none"));
        }
        if let Err(why) = steps.take(page.next.as_ref(), is_empty) {
            return failed(FailureKind::Paging, why);
        }
        if turn.is_none() && tags.len() > LARGE {
            // Nobody closes it.
            turn = LARGE_AT_ONCE.acquire().await.ok();
        }
        match page.next {
            None => break,
            next => cursor = next,
        }
    }
    let context = Arc::clone(context);
    let listed = blocking::run(move || {
        tags.sort();
        let choice = context.selection.choose(&tags);
        Box::new(Listed { tags, choice })
    });
    Ok(Outcome::Tags { listed: listed.await, rejected, known: true })
}

/// The pages of one list so far: where it has led, to tell a list from a trap.
#[derive(Debug, Default)]
pub(super) struct Steps {
    seen: HashSet<u64>,
    empty: usize,
}

impl Steps {
    /// Takes the link to the next page.
    ///
    /// # Errors
    /// What is wrong with the list.
    pub(super) fn take(&mut self, next: Option<&PageCursor>, is_empty: bool) -> Result<(), String> {
        let Some(next) = next else { return Ok(()) };
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        if self.empty >= MAX_EMPTY {
            return Err(format!("goes on after {MAX_EMPTY} empty pages"));
        }
        let mut hasher = DefaultHasher::new();
        next.as_str().hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            return Err("leads back to a page that was there before".to_owned());
        }
        if self.seen.len() >= MAX_PAGES {
            return Err(format!("has more than {MAX_PAGES} pages"));
        }
        Ok(())
    }
}
