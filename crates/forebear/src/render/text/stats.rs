//! `stats` for people.

use std::fmt::Write as _;

use forebear_image::human::{bytes, plural};
use forebear_index::stats::Stats;

use forebear_ask::StatsAnswer;
use forebear_image::Timestamp;

use super::coverage;
use super::words::safe;

/// What there is and how old it is, a line each; then each registry; then what
/// else was asked for.
pub(crate) fn render(answer: &StatsAnswer, sections: bool) -> String {
    let stats = &answer.stats;
    let never = stats.repositories.saturating_sub(stats.repositories_complete + stats.repositories_complete_unknown);
    let complete = match (never, stats.repositories_complete_unknown) {
        (0, 0) => "all listed completely".to_owned(),
        (0, unknown) => format!("not known of {unknown} whether listed completely by then"),
        (others, 0) => format!("{others} not listed completely"),
        (others, unknown) => format!("{others} not listed completely, not known of {unknown} whether by then"),
    };
    let unread_then = if answer.knows_unread { "" } else { "; what had failed by then is not known" };
    let as_of = stats.as_of.map(|time| ("as of", format!("{time}{unread_then}")));
    let rows = [
        ("index", format!("{} ({})", answer.file.display(), bytes(stats.bytes))),
        ("observed until", when(stats.observed_until)),
        ("registries", stats.registries.join(", ")),
        ("repositories", format!("{}, {complete}", stats.repositories)),
        ("tags", format!("{} ({})", stats.tags, plural(stats.observations, "observation"))),
        ("images", format!("{}, {} with a known parent", stats.images, stats.images_with_parent)),
        ("platforms", stats.platforms.join(", ")),
    ];
    let unread =
        (stats.images_unread > 0).then(|| ("unread", format!("{} of images", plural(stats.images_unread, "config"))));
    let lost = (stats.lost_records > 0)
        .then(|| ("lost", format!("{} of the store, damaged and given up", plural(stats.lost_records, "record"))));
    let (file, held) = rows.split_at(1);
    let mut out: String = file.iter().chain(&as_of).chain(held).chain(&unread).chain(&lost).map(row).collect();
    stats.coverage.iter().for_each(|registry| coverage::registry(&mut out, registry));
    if let Some(repositories) = &answer.repository_coverage {
        coverage::repositories(&mut out, repositories);
    }
    if sections {
        section_table(&mut out, stats);
    }
    out
}

fn row((name, value): &(&str, String)) -> String {
    format!("{name:16}{}\n", safe(value))
}

/// A time for people, or that there is none.
fn when(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}

/// How the index is built, and what each part of the file takes.
fn section_table(out: &mut String, stats: &Stats) {
    let per_image = stats.bytes_per_image.map_or_else(|| "unknown".to_owned(), |count| count.to_string());
    let rows = [
        ("bytes an image", per_image),
        ("manifests", format!("{} read, {} not", stats.manifests, stats.manifests_unread)),
        ("layers", format!("{}, {} contradicted", stats.layers, stats.blobs_contradicted)),
        ("trie", format!("{} nodes, depth {}, fan-out {}", stats.trie_nodes, stats.depth, stats.fan_out)),
        ("steps", stats.steps.to_string()),
    ];
    out.push('\n');
    rows.iter().for_each(|named| out.push_str(&row(named)));
    _ = writeln!(out, "\n  {:22} {:>12} {:>14}", "section", "elements", "bytes");
    for section in &stats.sections {
        _ = writeln!(out, "  {:22} {:>12} {:>14}", section.section, section.elements, section.bytes);
    }
}
