//! `README.md`, the card of a data set: what was crawled, when and how politely, what is
//! missing, and what a study should know before it counts.

mod texts;

use std::fmt::Write as _;

use forebear_image::Timestamp;
use forebear_image::human::plural;
use forebear_index::View;
use forebear_index::coverage::{Coverage, of_some};

use crate::covered::Covered;
use crate::manifest::Manifest;
use crate::query::first_query;
use crate::report::CrawlReport;
use crate::scope::Scope;
use crate::sinks::ExportFormat;
use texts::{BIASES, EARLIER, RIGHTS};

/// What a card is written from.
pub(crate) struct Card<'a> {
    scope: &'a Scope,
    manifest: &'a Manifest,
    format: ExportFormat,
    reports: &'a [CrawlReport],
    /// Coverage of each registry.
    registries: Vec<Coverage>,
}

impl<'a> Card<'a> {
    pub(crate) fn new(
        scope: &'a Scope,
        manifest: &'a Manifest,
        format: ExportFormat,
        reports: &'a [CrawlReport],
    ) -> Self {
        let of = |covered: &Covered| match covered {
            Covered::Registry { name, repositories } => Some(of_some(&scope.view, name, repositories)),
            Covered::Repository(_) | Covered::Unread(_) => None,
        };
        let registries = scope.covered.iter().filter_map(of).collect();
        Self { scope, manifest, format, reports, registries }
    }

    /// One sentence for lists of data sets.
    pub(crate) fn sentence(&self) -> String {
        let images = self.scope.images.len();
        format!(
            "{} of {}: what each is built on, its layers and steps, and the tags that led to it over time.",
            plural(images as u64, "container image"),
            plural(self.registries.len() as u64, "registry"),
        )
    }

    pub(crate) fn text(&self) -> String {
        let mut out = format!("# Container images and what they are built on\n\n{}\n\n", self.sentence());
        out.push_str(
            "`DICTIONARY.md` says what every column means, `MANIFEST.json` has the rows and the SHA-256 of every file,\n\
             and `croissant.json` describes the tables to programs.\n",
        );
        self.crawled(&mut out);
        self.missing(&mut out);
        _ = write!(out, "\n## Known biases\n\n{BIASES}");
        self.politeness(&mut out);
        self.opened(&mut out);
        _ = write!(out, "\n## Rights and care\n\n{RIGHTS}");
        out
    }

    fn view(&self) -> &View {
        &self.scope.view
    }

    fn crawled(&self, out: &mut String) {
        out.push_str("\n## What was crawled\n\n");
        out.push_str("| registry | repositories | listed whole | tags | manifests | images | seen from | to |\n");
        out.push_str("|---|---:|---:|---:|---:|---:|---|---|\n");
        for own in &self.registries {
            _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                own.name,
                own.repositories,
                own.complete_in_words(),
                own.tags,
                own.manifests,
                own.images,
                time(own.observed_from),
                time(own.observed_until)
            );
        }
        let is_earlier = self.view().is_earlier();
        let last = match &self.manifest.observed_until {
            Some(time) if is_earlier => format!("the last run until then that it knows of began\n{time}"),
            Some(time) => format!("the last run that it knows of began\n{time}"),
            None if is_earlier => "no run that it knows of had begun by then".to_owned(),
            None => "it knows of no run that saw a tag".to_owned(),
        };
        let (index, schema) = (&self.manifest.index, self.manifest.schema_version);
        _ = writeln!(out, "\nTimes are the starts of runs. The index is {index} (schema {schema}), and {last}.");
        self.time(out);
        let filters = &self.manifest.filters;
        if !filters.is_empty() {
            let marked = if self.has("images") { ", marked `selected = false`\nin `images`" } else { "" };
            _ = writeln!(
                out,
                "\nOnly a part of it is here: images {}. Their ancestors came along{marked}; the table above\n\
                 counts whole repositories.",
                filters.join(" and ")
            );
        }
    }

    /// As of when it is told, and what of that time is not known.
    fn time(&self, out: &mut String) {
        let (Some(as_of), Some(asked)) = (&self.manifest.as_of, self.view().as_of()) else { return };
        if self.view().is_earlier() {
            _ = writeln!(
                out,
                "Everything is told as it had been seen by {as_of}; what came later is left out.\n\n{EARLIER}"
            );
        } else if let Some(until) = self.view().observed_until().filter(|until| *until < asked) {
            _ = writeln!(
                out,
                "It was asked for as of {as_of}: nothing is known of the time after {until}, and this is how it was then."
            );
        }
    }

    /// Whether a table is there.
    fn has(&self, table: &str) -> bool {
        self.manifest.files.iter().any(|file| file.table == table)
    }

    fn missing(&self, out: &mut String) {
        out.push_str("\n## What is missing\n\n");
        let sum = |of: fn(&Coverage) -> u64| self.registries.iter().map(of).sum::<u64>();
        let unknown = sum(|own| own.repositories_complete_unknown);
        let partly = sum(|own| own.repositories).saturating_sub(sum(|own| own.repositories_complete) + unknown);
        let gaps = [
            (partly, "repository", "of which no run read the whole list of tags"),
            (unknown, "repository", "of which a later run read the whole list; whether one had by then is not known"),
            (sum(|own| own.repositories_uncrawled), "repository", "that was listed and not asked for yet"),
            (sum(|own| own.manifests_unread), "manifest", "that tags or indexes refer to and that was not read"),
            (sum(|own| own.images_unread), "image", "of which the config was not read, so that it has no history"),
        ];
        let mut told = 0;
        for (number, thing, what) in gaps.iter().filter(|(number, ..)| *number > 0) {
            told += 1;
            _ = writeln!(out, "- {}: {what}", plural(*number, thing));
        }
        match self.view().knows_unread() {
            true => {
                let some = self.view().unread().map(|unread| unread.count).sum::<u64>();
                told += u64::from(some > 0);
                if some > 0 {
                    _ = writeln!(out, "- {}: failed, or the last run ended before it had asked", plural(some, "item"));
                }
            }
            false => out.push_str("- What failed is not known for this time.\n"),
        }
        if told == 0 {
            out.push_str("- Nothing that the index knows of.\n");
        }
        out.push_str(match self.has("coverage") {
            true => "\n`coverage` has these figures for every repository.",
            false => "\nThe table `coverage`, which was not exported, has these figures for every repository.",
        });
        out.push_str(
            " A crawl that was narrowed to some\nrepositories, tags or platforms leaves no trace of what it was told to leave out.\n",
        );
    }

    fn politeness(&self, out: &mut String) {
        out.push_str("\n## How politely it was crawled\n\n");
        if self.reports.is_empty() {
            out.push_str("Not known: no report of a run was given (`forebear export --report FILE`).\n");
            return;
        }
        out.push_str("| registry | run | seconds | requests | a second | of manifests | limits met | waits kept | failed | ended |\n");
        out.push_str("|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n");
        for own in self.reports {
            let failed: u64 = own.failures.values().sum();
            let ended = own.stop().map_or_else(|| "complete".to_owned(), |why| format!("{why}, {} left", own.open));
            let rate = own.sent() as f64 / own.duration.max(0.001);
            _ = writeln!(
                out,
                "| {} | {} | {:.1} | {} | {rate:.1} | {} | {} | {} | {failed} | {ended} |",
                cell(&own.registry),
                cell(&own.started),
                own.duration,
                own.sent(),
                own.pulls(),
                own.limited(),
                own.holds(),
            );
        }
        out.push_str(
            "\nAs the crawler's own reports tell. Only lists, manifests and configs are asked for, never layers; a manifest\n\
             is asked for once; a limit that a registry tells is waited for.\n",
        );
    }

    fn opened(&self, out: &mut String) {
        _ = write!(out, "\n## Opening it\n\n```sql\n{}```\n", first_query(self.manifest, self.format));
        match self.format {
            ExportFormat::Csv { safe: false } => out.push_str(
                "\n**Spreadsheets run formulas.** Cells are as they were found, and some begin with `=`, `+`, `-` or `@`.\n\
                 Import such columns as text, or export with `--csv-safe`.\n",
            ),
            ExportFormat::Csv { safe: true } => out.push_str(
                "\nIn cells that a spreadsheet would take for a formula an apostrophe stands first (`--csv-safe`): those are\n\
                 not as they were found.\n",
            ),
            ExportFormat::Parquet | ExportFormat::JsonLines => {}
        }
    }
}

fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| time.to_string())
}

/// Text of foreign origin in a table of Markdown.
fn cell(text: &str) -> String {
    let plain = |letter: char| if letter.is_control() || matches!(letter, '|' | '<' | '`') { ' ' } else { letter };
    text.chars().map(plain).collect()
}
