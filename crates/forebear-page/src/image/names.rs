//! What the image's names led to, over time.

use forebear_ask::{HistoryAnswer, ObservationAnswer};
use forebear_image::{Digest, Timestamp};

use super::answers::ImageAnswers;
use crate::chart::{Axis, Bar};
use crate::frame::date;
use crate::name::LATEST;
use crate::site::Site;
use crate::text::Text;

/// Builds of a name that are linked in words, the latest of them.
const BUILDS: usize = 12;

/// The names, on one axis.
#[derive(Clone, Debug)]
pub(super) struct TimeLine {
    pub(super) from: Text,
    pub(super) until: Text,
    pub(super) rows: Vec<Row>,
}

/// One name.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Tags that led to the same at the same times.
    pub(super) tags: Vec<Text>,
    pub(super) bars: Vec<Bar>,
    pub(super) words: Text,
    pub(super) builds: Vec<Build>,
}

/// What the name led to for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Build {
    pub(super) digest: Text,
    pub(super) href: Option<String>,
    pub(super) is_own: bool,
    pub(super) when: Text,
}

impl TimeLine {
    /// `None` where no name is known.
    pub(super) fn new(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Option<Self> {
        let seen = || answers.histories.iter().flat_map(|history| &history.observations);
        let times = seen().flat_map(|own| [own.first_seen, own.last_seen]);
        let axis = Axis::over(times.chain(site.estate.observed_until()))?;
        let row = |history: &HistoryAnswer| row(site, answers, axis, history);
        let mut rows: Vec<Row> = Vec::new();
        for own in answers.histories.iter().map(row) {
            match rows.iter_mut().find(|row| row.words == own.words && row.builds == own.builds) {
                Some(row) => row.tags.extend(own.tags),
                None => rows.push(own),
            }
        }
        (!rows.is_empty()).then(|| Self { from: date(axis.from), until: date(axis.until), rows })
    }
}

/// Other tags of its repository that lead to the image now: whoever came by one of them sees that
/// this is what was meant.
pub(super) fn also(answers: &ImageAnswers<'_>) -> Vec<Text> {
    let Some((shown, others)) = answers.histories.split_first() else { return Vec::new() };
    let repository = shown.name.rsplit_once(':').map(|(repository, _)| repository);
    let tag = |history: &HistoryAnswer| {
        let (own, tag) = history.name.rsplit_once(':')?;
        let leads_here = history.observations.last().is_some_and(|last| leads_to(last, answers));
        (Some(own) == repository && leads_here).then(|| tag.to_owned())
    };
    let mut tags: Vec<String> = others.iter().filter_map(tag).collect();
    tags.sort_by_key(|tag| tag != LATEST);
    tags.iter().map(|tag| Text::line(tag)).collect()
}

/// Whether a tag still leads to the image.
fn leads_to(last: &ObservationAnswer, answers: &ImageAnswers<'_>) -> bool {
    !last.ended && last.images.iter().any(|offered| offered.image == Some(answers.summary.digest))
}

/// What became of the name that the image is shown by, where it leads here no more; and the
/// page of what it leads to instead.
pub(super) fn moved(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Option<(String, Option<String>)> {
    let history = answers.histories.first()?;
    let last = history.observations.last()?;
    if leads_to(last, answers) {
        return None;
    }
    if last.ended {
        return Some((format!("This tag is gone: it was last seen on {}.", last.last_seen.date()), None));
    }
    let now = image_of(last, answers).and_then(|digest| site.image(&digest));
    Some((format!("An earlier build: its tag has led to another since {}.", last.first_seen.date()), now))
}

fn row(site: &Site<'_>, answers: &ImageAnswers<'_>, axis: Axis, history: &HistoryAnswer) -> Row {
    let own = answers.summary.digest;
    let is_own = |seen: &ObservationAnswer| seen.images.iter().any(|offered| offered.image == Some(own));
    let end = |at: usize, seen: &ObservationAnswer| {
        let next = history.observations.get(at + 1).map(|next| next.first_seen);
        next.filter(|_| seen.ended).unwrap_or(seen.last_seen).max(seen.last_seen)
    };
    let mut bars = Vec::new();
    let mut builds = Vec::new();
    let mut words = Vec::new();
    for (at, seen) in history.observations.iter().enumerate() {
        let until = end(at, seen);
        let when = period(seen.first_seen, seen.last_seen, seen.ended);
        let (x, width) = axis.bar(seen.first_seen, until);
        let class = if is_own(seen) {
            "own"
        } else if at % 2 == 0 {
            "other"
        } else {
            "other b"
        };
        let what = if is_own(seen) { "this image" } else { "another build" };
        bars.push(Bar { x, width, class: class.to_owned(), title: Text::line(&format!("{what}, {when}")) });
        words.push(format!("{what} {when}"));
        let other = image_of(seen, answers);
        let digest = seen.digest.map(|digest| digest.0.short()).unwrap_or_default();
        builds.push(Build {
            digest: Text::line(&digest),
            href: other.filter(|digest| *digest != own).and_then(|digest| site.image(&digest)),
            is_own: is_own(seen),
            when: Text::line(&when),
        });
    }
    builds.reverse();
    builds.truncate(BUILDS);
    let tag = history.name.rsplit_once(':').map_or(history.name.as_str(), |(_, tag)| tag);
    Row { tags: vec![Text::line(tag)], bars, words: Text::line(&words.join("; ")), builds }
}

/// What was offered for the image's own platform.
fn image_of(seen: &ObservationAnswer, answers: &ImageAnswers<'_>) -> Option<Digest> {
    let same = seen.images.iter().find(|offered| offered.platform == answers.summary.platform);
    same.or(seen.images.first()).and_then(|offered| offered.image)
}

fn period(from: Timestamp, until: Timestamp, ended: bool) -> String {
    match (ended, from.date() == until.date()) {
        (false, _) => format!("since {}", from.date()),
        (true, true) => format!("on {}", from.date()),
        (true, false) => format!("{} to {}", from.date(), until.date()),
    }
}
