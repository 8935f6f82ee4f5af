//! Differences of configs for people.

use std::fmt::Write as _;

use forebear_image::differences::Difference;
use serde_json::Value;

use super::words::{cut, safe};

/// One line for each: what it is, in the first image, in the second.
pub(super) fn render(differences: &[Difference], width: usize) -> String {
    let named = |difference: &Difference| match &difference.name {
        Some(name) => format!("{} {}", difference.field, safe(name)),
        None => difference.field.to_owned(),
    };
    let widest = differences.iter().map(|difference| named(difference).chars().count()).max().unwrap_or(0).min(40);
    let room = width.saturating_sub(4 + widest + 2 + 4) / 2;
    let mut out = String::new();
    for difference in differences {
        let (a, b) = (value(&difference.a), value(&difference.b));
        _ = writeln!(out, "    {:widest$}  {} → {}", cut(&named(difference), 40), cut(&a, room), cut(&b, room));
    }
    out
}

/// Text as it is, lists and objects as JSON.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => safe(text),
        other => safe(&other.to_string()),
    }
}
