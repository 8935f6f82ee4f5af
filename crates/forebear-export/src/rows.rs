//! Rows that were made, column by column, as Arrow arrays.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Int64Builder, ListBuilder, StringBuilder, StringDictionaryBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::cell::Cell;
use crate::column::{Column, Kind};

/// The Arrow schema of some columns.
pub(crate) fn schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| Field::new(column.name, data_type(column.kind), column.null.is_some());
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Digest => DataType::Utf8,
        Kind::Word => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
        Kind::Number(_) => DataType::Int64,
        Kind::Flag => DataType::Boolean,
        Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Kind::Texts => DataType::List(element()),
    }
}

/// Of a list: by the name that Parquet's specification has for it, which Iceberg looks it up by.
fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Utf8, true))
}

/// Rows of one table, being collected.
pub(crate) struct Rows {
    schema: SchemaRef,
    builders: Vec<Builder>,
    len: usize,
}

enum Builder {
    Text(StringBuilder),
    Word(StringDictionaryBuilder<Int32Type>),
    Number(Int64Builder),
    Flag(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Texts(ListBuilder<StringBuilder>),
}

impl Rows {
    pub(crate) fn new(schema: SchemaRef, columns: &[Column]) -> Self {
        let builders = columns.iter().map(|column| Builder::new(column.kind)).collect();
        Self { schema, builders, len: 0 }
    }

    /// Adds a row: a cell for each column, in their order.
    pub(crate) fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        let mut cells = cells.into_iter();
        for builder in &mut self.builders {
            builder.append(cells.next().unwrap_or(Cell::Null));
        }
        debug_assert!(cells.next().is_none(), "more cells than columns");
        self.len += 1;
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn finish(self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(self.schema, self.builders.into_iter().map(Builder::finish).collect())
    }
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Digest => Self::Text(StringBuilder::new()),
            Kind::Word => Self::Word(StringDictionaryBuilder::new()),
            Kind::Number(_) => Self::Number(Int64Builder::new()),
            Kind::Flag => Self::Flag(BooleanBuilder::new()),
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Texts => Self::Texts(ListBuilder::new(StringBuilder::new()).with_field(element())),
        }
    }

    /// What does not fit the column is null, which a test would show.
    fn append(&mut self, cell: Cell<'_>) {
        match self {
            Self::Text(builder) => match &cell {
                Cell::Text(text) => builder.append_value(text),
                Cell::Owned(text) => builder.append_value(text),
                other => builder.append_option(expect_null::<&str>(other)),
            },
            Self::Word(builder) => match &cell {
                Cell::Text(text) => builder.append_value(text),
                Cell::Owned(text) => builder.append_value(text),
                other => builder.append_option(expect_null::<&str>(other)),
            },
            Self::Number(builder) => match &cell {
                Cell::Number(number) => builder.append_value(*number),
                other => builder.append_option(expect_null(other)),
            },
            Self::Flag(builder) => match &cell {
                Cell::Flag(flag) => builder.append_value(*flag),
                other => builder.append_option(expect_null(other)),
            },
            Self::Time(builder) => match &cell {
                Cell::Time(micros) => builder.append_value(*micros),
                other => builder.append_option(expect_null(other)),
            },
            Self::Texts(builder) => match cell {
                Cell::Texts(texts) => builder.append_value(texts.iter().map(Some)),
                _ => builder.append_null(),
            },
        }
    }

    fn finish(mut self) -> ArrayRef {
        let builder: &mut dyn ArrayBuilder = match &mut self {
            Self::Text(builder) => builder,
            Self::Word(builder) => builder,
            Self::Number(builder) => builder,
            Self::Flag(builder) => builder,
            Self::Time(builder) => builder,
            Self::Texts(builder) => builder,
        };
        builder.finish()
    }
}

fn expect_null<T>(cell: &Cell<'_>) -> Option<T> {
    debug_assert!(matches!(cell, Cell::Null), "{cell:?} in a column of another kind");
    None
}
