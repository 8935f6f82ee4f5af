//! Parquet: zstd, row groups for scanning, a page index, Bloom filters on digests.

use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::layout::Layout;
use crate::column::Kind;
use crate::error::ExportError;
use crate::hashed::{HashedFile, Written};
use crate::rows::schema;
use crate::sink::Sink;

/// Rows of a row group: large enough for a scan, and small enough to be held.
const GROUP: usize = 131_072;
/// Rows of a page: what a point look-up reads.
const PAGE: usize = 8_192;

pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<HashedFile>,
}

impl ParquetFile {
    pub(super) fn create(path: &Path, layout: &Layout<'_>) -> Result<Self, ExportError> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(GROUP))
            .set_data_page_row_count_limit(PAGE)
            .set_statistics_enabled(EnabledStatistics::Page)
            .set_key_value_metadata(Some(
                layout.about.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect(),
            ));
        for (at, column) in layout.columns.iter().enumerate() {
            // Rows are sorted by the first: its least and greatest values say more.
            if column.kind == Kind::Digest && at > 0 {
                let own = ColumnPath::from(column.name);
                properties = properties
                    .set_column_bloom_filter_enabled(own.clone(), true)
                    .set_column_bloom_filter_max_ndv(own, GROUP as u64);
            }
        }
        let sorted = (0..layout.sorted_by).filter_map(|at| i32::try_from(at).ok());
        let sorted = sorted.map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: true });
        let properties = properties.set_sorting_columns(Some(sorted.collect())).build();
        let file = HashedFile::create(path)?;
        let writer = ArrowWriter::try_new(file, schema(layout.columns), Some(properties));
        let source = |source| ExportError::Parquet { file: path.to_owned(), source };
        Ok(Self { path: path.to_owned(), writer: writer.map_err(source)? })
    }
}

impl Sink for ParquetFile {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError> {
        self.writer.write(batch).map_err(|source| ExportError::Parquet { file: self.path.clone(), source })
    }

    fn finish(mut self: Box<Self>) -> Result<Written, ExportError> {
        let Self { path, writer } = self.as_mut();
        writer.finish().map_err(|source| ExportError::Parquet { file: path.clone(), source })?;
        // The writer has a buffer of its own, which may be what a full disk is told of by.
        writer.sync().map_err(ExportError::write(path))?;
        writer.inner_mut().finish()
    }
}
