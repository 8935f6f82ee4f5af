//! `check` for people.

use std::fmt::Write as _;

use forebear_ask::answers::FreshnessAnswer;
use forebear_ask::check::{BaseAnswer, BecauseCode, CheckAnswer, CheckVerdict, JudgedAnswer, Proof};
use forebear_image::Timestamp;
use forebear_index::names::FreshnessState;
use forebear_print::Paint;

use super::words::{padded, plural, safe};

/// Where a line's text begins.
const INDENT: usize = 14;

/// A verdict and its reason for each image.
pub(crate) fn render(answer: &CheckAnswer, paint: Paint) -> String {
    let mut out = String::new();
    let mut last: Option<&str> = None;
    for judged in &answer.images {
        _ = writeln!(out, "{}{}", verdict(judged.verdict, paint), safe(&judged.reference));
        let because = judged.because.as_ref();
        // What is wrong with the index is told once.
        let is_told = because.is_some_and(|because| {
            because.code == BecauseCode::IndexTooOld && last.replace(&because.message) == Some(because.message.as_str())
        });
        if let (Some(because), false) = (because, is_told) {
            _ = writeln!(out, "{:INDENT$}{}", "", safe(&because.message));
        }
        if let Some(base) = &judged.base {
            out.push_str(&below(judged, base, answer.observed_until));
        }
    }
    out
}

fn verdict(verdict: CheckVerdict, paint: Paint) -> String {
    let column = |text: &str| padded(text, INDENT);
    match verdict {
        CheckVerdict::Approved => paint.good(column("approved")),
        CheckVerdict::Outdated => paint.warning(column("OUTDATED")),
        CheckVerdict::NotApproved => paint.bad(column("NOT APPROVED")),
        CheckVerdict::Unknown => column("unknown"),
        CheckVerdict::Error => paint.bad(column("error")),
    }
}

/// What there is to say of the approved base.
fn below(judged: &JudgedAnswer, base: &BaseAnswer, observed_until: Option<Timestamp>) -> String {
    match judged.verdict {
        CheckVerdict::Approved => {
            let (name, entry) = (safe(&base.reference), safe(&base.entry));
            let line = format!("line {}: {entry}", base.line);
            let what = match base.proof {
                Proof::Itself => format!("approved itself as {name} ({line})"),
                Proof::Blobs | Proof::Hashed | Proof::Claimed => format!("built on {name} ({line}); {}", proof(base)),
            };
            format!("{:INDENT$}{what}{}\n", "", age(&base.freshness, observed_until))
        }
        CheckVerdict::Outdated | CheckVerdict::NotApproved | CheckVerdict::Unknown | CheckVerdict::Error => {
            String::new()
        }
    }
}

fn proof(base: &BaseAnswer) -> String {
    let layers = plural(base.layers, "layer");
    let matches = if base.layers == 1 { "matches" } else { "match" };
    match base.proof {
        Proof::Itself => "the image itself".to_owned(),
        Proof::Blobs => format!("{layers} {matches} (blob digests)"),
        Proof::Hashed => format!("{layers} {matches} (verified content)"),
        Proof::Claimed => "by its own word".to_owned(),
    }
}

/// `; current as of 2024-12-02`, `; 1 build behind as of 2024-12-02`.
fn age(freshness: &FreshnessAnswer, observed_until: Option<Timestamp>) -> String {
    let as_of = observed_until.map(|until| format!(" as of {}", until.date())).unwrap_or_default();
    let counted = freshness.counting_name.as_deref().map(safe).unwrap_or_default();
    match freshness.freshness {
        Some(FreshnessState::Current) => format!("; current{as_of}"),
        Some(FreshnessState::Outdated) => {
            let builds = plural(freshness.builds_behind.unwrap_or(0) as usize, "build");
            format!("; {builds} behind{as_of}")
        }
        Some(FreshnessState::Gone) => format!("; {counted} is gone from its registry{as_of}"),
        Some(FreshnessState::Unproven) => {
            format!("; no newer build seen{as_of}, but that tag was never seen to move")
        }
        None => String::new(),
    }
}
