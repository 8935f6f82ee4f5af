//! The page's tables. A comment `<!-- fields: TYPE -->` or `<!-- words: TYPE -->` stands
//! before each.

use std::collections::BTreeMap;

use super::shapes::{Field, Kind, Shape, Shapes};
use crate::pages::anchor;

/// Where the page tells of each type: the text and anchor of the heading above it.
pub(super) type Told = BTreeMap<String, (String, String)>;

/// The types that a page has tables of.
pub(super) fn told(page: &str) -> Told {
    let mut heading = String::new();
    let mut told = Told::new();
    for line in page.lines() {
        if let Some(text) = line.strip_prefix('#') {
            text.trim_start_matches('#').trim().clone_into(&mut heading);
        }
        if let Some((_, key)) = directive(line) {
            let before = told.insert(key.to_owned(), (heading.replace('`', ""), anchor(&heading.replace('`', ""))));
            assert!(before.is_none(), "the page tells of {key} twice");
        }
    }
    told
}

fn directive(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.split_once(": ")
}

/// The page as it should be: its tables made anew.
pub(super) fn made_anew(page: &str, shapes: &Shapes) -> String {
    let told = told(page);
    let mut out = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some((what, key)) = directive(line) else { continue };
        while lines.next_if(|line| line.starts_with('|')).is_some() {}
        match (what, shapes.get(key)) {
            ("fields", Shape::Object(fields)) => {
                out.push_str("| field | type | meaning |\n|---|---|---|\n");
                fields.iter().for_each(|field| out.push_str(&row(field, "", shapes, &told)));
            }
            ("words", Shape::Words(words)) => {
                let words = shapes.words(words);
                out.push_str("| value | meaning |\n|---|---|\n");
                for (word, meaning, fields) in &words {
                    let fields: Vec<String> = fields
                        .iter()
                        .map(|field| {
                            format!("`{}` ({}): {}", field.name, cell(&field.kind, shapes, &told), field.meaning)
                        })
                        .collect();
                    let inside =
                        if fields.is_empty() { String::new() } else { format!(" An object: {}", fields.join(" ")) };
                    out.push_str(&format!("| `{word}` | {meaning}{inside} |\n"));
                }
            }
            (what, _) => panic!("{key} has no {what}"),
        }
    }
    out
}

fn row(field: &Field, before: &str, shapes: &Shapes, told: &Told) -> String {
    let kind = cell(&field.kind, shapes, told);
    if field.flat {
        return format!("| the fields of | {kind} | {} |\n", field.meaning);
    }
    format!("| `{before}{}` | {kind} | {} |\n", field.name, field.meaning)
}

fn cell(kind: &Kind, shapes: &Shapes, told: &Told) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Time => "time".to_owned(),
        Kind::Digest => "digest".to_owned(),
        Kind::Number => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Any => "as the config has it".to_owned(),
        Kind::List(inner) => format!("list of {}", cell(inner, shapes, told)),
        Kind::Map(inner) => format!("object of {}, by name", cell(inner, shapes, told)),
        Kind::OrNull(inner) => format!("{} or null", cell(inner, shapes, told)),
        Kind::Shape(key) => match (told.get(key), shapes.get(key)) {
            (Some((heading, anchor)), _) => format!("[{heading}](#{anchor})"),
            (None, Shape::Value(inner)) => cell(inner, shapes, told),
            (None, Shape::Words(words)) => {
                let words: Vec<String> = shapes.words(words).iter().map(|(word, ..)| format!("`{word}`")).collect();
                words.join(", ")
            }
            (None, Shape::Object(_)) => panic!("the page tells nothing of {key}"),
        },
    }
}
