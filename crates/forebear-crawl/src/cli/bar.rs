//! The line that shows progress on a terminal, at whatever width it has. Pure.

use forebear_crawl::Snapshot;
use forebear_image::human::duration;

/// What a line is made from beside the counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// Seconds since this process began.
    pub(super) elapsed: u64,
    /// Requests in each second.
    pub(super) pace: f64,
    /// Columns of the terminal.
    pub(super) width: usize,
    /// Whether the terminal can show more than ASCII.
    pub(super) unicode: bool,
    /// Seconds since 1970.
    pub(super) now: u64,
}

/// The line: as much as fits, what matters least left out first.
pub(super) fn line(at: &Snapshot, scene: Scene) -> String {
    // The last column is left free: some terminals wrap when it is written.
    let width = scene.width.saturating_sub(1);
    let (repositories, tags) =
        (of(at.repositories_done, at.repositories, at.listing), of(at.tags_done, at.tags, !at.is_listed()));
    let images = at.images_new + at.images_known;
    let left = left(at, scene);
    let long = [
        format!("repositories {repositories}"),
        format!("tags {tags}"),
        format!("images {images}"),
        format!("{:.0}/s", scene.pace),
        format!("{} so far", duration(scene.elapsed)),
    ];
    let short = [format!("repos {repositories}"), format!("tags {tags}")];
    let quota = quota(at, scene);
    let with = |parts: &[String], more: [&Option<String>; 2]| {
        let more = more.into_iter().flatten();
        parts.iter().chain(more).map(String::as_str).collect::<Vec<_>>().join("  ")
    };
    let texts = [
        with(&long, [&left, &quota]),
        with(&long, [&left, &None]),
        with(long.get(..3).unwrap_or_default(), [&left, &None]),
        with(&short, [&left, &None]),
        with(&short, [&None, &None]),
        tags,
    ];
    let text = texts.iter().find(|text| text.chars().count() <= width).or(texts.last());
    let text = text.map_or_else(String::new, |text| text.chars().take(width).collect());
    let room = width.saturating_sub(text.chars().count() + 2);
    if room < 8 { text } else { format!("{}  {text}", bar(at, room.min(24), scene.unicode)) }
}

/// `27/141`, or `27/141+` where there may be more.
fn of(done: u64, found: u64, more: bool) -> String {
    format!("{done}/{}{}", found.max(done), if more { "+" } else { "" })
}

fn left(at: &Snapshot, scene: Scene) -> Option<String> {
    if let Some(until) = at.held_until {
        let wait = u64::try_from(until.seconds).unwrap_or_default().saturating_sub(scene.now);
        return Some(format!("waiting {} for the registry", duration(wait)));
    }
    let left = at.left();
    if scene.pace <= 0.0 || left.requests == 0 {
        return None;
    }
    let time = duration((left.requests as f64 / scene.pace).ceil() as u64);
    Some(if left.at_least { format!("at least {time} left") } else { format!("about {time} left") })
}

fn quota(at: &Snapshot, scene: Scene) -> Option<String> {
    let quota = at.quota?;
    let of = quota.limit.map_or_else(String::new, |limit| format!(" of {limit}"));
    let more = quota.more_at.and_then(|more| more.checked_sub(scene.now));
    let more = more.map_or_else(String::new, |wait| format!(", more in {}", duration(wait)));
    Some(format!("pulls {}{of}{more}", quota.remaining))
}

fn bar(at: &Snapshot, width: usize, unicode: bool) -> String {
    let left = at.left().requests;
    let whole = at.requests.saturating_add(left).max(1);
    let full = (at.requests as f64 / whole as f64 * width as f64).round() as usize;
    let (done, rest) = if unicode { ("█", "░") } else { ("#", "-") };
    format!("{}{}", done.repeat(full.min(width)), rest.repeat(width.saturating_sub(full)))
}

#[cfg(test)]
mod tests {
    use forebear_crawl::PullsLeft;

    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            repositories: 141,
            repositories_done: 27,
            listing: true,
            tags: 372,
            tags_done: 94,
            images_new: 100,
            images_known: 8,
            requests: 400,
            quota: Some(PullsLeft { remaining: 76, limit: Some(100), more_at: Some(1_018_000) }),
            ..Snapshot::default()
        }
    }

    #[test]
    fn p577_one_line_at_any_width() {
        #[track_caller]
        fn check(width: usize, expected: &str) {
            let scene = Scene { elapsed: 75, pace: 20.0, width, unicode: false, now: 1_000_000 };
            assert_eq!(line(&snapshot(), scene), expected);
        }
        check(40, "----------  repos 27/141+  tags 94/372+");
        check(60, "---------  repos 27/141+  tags 94/372+  at least 7 min left");
        check(80, "----------  repositories 27/141+  tags 94/372+  images 108  at least 7 min left");
        let wide = "repositories 27/141+  tags 94/372+  images 108  20/s  75 s so far  at least 7 min left  pulls 76 of 100, more in 5 h";
        check(200, &format!("#-----------------------  {wide}"));
        for width in 0..250 {
            for unicode in [false, true] {
                let scene = Scene { elapsed: 1_000_000, pace: 123_456.0, width, unicode, now: 0 };
                let line = line(&snapshot(), scene);
                assert!(line.chars().count() < width.max(1) && (unicode || line.is_ascii()), "{width}: {line}");
            }
        }
    }
}
