//! What a run did, for its report.

use std::time::Duration;

use forebear_image::Timestamp;
use forebear_registry::Registry;

use crate::report::{RunReport, Stop};

use super::tally::Tally;

/// A run that has ended.
pub(super) struct Ended {
    /// Time of its observations.
    pub started: Timestamp,
    /// Whether an earlier process began it.
    pub resumed: bool,
    /// How long this process took.
    pub duration: Duration,
    /// Why it ended early.
    pub stopped: Option<Stop>,
    /// Tasks left to do.
    pub open: u64,
    /// Whether the selection has matched nothing.
    pub matched_nothing: bool,
}

pub(super) fn report(tally: Tally<'_>, registry: &Registry, ended: Ended) -> RunReport {
    let Ended { started, resumed, duration, stopped, open, matched_nothing } = ended;
    let Tally { snapshot, counts, .. } = tally;
    let requests = registry.statistics();
    // A manifest that a tag brings along, where HEAD does not tell the digest, is
    // nothing new.
    let fetched = counts.manifests_new + requests.config + requests.blob;
    let changes = counts.tags.new + counts.tags.moved + counts.tags.gone;
    RunReport {
        registry: registry.base_url().to_owned(),
        stored_as: registry.name().clone(),
        started,
        resumed,
        duration,
        repositories: snapshot.repositories_done,
        tags: snapshot.tags_done,
        tag_changes: counts.tags,
        unchanged: stopped.is_none()
            && !resumed
            && fetched == 0
            && changes == 0
            && tally.failures.is_empty()
            && !matched_nothing
            && tally.outages == 0
            && tally.delayed == 0,
        images_new: snapshot.images_new,
        images_known: snapshot.images_known,
        other_platform: tally.other_platform,
        manifests_new: counts.manifests_new,
        artifacts: tally.artifacts,
        attestations: counts.attestations,
        gone: counts.gone,
        ended: counts.ended,
        outages: tally.outages,
        rejected_names: counts.rejected_names,
        outside_prefix: counts.outside_prefix,
        delayed: tally.delayed,
        parked: tally.parked,
        warnings: tally.warnings,
        warned: tally.warned,
        requests,
        quota: registry.host().quota(),
        failures: tally.failures,
        first_failure: tally.first_failure,
        stopped,
        open,
        matched_nothing,
    }
}
