//! One image against the approved bases.

use forebear_image::human::plural;
use forebear_index::names::Name;
use forebear_index::resolve::{Reason, Resolution, resolve};
use forebear_index::{ImageId, ManifestId, View};

use crate::approved::Entry;
use crate::commands::lineage::ancestors_of;
use crate::common::Common;
use crate::locate::Located;

use super::{BaseAnswer, Because, JudgedAnswer, Proof, Rules, Verdict};

/// An image that is judged, and by what.
pub(super) struct Judge<'a> {
    pub(super) index: &'a View,
    pub(super) common: &'a Common,
    pub(super) rules: &'a Rules,
    /// As the user wrote it.
    pub(super) text: &'a str,
    pub(super) located: &'a Located,
}

/// An image of the index that may be the approved base, and how many of the
/// judged image's layers it brought.
pub(super) struct Candidate {
    pub(super) id: ImageId,
    pub(super) layers: usize,
}

/// Why an image of the index is approved.
struct Match<'a> {
    entry: &'a Entry,
    /// The name that the entry means.
    name: Option<Name>,
    /// Manifests that the entry means. Anybody can push another one with the
    /// same config and other blobs, so those of the image at large are not it.
    manifests: Vec<ManifestId>,
}

/// What one entry makes of one candidate.
struct Weighed {
    verdict: Verdict,
    base: BaseAnswer,
    because: Option<Because>,
}

impl Judge<'_> {
    /// The best verdict that any entry gives: the image itself may be
    /// approved, else the nearest ancestor that is, every equal candidate
    /// counting.
    pub(super) fn judge(&self) -> anyhow::Result<JudgedAnswer> {
        let chain = ancestors_of(self.index, self.located);
        let ancestors = chain.iter().map(|(_, its)| its.reference.clone()).collect();
        let own = self.located.known.map(|id| Candidate { id, layers: self.located.image.layers.len() });
        let above = chain.iter().flat_map(|(parent, _)| parent.equal.iter().map(|id| (*id, parent.layers)));
        let candidates = own.into_iter().chain(above.map(|(id, layers)| Candidate { id, layers }));
        let mut best: Option<Weighed> = None;
        for candidate in candidates {
            for found in matches(self.index, self.rules, candidate.id) {
                let found = self.weigh(&candidate, &found)?;
                if best.as_ref().is_none_or(|best| found.verdict < best.verdict) {
                    best = Some(found);
                }
            }
            if best.as_ref().is_some_and(|best| best.verdict == Verdict::Approved) {
                break;
            }
        }
        let (verdict, base, because) = match best {
            Some(best) => (best.verdict, Some(best.base), best.because),
            None => {
                let (verdict, because) = self.none_found(chain.is_empty());
                (verdict, None, because)
            }
        };
        Ok(JudgedAnswer { reference: self.located.reference.clone(), verdict, base, because, ancestors })
    }

    fn weigh(&self, candidate: &Candidate, found: &Match<'_>) -> anyhow::Result<Weighed> {
        let Match { entry, name, manifests } = found;
        let name = name.as_ref();
        let now = name.map(|name| self.index.tag_now(name, candidate.id));
        let reference = name.map_or_else(|| self.index.reference_of(candidate.id), |name| name.reference.clone());
        let mut base = BaseAnswer {
            reference,
            entry: entry.text.clone(),
            line: entry.line,
            layers: candidate.layers,
            builds_behind: now.as_ref().map(|now| now.builds_behind),
            proof: Proof::Claimed,
        };
        let refused = |base, code, message| {
            Ok(Weighed { verdict: Verdict::NotApproved, base, because: Some(Because { code, message }) })
        };
        if let (Some(most), Some(now)) = (self.rules.max_behind, now) {
            if now.gone {
                let message = format!("{} is gone from its registry", base.reference);
                return refused(base, "gone", message);
            }
            if now.builds_behind > most {
                let behind = plural(now.builds_behind.into(), "build");
                let message = format!("{} has moved on: {behind} behind, {most} allowed", base.reference);
                return refused(base, "behind", message);
            }
        }
        base.proof = self.prove(candidate, manifests)?;
        if base.proof == Proof::Claimed {
            let message = format!(
                "its config says that its layers are those of {}, which nothing proves; \
                 check docker://… --verify, or a local form",
                base.reference
            );
            return refused(base, "unproven", message);
        }
        Ok(Weighed { verdict: Verdict::Approved, base, because: None })
    }

    /// No entry means the image or an ancestor of it.
    fn none_found(&self, rootless: bool) -> (Verdict, Option<Because>) {
        let refuse = |verdict, code, message| (verdict, Some(Because { code, message }));
        let not_approved = || {
            let message = "neither it nor any image it is built on is approved".to_owned();
            refuse(Verdict::NotApproved, "not_approved", message)
        };
        if !rootless {
            return not_approved();
        }
        let Resolution { parent: Err(why), .. } = resolve(self.index, self.located.subject()) else {
            return not_approved();
        };
        match why.code {
            Reason::Scratch => refuse(Verdict::NotApproved, "scratch", why.message),
            // A base of its own, and not an approved one.
            Reason::ScratchInferred => refuse(Verdict::NotApproved, "not_approved", why.message),
            _ => refuse(Verdict::Unknown, "unknown", format!("nothing is known to judge by: {}", why.message)),
        }
    }
}

/// Entries that mean an image; of several names of one entry the most current.
fn matches<'a>(index: &View, rules: &'a Rules, id: ImageId) -> Vec<Match<'a>> {
    let names = index.names_of(id);
    let behind = |name: &Name| {
        let now = index.tag_now(name, id);
        (now.gone, now.builds_behind)
    };
    let mut found = Vec::new();
    for entry in &rules.entries {
        let own = index.image(id).map(|image| image.identity());
        let manifests: Vec<ManifestId> = index.manifests_of(id).filter(|own| means(index, entry, *own)).collect();
        if !manifests.is_empty() || own.is_some_and(|own| entry.is_digest(&own.digest())) {
            found.push(Match { entry, name: None, manifests });
        }
        let named = names.iter().filter(|name| entry.names(&name.reference)).min_by_key(|name| behind(name));
        found.extend(named.map(|name| Match {
            entry,
            name: Some(name.clone()),
            manifests: index.manifest_of_name(id, name).into_iter().collect(),
        }));
    }
    found
}

/// Whether an entry is the digest of a manifest or of an index that lists it.
fn means(index: &View, entry: &Entry, manifest: ManifestId) -> bool {
    let above = index.indexes_of(manifest);
    let mut digests = std::iter::once(manifest).chain(above).filter_map(|id| index.manifest_digest(id));
    digests.any(|digest| entry.is_digest(&digest.0))
}
