//! The page of a repository: its tags over time, and who builds on it.

use std::collections::BTreeMap;

use askama::Template;
use forebear_ask::estate::{ImageSummary, Staleness, UserAnswer};
use forebear_ask::{HistoryAnswer, ObservationAnswer, OfferedAnswer};
use forebear_image::human::plural;
use forebear_image::{Platform, Timestamp};

use crate::address;
use crate::chart::{Axis, Bar};
use crate::frame::{Frame, date, html};
use crate::name::{LATEST, Name};
use crate::parts::pages::{PageLink, page_links};
use crate::parts::pill::Pill;
use crate::parts::stale::Stale;
use crate::site::Site;
use crate::text::Text;

/// Tags of one page.
pub const TAGS_A_PAGE: usize = 200;
/// Repositories that build on it, of which a page tells.
const USERS: usize = 200;

/// What is known of a repository.
pub struct RepositoryAnswers<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its tags led to.
    pub history: &'a HistoryAnswer,
    /// Start of the last run that listed it completely.
    pub last_listed: Option<Timestamp>,
    /// Who builds on it.
    pub users: &'a [UserAnswer],
}

#[derive(Template)]
#[template(path = "repository.html")]
struct RepositoryPage {
    frame: Frame,
    name: Name,
    facts: Vec<Text>,
    from: Option<Text>,
    until: Option<Text>,
    tags: Vec<Tag>,
    pages: Vec<PageLink>,
    users: Vec<User>,
    users_count: String,
    more_users: usize,
    stale: Stale,
}

struct Tag {
    name: Text,
    href: Option<String>,
    is_gone: bool,
    since: Text,
    platforms: usize,
    pill: Option<Pill>,
    base: Option<Name>,
    bars: Vec<Bar>,
    words: Text,
}

struct User {
    name: Name,
    stale: Stale,
    behind: Text,
}

/// How many pages a repository has.
fn page_count(tags: usize) -> usize {
    tags.div_ceil(TAGS_A_PAGE).max(1)
}

/// A page of a repository; the first is 1. `None` where there are not so many.
#[must_use]
pub fn repository_page(site: &Site<'_>, answers: &RepositoryAnswers<'_>, page: usize) -> Option<String> {
    let mut tags: BTreeMap<&str, Vec<&ObservationAnswer>> = BTreeMap::new();
    for seen in &answers.history.observations {
        tags.entry(&seen.tag).or_default().push(seen);
    }
    let mut order: Vec<(&str, Vec<&ObservationAnswer>)> = tags.into_iter().collect();
    // What changed last comes first; gone tags come last.
    order.sort_by(|(a_name, a), (b_name, b)| {
        newest_first(b).cmp(&newest_first(a)).then((*a_name != LATEST, a_name).cmp(&(*b_name != LATEST, b_name)))
    });
    let pages = page_count(order.len());
    if page == 0 || page > pages {
        return None;
    }
    let times = answers.history.observations.iter().flat_map(|seen| [seen.first_seen, seen.last_seen]);
    let axis = Axis::over(times.chain(site.estate.observed_until()));
    let shown = order.iter().skip((page - 1) * TAGS_A_PAGE).take(TAGS_A_PAGE);
    let all: Staleness = answers.users.iter().map(|user| user.staleness).sum();
    let most = answers.users.iter().map(|user| user.staleness.images()).max().unwrap_or(0);
    Some(html(&RepositoryPage {
        frame: Frame::new(site, answers.name),
        name: Name::new(answers.name, None),
        facts: facts(answers, &order),
        from: axis.map(|axis| date(axis.from)),
        until: axis.map(|axis| date(axis.until)),
        tags: shown.map(|(name, seen)| tag(site, axis, name, seen)).collect(),
        pages: page_links(pages, page, |at| site.linked(&address::repository(answers.name, at))),
        users: answers.users.iter().take(USERS).map(|own| user(site, own, most)).collect(),
        users_count: plural(answers.users.len() as u64, "repository"),
        more_users: answers.users.len().saturating_sub(USERS),
        stale: Stale::new(all, all.images()),
    }))
}

fn newest_first(seen: &[&ObservationAnswer]) -> (bool, Option<Timestamp>) {
    let last = seen.last();
    (last.is_some_and(|last| !last.ended), last.map(|last| last.first_seen))
}

fn facts(answers: &RepositoryAnswers<'_>, order: &[(&str, Vec<&ObservationAnswer>)]) -> Vec<Text> {
    let there = order.iter().filter(|(_, seen)| seen.last().is_some_and(|last| !last.ended)).count();
    let mut facts = vec![plural(there as u64, "tag")];
    if let gone @ 1.. = order.len() - there {
        facts.push(format!("{gone} gone"));
    }
    facts.extend(answers.last_listed.map(|time| format!("listed completely on {}", time.date())));
    facts.iter().map(|fact| Text::line(fact)).collect()
}

fn tag(site: &Site<'_>, axis: Option<Axis>, name: &str, seen: &[&ObservationAnswer]) -> Tag {
    let last = seen.last();
    let image = last.and_then(|last| default_image(&last.images)).and_then(|offered| offered.image);
    let image: Option<&ImageSummary> = image.and_then(|digest| site.estate.image(&digest));
    let mut bars = Vec::new();
    let mut words = Vec::new();
    for (at, own) in seen.iter().enumerate() {
        let next = seen.get(at + 1).map(|next| next.first_seen).filter(|_| own.ended);
        let until = next.unwrap_or(own.last_seen).max(own.last_seen);
        let Some((x, width)) = axis.map(|axis| axis.bar(own.first_seen, until)) else { continue };
        let class = match (at + 1 == seen.len() && !own.ended, at % 2) {
            (true, _) => "own",
            (false, 0) => "other",
            (false, _) => "other b",
        };
        let digest = own.digest.map(|digest| digest.0.short()).unwrap_or_default();
        let what = format!("{digest} from {} to {}", own.first_seen.date(), own.last_seen.date());
        bars.push(Bar { x, width, class: class.to_owned(), title: Text::line(&what) });
        words.push(what);
    }
    Tag {
        name: Text::line(name),
        href: image.and_then(|image| site.summary(image)),
        is_gone: last.is_none_or(|last| last.ended),
        since: last.map(|last| date(last.first_seen)).unwrap_or_default(),
        platforms: last.map_or(0, |last| last.images.len()),
        pill: image.map(Pill::of_summary),
        base: image.and_then(|image| {
            let base = image.base.as_ref()?;
            let page = site.estate.base_of(image).and_then(|base| site.summary(base));
            Some(Name::new(&base.reference, page))
        }),
        bars,
        words: Text::line(&words.join("; ")),
    }
}

/// The image that a name is shown by, where it offers several: linux/amd64, else the first that
/// was read.
#[must_use]
pub fn default_image(images: &[OfferedAnswer]) -> Option<&OfferedAnswer> {
    let wanted = Platform::default_wanted();
    let fits = |offered: &&OfferedAnswer| offered.platform.as_ref().is_some_and(|own| own.fit(&wanted).is_some());
    images.iter().find(fits).or_else(|| images.iter().find(|offered| offered.image.is_some()))
}

fn user(site: &Site<'_>, own: &UserAnswer, most: usize) -> User {
    let behind = match (own.builds_behind, own.days_behind) {
        (0, _) => String::new(),
        (builds, 0) => plural(u64::from(builds), "build"),
        (builds, days) => format!("{}, {}", plural(u64::from(builds), "build"), plural(u64::from(days), "day")),
    };
    User {
        name: Name::new(&own.repository, site.repository(&own.repository)),
        stale: Stale::new(own.staleness, most),
        behind: Text::line(&behind),
    }
}
