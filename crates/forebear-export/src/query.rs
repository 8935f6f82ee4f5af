//! The query that a card opens with.

use crate::manifest::Manifest;
use crate::sinks::ExportFormat;

/// A query for DuckDB that runs where it stands: of tables that are there.
pub(crate) fn first_query(manifest: &Manifest, format: ExportFormat) -> String {
    let has = |table: &str| manifest.files.iter().any(|file| file.table == table);
    let file = |table: &str| {
        let parts = if manifest.partitioned_by.is_some() { "/*/*" } else { "" };
        format!("'{table}{parts}.{}'", format.extension())
    };
    if has("parents") && has("images") {
        return format!(
            "-- DuckDB: the images of which repositories are most built upon? Every build for every platform counts.\n\
             SELECT base.repository AS base, count(*) AS images\n\
             FROM {} JOIN {} base ON base.image = parent\n\
             GROUP BY ALL ORDER BY images DESC, base LIMIT 10;\n",
            file("parents"),
            file("images")
        );
    }
    let first = manifest.files.first().map(|first| file(&first.table)).unwrap_or_default();
    format!("-- DuckDB\nFROM {first} LIMIT 10;\n")
}
