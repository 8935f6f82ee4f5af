//! What a name leads to now, as Renovate's custom datasource reads it: a release
//! for each tag (`lib/modules/datasource/custom/readme.md` of Renovate).

use forebear_ask::HistoryAnswer;
use forebear_image::{ManifestDigest, Timestamp};
use serde::Serialize;

#[derive(Serialize)]
struct Datasource<'a> {
    releases: Vec<Release<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Release<'a> {
    version: &'a str,
    digest: Option<ManifestDigest>,
    /// When the tag was first seen to lead to it: registries do not say.
    release_timestamp: Timestamp,
}

/// Tags that are there, each with what it leads to since when.
pub(super) fn render(answer: &HistoryAnswer) -> anyhow::Result<String> {
    let now = answer.observations.iter().filter(|observation| !observation.ended);
    let releases = now.map(|observation| Release {
        version: &observation.tag,
        digest: observation.digest,
        release_timestamp: observation.first_seen,
    });
    super::json::document(&Datasource { releases: releases.collect() })
}
