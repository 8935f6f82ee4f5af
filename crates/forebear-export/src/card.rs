//! `README.md`, the card of a data set: what was crawled, when and how politely, what is
//! missing, and what a study should know before it counts.

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

/// What any data set of this kind leans to.
const BIASES: &str = "\
- Parents are found among the images that were crawled. Where a base is not among them, a deeper
  ancestor is named or none; `no_parent_because` says why.
- An image is one row whatever its names and copies, so counts are of distinct images, not of use.
  Pulls, where they are known, are the registry's own numbers for a whole repository.
- What no tag led to when a crawl passed was not seen: tags that came and went between two crawls, and
  everything before the first. Images of today are there more fully than those of last year.
- `images.repository` is one of the names of an image, and `parents.parent_reference` one of its base's:
  count repositories through `tag_images`, and bases by `parent`.
- `builds_behind` and `days_behind` are 0 also where nothing tells whether the base's name ever moves
  (`freshness` is `unproven`): leave such rows out of averages.
- `created` is what a builder wrote. Reproducible builds write a constant, often 1970; columns that
  are counted from it are null before 2013.
- Steps are what builders recorded. `fidelity` says what is known of each line; squashed and flattened
  images keep no base that could be seen.
- Layers were not read: sizes are what manifests state, and nothing is said of the files in them.
- What is `derived` (see DICTIONARY.md) is forebear's judgement, and a later version may judge better.
";

const RIGHTS: &str = "\
The tables hold facts about other people's images: names, digests, sizes, times and the text of build
steps. They give no right to the images, which have licences of their own. That text was written for a
builder and may hold what its authors did not mean to publish, such as e-mail addresses or tokens: look
before you pass it on.
";

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
                own.repositories_complete,
                own.tags,
                own.manifests,
                own.images,
                time(own.observed_from),
                time(own.observed_until)
            );
        }
        _ = writeln!(
            out,
            "\nTimes are the starts of runs. The index is {} (schema {}), and the last run that it knows of began\n{}.",
            self.manifest.index,
            self.manifest.schema_version,
            self.manifest.observed_until.as_deref().unwrap_or("at a time that it does not tell")
        );
        if let Some(as_of) = &self.manifest.as_of {
            _ = writeln!(out, "Everything is told as it had been seen by {as_of}; what came later is left out.");
        }
        let filters = &self.manifest.filters;
        if !filters.is_empty() {
            _ = writeln!(
                out,
                "\nOnly a part of it is here: images {}. Their ancestors came along, marked `selected = false`\n\
                 in `images`; the table above counts whole repositories.",
                filters.join(" and ")
            );
        }
    }

    fn missing(&self, out: &mut String) {
        out.push_str("\n## What is missing\n\n");
        let sum = |of: fn(&Coverage) -> u64| self.registries.iter().map(of).sum::<u64>();
        let partly = sum(|own| own.repositories) - sum(|own| own.repositories_complete);
        let gaps = [
            (partly, "repository", "of which no run read the whole list of tags"),
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
        out.push_str(
            "\n`coverage` has these figures for every repository. A crawl that was narrowed to some repositories, tags or\n\
             platforms leaves no trace of what it was told to leave out.\n",
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
