//! A world's rows, read and published.

use std::path::Path;
use std::time::Instant;

use forebear_facts::rows::{FactSource, SourceError};
use forebear_index::Index;
use forebear_index::format::Section;
use forebear_index::publish::publish_from;
use forebear_testkit::scale::RowFile;
use serde_json::{Map, Value, json};

/// What publishing costs for the rows alone: one pass over each kind.
pub(crate) fn read(rows: &Path) -> Result<Value, SourceError> {
    let source = RowFile::open(rows)?;
    let begun = Instant::now();
    let mut count = 0_u64;
    source.texts(&mut |_| count += 1)?;
    source.other_digests(&mut |_| count += 1)?;
    source.configs(&mut |_| count += 1)?;
    source.manifests(&mut |_| count += 1)?;
    source.observations(&mut |_| count += 1)?;
    source.repositories(&mut |_| count += 1)?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds, "rows": count, "bytes": std::fs::metadata(rows)?.len()}))
}

pub(crate) fn publish(rows: &Path, folder: &Path) -> Result<Value, SourceError> {
    let source = RowFile::open(rows)?;
    let begun = Instant::now();
    let file = publish_from(folder, &source)?;
    let seconds = begun.elapsed().as_secs_f64();
    let index = Index::open(&file)?;
    let sections: Map<String, Value> =
        Section::ALL.iter().map(|section| (format!("{section:?}"), json!(index.section_size(*section)))).collect();
    let nodes = index.section_size(Section::Nodes) / Section::Nodes.element_size();
    Ok(json!({
        "seconds": seconds, "file": file, "bytes": std::fs::metadata(&file)?.len(),
        "images": index.view().image_count(), "nodes": nodes, "sections": sections,
    }))
}
