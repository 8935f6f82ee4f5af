//! `stats` for people.

use std::path::Path;

use forebear_image::human::bytes;
use forebear_index::stats::Stats;

use crate::commands::stats::when;

use super::words::safe;

/// Counts, a line each.
pub(crate) fn render(stats: &Stats, file: &Path) -> String {
    let rows = [
        ("index", format!("{} ({})", file.display(), bytes(stats.bytes))),
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
    rows.iter().map(|(name, value)| format!("{name:16}{}\n", safe(value))).collect()
}
