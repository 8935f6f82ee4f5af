//! `check` for people.

use std::fmt::Write as _;

use forebear_ask::check::{BaseAnswer, CheckAnswer, CheckVerdict, JudgedAnswer, Proof};

use super::words::{plural, safe};

/// A verdict and its reason for each image.
pub(crate) fn render(answer: &CheckAnswer) -> String {
    answer.images.iter().map(one).collect()
}

fn one(judged: &JudgedAnswer) -> String {
    let verdict = match judged.verdict {
        CheckVerdict::Approved => "approved",
        CheckVerdict::NotApproved => "NOT APPROVED",
        CheckVerdict::Unknown => "unknown",
        CheckVerdict::Error => "error",
    };
    let mut out = format!("{verdict:13} {}\n", safe(&judged.reference));
    if let Some(because) = &judged.because {
        _ = writeln!(out, "              {}", safe(&because.message));
    }
    if let (Some(base), CheckVerdict::Approved) = (&judged.base, judged.verdict) {
        _ = writeln!(out, "              {}", on(base));
    }
    out
}

fn on(base: &BaseAnswer) -> String {
    let proof = match base.proof {
        Proof::Itself => "it is approved itself".to_owned(),
        Proof::Blobs => format!("{} the same, by their blobs", plural(base.layers, "layer")),
        Proof::Hashed => format!("{} the same, as they hash", plural(base.layers, "layer")),
        Proof::Claimed => "by its own word".to_owned(),
    };
    let behind = match base.builds_behind {
        Some(0) => "; current".to_owned(),
        Some(behind) => format!("; {} behind", plural(behind as usize, "build")),
        None => String::new(),
    };
    format!("on {} (line {}: {}); {proof}{behind}", safe(&base.reference), base.line, safe(&base.entry))
}
