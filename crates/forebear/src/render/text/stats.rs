//! `stats` for people.

use std::fmt::Write as _;

use forebear_image::human::{bytes, plural};
use forebear_index::stats::Stats;

use forebear_ask::StatsAnswer;
use forebear_image::Timestamp;

use super::coverage;
use super::words::safe;

/// Counts, a line each; then each registry; then what else was asked for.
pub(crate) fn render(answer: &StatsAnswer, sections: bool) -> String {
    let stats = &answer.stats;
    let per_image = stats.bytes_per_image.map_or_else(String::new, |count| format!(", {count} bytes an image"));
    let rows = [
        ("index", format!("{} ({}{per_image})", answer.file.display(), bytes(stats.bytes))),
        ("registries", stats.registries.join(", ")),
        ("observed until", when(stats.observed_until)),
        ("repositories", format!("{}, {} listed completely", stats.repositories, stats.repositories_complete)),
        ("tags", format!("{} ({} observations)", stats.tags, stats.observations)),
        ("manifests", format!("{} read, {} not", stats.manifests, stats.manifests_unread)),
        ("images", format!("{}, {} without a readable config", stats.images, stats.images_unread)),
        ("with a parent", format!("{}", stats.images_with_parent)),
        ("layers", format!("{}, {} contradicted", stats.layers, stats.blobs_contradicted)),
        ("trie", format!("{} nodes, depth {}, fan-out {}", stats.trie_nodes, stats.depth, stats.fan_out)),
        ("steps", format!("{}", stats.steps)),
        ("platforms", stats.platforms.join(", ")),
    ];
    let lost = (stats.lost_records > 0)
        .then(|| ("lost", format!("{} of the store, damaged and given up", plural(stats.lost_records, "record"))));
    let mut out: String = rows.iter().chain(&lost).map(|(name, value)| format!("{name:16}{}\n", safe(value))).collect();
    stats.coverage.iter().for_each(|registry| coverage::registry(&mut out, registry));
    if let Some(repositories) = &answer.repository_coverage {
        coverage::repositories(&mut out, repositories);
    }
    if sections {
        section_table(&mut out, stats);
    }
    out
}

/// A time for people, or that there is none.
fn when(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "never".to_owned(), |time| time.to_string())
}

fn section_table(out: &mut String, stats: &Stats) {
    _ = writeln!(out, "\n  {:22} {:>12} {:>14}", "section", "elements", "bytes");
    for section in &stats.sections {
        _ = writeln!(out, "  {:22} {:>12} {:>14}", section.section, section.elements, section.bytes);
    }
}
