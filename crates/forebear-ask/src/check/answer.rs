//! Images, judged: the answer.

use forebear_image::Timestamp;
use serde::Serialize;

use crate::answers::FreshnessAnswer;

/// Images, judged.
#[derive(Clone, Debug, Serialize)]
pub struct CheckAnswer {
    /// In the order in which they were asked about.
    pub images: Vec<JudgedAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// One image, judged.
#[derive(Clone, Debug, Serialize)]
pub struct JudgedAnswer {
    /// As it was asked for, or its best name.
    pub reference: String,
    /// The judgement.
    pub verdict: CheckVerdict,
    /// The approved base it stands on, also where that is not current or not proved.
    pub base: Option<BaseAnswer>,
    /// A code and a sentence; null for an approved image.
    pub because: Option<Because>,
    /// Its ancestors, nearest first.
    pub ancestors: Vec<String>,
}

/// The judgement, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckVerdict {
    /// It stands on an approved base, and one that is as current as was asked for.
    Approved,
    /// Nothing is known to judge by.
    Unknown,
    /// It stands on an approved base that has been rebuilt more often since than is allowed.
    Outdated,
    /// It stands on none.
    NotApproved,
    /// The question has no answer.
    Error,
}

/// An approved base.
#[derive(Clone, Debug, Serialize)]
pub struct BaseAnswer {
    /// Its name.
    pub reference: String,
    /// The entry of the file.
    pub entry: String,
    /// And its line, from 1.
    pub line: usize,
    /// How many of the image's layers are the base's.
    pub layers: usize,
    /// How current it is, by those of its names that the entry means; all null for an entry
    /// that is a digest.
    #[serde(flatten)]
    pub freshness: FreshnessAnswer,
    /// Whether the name leads to another build now.
    pub moved: bool,
    /// What proves that the layers are the base's.
    pub proof: Proof,
}

/// How layers were found to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
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
pub struct Because {
    /// The reason.
    pub code: BecauseCode,
    /// As a sentence.
    pub message: String,
}

/// Why an image is not approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BecauseCode {
    /// The approved base's tag is gone from its registry.
    Gone,
    /// The approved base has been rebuilt more often than is allowed.
    Behind,
    /// Nothing proves that the layers are those of the approved base.
    Unproven,
    /// Neither it nor any image it is built on is approved.
    NotApproved,
    /// It is built on nothing, by its own word.
    Scratch,
    /// Nothing is known to judge by.
    Unknown,
    /// The index observed longer ago than is allowed: nothing is judged by it.
    IndexTooOld,
    /// The question has no answer.
    Error,
}

impl CheckAnswer {
    /// The worst of the judgements; approved, where nothing was asked about.
    #[must_use]
    pub fn worst(&self) -> CheckVerdict {
        self.images.iter().map(|judged| judged.verdict).max().unwrap_or(CheckVerdict::Approved)
    }
}

impl JudgedAnswer {
    /// An image of which nothing can be said.
    pub(super) fn failed(image: &str, message: String) -> Self {
        Self::unjudged(image, CheckVerdict::Error, Because { code: BecauseCode::Error, message })
    }

    /// An image that is not looked at.
    pub(super) fn unjudged(image: &str, verdict: CheckVerdict, because: Because) -> Self {
        Self { reference: image.to_owned(), verdict, base: None, because: Some(because), ancestors: Vec::new() }
    }
}
