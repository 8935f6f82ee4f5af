//! `ls` and `tags` for people: a line each, whose first word is the name.

use std::fmt::Write as _;

use forebear_ask::{ListedTagAnswer, RepositoriesAnswer, TagsAnswer};
use forebear_image::{Platform, Timestamp};

use super::words::{LISTED, cut, padded, plural, question, safe};
use crate::view::View;

/// The repositories of the index.
pub(crate) fn repositories(answer: &RepositoriesAnswer) -> String {
    if answer.repositories.is_empty() {
        let what = answer.glob.as_ref().map_or_else(String::new, |glob| format!(" matches '{}'", safe(glob)));
        return format!("no repository in the index{what}{}\n", question(&answer.near));
    }
    let names: Vec<String> = answer.repositories.iter().map(|own| safe(&own.repository)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (name, own) in names.iter().zip(&answer.repositories) {
        let gone = if own.tags_gone > 0 { format!(", {} gone", own.tags_gone) } else { String::new() };
        let tags = format!("{}{gone}", plural(own.tags, "tag"));
        let listed = match own.complete {
            Some(_) => own.last_listed.map_or_else(|| "never listed completely".to_owned(), listed_on),
            None => "not known when listed".to_owned(),
        };
        _ = writeln!(out, "{}   {tags:16} {listed}", padded(name, widest));
    }
    out
}

fn listed_on(time: Timestamp) -> String {
    format!("listed {}", time.date())
}

/// The tags of a repository.
pub(crate) fn tags(answer: &TagsAnswer, view: View) -> String {
    if answer.tags.is_empty() {
        return format!("no such tag of {} in the index\n", safe(&answer.repository));
    }
    let widest = answer.tags.iter().map(|own| own.tag.chars().count()).max().unwrap_or(0);
    answer.tags.iter().map(|own| tag(own, widest, view)).collect()
}

fn tag(own: &ListedTagAnswer, widest: usize, view: View) -> String {
    let digest = own.digest.map_or_else(String::new, |digest| digest.0.short());
    let when = match own.ended {
        false => format!("since {}", own.first_seen.date()),
        true => format!("until {}, now gone", own.last_seen.date()),
    };
    let begins = format!("{}   {digest:12}   ", padded(&safe(&own.tag), widest));
    let room = view.width.saturating_sub(begins.chars().count() + when.chars().count() + 3);
    let when = if own.ended { view.paint.warning(when) } else { when };
    let row = format!("{begins}{when}   {}", cut(&platforms(&own.platforms), room));
    format!("{}\n", row.trim_end())
}

/// `linux/amd64, linux/arm64/v8 and 3 more`.
pub(super) fn platforms(platforms: &[Platform]) -> String {
    let names: Vec<String> = platforms.iter().take(LISTED).map(|own| safe(&own.to_string())).collect();
    match platforms.len().saturating_sub(LISTED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}
