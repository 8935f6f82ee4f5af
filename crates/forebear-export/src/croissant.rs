//! `croissant.json`: the tables in the words of Croissant 1.1, which data set searches and
//! machine learning libraries read (<https://docs.mlcommons.org/croissant/>).

use serde_json::{Value, json};

use crate::column::{Column, Kind};
use crate::manifest::{FileOfExport, Manifest};
use crate::sinks::ExportFormat;
use crate::table::Table;

/// Describes an export. `description` is what people read first.
pub(crate) fn croissant(manifest: &Manifest, format: ExportFormat, tables: &[&dyn Table], description: &str) -> String {
    let of = |table: &dyn Table| -> Vec<&FileOfExport> {
        manifest.files.iter().filter(|file| file.table == table.name()).collect()
    };
    let mut distribution: Vec<Value> = manifest.files.iter().map(|file| file_object(file, format)).collect();
    distribution.extend(manifest.partitioned_by.iter().flat_map(|key| {
        let some = tables.iter().filter(|table| !of(**table).is_empty());
        some.map(|table| file_set(table.name(), key, format)).collect::<Vec<_>>()
    }));
    let records = tables.iter().filter(|table| !of(**table).is_empty());
    let records: Vec<Value> = records.map(|table| record_set(*table, manifest, format)).collect();
    let date = manifest.observed_until.as_deref().and_then(|time| time.split('T').next());
    let mut document = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": "forebear-export",
        "description": description,
        "version": format!("{}.0.0", manifest.schema_version),
        "keywords": ["container images", "image lineage", "base images", "Dockerfile", "OCI"],
        "distribution": distribution,
        "recordSet": records,
    });
    if let (Some(document), Some(date)) = (document.as_object_mut(), date) {
        document.insert("datePublished".to_owned(), date.into());
    }
    format!("{document:#}\n")
}

fn media_type(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Parquet => "application/x-parquet",
        ExportFormat::Csv { .. } => "text/csv",
        ExportFormat::JsonLines => "application/jsonlines",
    }
}

fn file_object(file: &FileOfExport, format: ExportFormat) -> Value {
    json!({
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": format!("{} B", file.bytes),
        "encodingFormat": media_type(format),
        "sha256": file.sha256,
    })
}

/// The parts of a table that is a folder for each value of a key.
fn file_set(table: &str, key: &str, format: ExportFormat) -> Value {
    json!({
        "@type": "cr:FileSet",
        "@id": table,
        "name": table,
        "encodingFormat": media_type(format),
        "includes": format!("{table}/{key}=*/part-*.{}", format.extension()),
    })
}

fn record_set(table: &dyn Table, manifest: &Manifest, format: ExportFormat) -> Value {
    let name = table.name();
    let key = manifest.partitioned_by.as_deref();
    let source = match key {
        Some(_) => json!({ "fileSet": { "@id": name } }),
        None => json!({ "fileObject": { "@id": format!("{name}.{}", format.extension()) } }),
    };
    // What the folder's name tells is in no file.
    let columns = table.columns().iter().filter(|column| Some(column.name) != key);
    let fields: Vec<Value> = columns.map(|column| field(name, column, &source, format)).collect();
    json!({
        "@type": "cr:RecordSet",
        "@id": format!("table-{name}"),
        "name": name,
        "description": format!("A row is {}.", table.row()),
        "field": fields,
    })
}

fn field(table: &str, column: &Column, source: &Value, format: ExportFormat) -> Value {
    let mut source = source.clone();
    if let Some(source) = source.as_object_mut() {
        source.insert("extract".to_owned(), json!({ "column": column.name }));
    }
    let unit = column.unit().map(|unit| format!(" Unit: {unit}.")).unwrap_or_default();
    let null = column.null.map(|when| format!(" Null where {when}.")).unwrap_or_default();
    let mut field = json!({
        "@type": "cr:Field",
        "@id": format!("table-{table}/{}", column.name),
        "name": column.name,
        "description": format!("{}{unit}{null}", column.meaning),
        "dataType": data_type(column.kind),
        "source": source,
    });
    // In CSV a list is a text of JSON.
    let is_list = column.kind == Kind::Texts && !matches!(format, ExportFormat::Csv { .. });
    if let Some(field) = field.as_object_mut().filter(|_| is_list) {
        field.insert("isArray".to_owned(), true.into());
        field.insert("arrayShape".to_owned(), "-1".into());
    }
    field
}

fn data_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Word | Kind::Digest | Kind::Texts => "sc:Text",
        Kind::Number(_) => "sc:Integer",
        Kind::Flag => "sc:Boolean",
        Kind::Time => "sc:DateTime",
    }
}

/// The context that the specification prescribes.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "description": { "@container": "@language" },
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "name": { "@container": "@language" },
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}
