//! One image against the approved bases.

use forebear_image::Digest;
use forebear_image::human::plural;
use forebear_index::names::Name;
use forebear_index::resolve::{Reason, Resolution, resolve};
use forebear_index::{ImageId, Index, ManifestId};

use crate::approved::Entry;
use crate::commands::lineage::ancestors_of;
use crate::common::Common;
use crate::locate::Located;

use super::{BaseAnswer, Because, JudgedAnswer, Proof, Rules, Verdict};

/// An image that is judged, and by what.
pub(super) struct Judge<'a> {
    pub(super) index: &'a Index,
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
            for (entry, name) in matches(self.index, self.rules, candidate.id) {
                let found = self.weigh(&candidate, entry, name.as_ref())?;
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

    fn weigh(&self, candidate: &Candidate, entry: &Entry, name: Option<&Name>) -> anyhow::Result<Weighed> {
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
        base.proof = self.prove(candidate)?;
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
            Reason::Scratch if self.rules.entries.iter().any(Entry::is_scratch) => (Verdict::Approved, None),
            Reason::Scratch => refuse(Verdict::NotApproved, "scratch", why.message),
            // A base of its own, and not an approved one.
            Reason::ScratchInferred => refuse(Verdict::NotApproved, "not_approved", why.message),
            _ => refuse(Verdict::Unknown, "unknown", format!("nothing is known to judge by: {}", why.message)),
        }
    }
}

/// Entries that mean an image, each with the name it means it by; of several
/// names the most current.
fn matches<'a>(index: &Index, rules: &'a Rules, id: ImageId) -> Vec<(&'a Entry, Option<Name>)> {
    let names = index.names_of(id);
    let digests = digests_of(index, id);
    let behind = |name: &Name| {
        let now = index.tag_now(name, id);
        (now.gone, now.builds_behind)
    };
    let mut found = Vec::new();
    for entry in &rules.entries {
        if digests.iter().any(|digest| entry.is_digest(digest)) {
            found.push((entry, None));
        }
        let named = names.iter().filter(|name| entry.names(&name.reference)).min_by_key(|name| behind(name));
        found.extend(named.map(|name| (entry, Some(name.clone()))));
    }
    found
}

/// Digests that mean an image: of its config, its manifests, and the indexes
/// that list those.
fn digests_of(index: &Index, id: ImageId) -> Vec<Digest> {
    let own = index.image(id).map(|image| index.digest(&image.digest));
    let manifests = index.manifests_of(id).iter().map(|manifest| ManifestId(manifest.get()));
    let with_indexes = manifests.flat_map(|manifest| {
        let above = index.indexes_of(manifest).iter().map(|id| ManifestId(id.get()));
        std::iter::once(manifest).chain(above).collect::<Vec<_>>()
    });
    own.into_iter().chain(with_indexes.filter_map(|id| Some(index.manifest_digest(id)?.0))).collect()
}
