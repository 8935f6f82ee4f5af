//! `check` as the programs around a build read it.

mod github;
mod junit;
mod sarif;

use forebear_ask::check::{BecauseCode, CheckVerdict, JudgedAnswer};

pub(super) use github::render as github;
pub(super) use junit::render as junit;
pub(super) use sarif::render as sarif;

/// What is wrong with an image: a code and a sentence; `None` for an approved one.
fn problem(judged: &JudgedAnswer) -> Option<(&'static str, &str)> {
    match judged.verdict {
        CheckVerdict::Approved => None,
        CheckVerdict::Unknown | CheckVerdict::Outdated | CheckVerdict::NotApproved | CheckVerdict::Error => {
            let because = judged.because.as_ref();
            Some((because.map_or("error", |because| code(because.code)), because.map_or("", |b| &b.message)))
        }
    }
}

/// As the JSON has it.
fn code(code: BecauseCode) -> &'static str {
    match code {
        BecauseCode::Gone => "gone",
        BecauseCode::Behind => "behind",
        BecauseCode::Unproven => "unproven",
        BecauseCode::NotApproved => "not_approved",
        BecauseCode::Scratch => "scratch",
        BecauseCode::Unknown => "unknown",
        BecauseCode::IndexTooOld => "index_too_old",
        BecauseCode::Error => "error",
    }
}

/// A verdict in words.
fn title(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Approved => "approved base",
        CheckVerdict::Unknown => "base unknown",
        CheckVerdict::Outdated => "outdated base",
        CheckVerdict::NotApproved => "base not approved",
        CheckVerdict::Error => "not checked",
    }
}
