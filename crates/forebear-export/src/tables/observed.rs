//! Columns of what was observed of a tag, which two tables have.

use crate::column::{Column, Kind, Source, column};

pub(super) const REPOSITORY: Column =
    column("repository", Kind::Text, &[Source::Crawl], "Canonical name of the repository; key of repositories.");
pub(super) const TAG: Column = column("tag", Kind::Text, &[Source::Crawl], "The tag.");
pub(super) const FIRST_SEEN: Column =
    column("first_seen", Kind::Time, &[Source::Crawl], "Start of the first run that saw the tag lead there.");
pub(super) const LAST_SEEN: Column = column(
    "last_seen",
    Kind::Time,
    &[Source::Crawl],
    "Start of the last run that did; as of an earlier time, that time itself where a later run saw it there too.",
);
pub(super) const ENDED: Column =
    column("ended", Kind::Flag, &[Source::Crawl], "Whether the tag has since moved, or is gone.")
        .or_null("as of an earlier time, a run until then no longer saw it, and whether it looked for it is not known");
