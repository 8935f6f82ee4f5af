//! One image against the approved bases.

use forebear_image::human::plural;
use forebear_index::resolve::{Reason, Resolution, resolve};

use crate::error::AskError;
use crate::lineage::ancestors_of;

use super::answer::{BaseAnswer, Because, BecauseCode, CheckVerdict, JudgedAnswer, Proof};
use super::case::Case;
use super::matches::{Candidate, Match, matches};

/// What one entry makes of one candidate.
struct Weighed {
    verdict: CheckVerdict,
    base: BaseAnswer,
    because: Option<Because>,
}

impl Case<'_> {
    /// The best verdict that any entry gives: the image itself may be
    /// approved, else the nearest ancestor that is, every equal candidate
    /// counting.
    pub(super) fn judge(&self) -> Result<JudgedAnswer, AskError> {
        let chain = ancestors_of(self.index, self.located);
        let ancestors = chain.iter().map(|(_, its)| its.reference.clone()).collect();
        let own = self.located.known.map(|id| Candidate { id, layers: self.located.image.layers.len() });
        let above = chain.iter().flat_map(|(parent, _)| parent.equal.iter().map(|id| (*id, parent.layers)));
        let candidates = own.into_iter().chain(above.map(|(id, layers)| Candidate { id, layers }));
        let mut best: Option<Weighed> = None;
        for candidate in candidates {
            for found in matches(self.index, &self.request.approved, candidate.id) {
                let found = self.weigh(&candidate, &found)?;
                if best.as_ref().is_none_or(|best| found.verdict < best.verdict) {
                    best = Some(found);
                }
            }
            if best.as_ref().is_some_and(|best| best.verdict == CheckVerdict::Approved) {
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

    fn weigh(&self, candidate: &Candidate, found: &Match<'_>) -> Result<Weighed, AskError> {
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
            Ok(Weighed { verdict: CheckVerdict::NotApproved, base, because: Some(Because { code, message }) })
        };
        if let (Some(most), Some(now)) = (self.request.max_behind, now) {
            if now.gone {
                let message = format!("{} is gone from its registry", base.reference);
                return refused(base, BecauseCode::Gone, message);
            }
            if now.builds_behind > most {
                let behind = plural(now.builds_behind.into(), "build");
                let message = format!("{} has moved on: {behind} behind, {most} allowed", base.reference);
                return refused(base, BecauseCode::Behind, message);
            }
        }
        base.proof = self.prove(candidate, manifests)?;
        if base.proof == Proof::Claimed {
            let message = format!(
                "its config says that its layers are those of {}, which nothing proves; \
                 check docker://… --verify, or a local form",
                base.reference
            );
            return refused(base, BecauseCode::Unproven, message);
        }
        Ok(Weighed { verdict: CheckVerdict::Approved, base, because: None })
    }

    /// No entry means the image or an ancestor of it.
    fn none_found(&self, rootless: bool) -> (CheckVerdict, Option<Because>) {
        let refuse = |verdict, code, message| (verdict, Some(Because { code, message }));
        let not_approved = || {
            let message = "neither it nor any image it is built on is approved".to_owned();
            refuse(CheckVerdict::NotApproved, BecauseCode::NotApproved, message)
        };
        if !rootless {
            return not_approved();
        }
        let Resolution { parent: Err(why), .. } = resolve(self.index, self.located.subject()) else {
            return not_approved();
        };
        match why.code {
            Reason::Scratch => refuse(CheckVerdict::NotApproved, BecauseCode::Scratch, why.message),
            // A base of its own, and not an approved one.
            Reason::ScratchInferred => refuse(CheckVerdict::NotApproved, BecauseCode::NotApproved, why.message),
            _ => refuse(
                CheckVerdict::Unknown,
                BecauseCode::Unknown,
                format!("nothing is known to judge by: {}", why.message),
            ),
        }
    }
}
