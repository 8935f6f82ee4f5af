//! `forebear check`: is an image on an approved base, and on a current one?

use std::path::Path;

use forebear_index::View;
use serde::Serialize;

use crate::approved::{self, Entry};
use crate::common::Common;
use crate::exit::Exit;
use crate::locate::locate;
use crate::output::{self, Format};
use crate::text;

mod judge;
mod proof;

use judge::Judge;

/// `check --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct CheckAnswer {
    pub images: Vec<JudgedAnswer>,
}

/// One image, judged.
#[derive(Debug, Serialize)]
pub(crate) struct JudgedAnswer {
    pub reference: String,
    pub verdict: Verdict,
    /// The approved base it stands on, also where that is not current or not proved.
    pub base: Option<BaseAnswer>,
    /// A code and a sentence; null for an approved image.
    pub because: Option<Because>,
    /// Its ancestors, nearest first.
    pub ancestors: Vec<String>,
}

/// The judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Approved,
    Unknown,
    NotApproved,
    Error,
}

/// An approved base.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BaseAnswer {
    pub reference: String,
    /// The entry of the file, and its line.
    pub entry: String,
    pub line: usize,
    /// How many of the image's layers are the base's.
    pub layers: usize,
    /// Builds that the base's tag has seen since; null for an entry without a tag.
    pub builds_behind: Option<u32>,
    /// What proves that the layers are the base's.
    pub proof: Proof,
}

/// How layers were found to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proof {
    /// It is the base itself.
    Itself,
    /// The blobs have the same digests.
    Blobs,
    /// The layers were read and hash to the base's diff_ids.
    Hashed,
    /// Its config says so, and a config can say anything.
    Claimed,
}

/// Why not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Because {
    pub code: &'static str,
    pub message: String,
}

/// What is asked of every image.
struct Rules {
    entries: Vec<Entry>,
    max_behind: Option<u32>,
    verify: bool,
}

/// Judges images and exits by the worst of them.
pub(crate) fn run(
    index: &View,
    common: &Common,
    images: &[String],
    file: &Path,
    max_behind: Option<u32>,
    verify: bool,
) -> anyhow::Result<Exit> {
    let rules = Rules { entries: approved::read(file)?, max_behind, verify };
    let judged: Vec<JudgedAnswer> = images.iter().map(|image| judged(index, common, &rules, image)).collect();
    let worst = judged.iter().map(|judged| judged.verdict).max();
    let answer = CheckAnswer { images: judged };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::check::render(&answer)),
    }
    Ok(match worst {
        None | Some(Verdict::Approved) => Exit::Found,
        Some(Verdict::Unknown) => Exit::Unknown,
        Some(Verdict::NotApproved) => Exit::NotFound,
        Some(Verdict::Error) => Exit::Error,
    })
}

fn judged(index: &View, common: &Common, rules: &Rules, image: &str) -> JudgedAnswer {
    match locate(index, common, image)
        .and_then(|located| Judge { index, common, rules, text: image, located: &located }.judge())
    {
        Ok(judged) => judged,
        Err(error) => JudgedAnswer {
            reference: image.to_owned(),
            verdict: Verdict::Error,
            base: None,
            because: Some(Because { code: "error", message: format!("{error:#}") }),
            ancestors: Vec::new(),
        },
    }
}
