//! One image against the approved bases.

use forebear_image::Timestamp;
use forebear_image::human::plural;
use forebear_index::names::FreshnessState;
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
    /// The image itself may be approved, else the nearest ancestor that is decides, every
    /// equal candidate counting: an ancestor further up is older, and does not make good
    /// what is outdated below it. Where nothing proves that an ancestor's layers are the
    /// image's, the next one is looked at.
    pub(super) fn judge(&self) -> Result<JudgedAnswer, AskError> {
        let chain = ancestors_of(self.index, self.located);
        let ancestors: Vec<String> = chain.iter().map(|(_, its)| its.reference.clone()).collect();
        let own = self.located.known.map(|id| Candidate { id, layers: self.located.image.layers.len(), child: None });
        let children = std::iter::once(self.located).chain(chain.iter().map(|(_, its)| its));
        let above = chain.iter().zip(children).map(|((parent, _), child)| {
            let one = |id: &_| Candidate { id: *id, layers: parent.layers, child: Some(child) };
            parent.equal.iter().map(one).collect::<Vec<_>>()
        });
        let mut unproven: Option<Weighed> = None;
        for candidates in own.into_iter().map(|own| vec![own]).chain(above) {
            let Some(best) = self.best(&candidates)? else { continue };
            match best.verdict {
                CheckVerdict::Approved | CheckVerdict::Outdated => return Ok(self.judged(best, ancestors)),
                CheckVerdict::Unknown | CheckVerdict::NotApproved | CheckVerdict::Error => {
                    unproven.get_or_insert(best);
                }
            }
        }
        if let Some(unproven) = unproven {
            return Ok(self.judged(unproven, ancestors));
        }
        let (verdict, because) = self.none_found(&ancestors);
        Ok(JudgedAnswer { reference: self.located.reference.clone(), verdict, base: None, because, ancestors })
    }

    fn judged(&self, weighed: Weighed, ancestors: Vec<String>) -> JudgedAnswer {
        let Weighed { verdict, base, because } = weighed;
        JudgedAnswer { reference: self.located.reference.clone(), verdict, base: Some(base), because, ancestors }
    }

    /// The best verdict that any entry gives on images that equal each other.
    fn best(&self, candidates: &[Candidate<'_>]) -> Result<Option<Weighed>, AskError> {
        let mut best: Option<Weighed> = None;
        for candidate in candidates {
            for found in matches(self.index, &self.request.approved, candidate) {
                let found = self.weigh(candidate, found)?;
                if best.as_ref().is_none_or(|best| found.verdict < best.verdict) {
                    best = Some(found);
                }
            }
        }
        Ok(best)
    }

    fn weigh(&self, candidate: &Candidate<'_>, found: Match<'_>) -> Result<Weighed, AskError> {
        let Match { entry, reference, moved, freshness, manifests } = found;
        let proof = self.prove(candidate, &manifests)?;
        let (layers, line) = (candidate.layers, entry.line);
        let base = BaseAnswer { reference, entry: entry.text.clone(), line, layers, freshness, moved, proof };
        let refused = match proof {
            Proof::Claimed => {
                let message = format!(
                    "its config says that its layers are those of {}, which nothing proves; \
                     check docker://… --verify, or a local form",
                    base.reference
                );
                Some((CheckVerdict::NotApproved, BecauseCode::Unproven, message))
            }
            Proof::Itself | Proof::Blobs | Proof::Hashed => self
                .request
                .limits
                .max_behind
                .and_then(|most| outdated(&base, most))
                .map(|(code, message)| (CheckVerdict::Outdated, code, message)),
        };
        Ok(match refused {
            Some((verdict, code, message)) => Weighed { verdict, base, because: Some(Because { code, message }) },
            None => Weighed { verdict: CheckVerdict::Approved, base, because: None },
        })
    }

    /// No entry means the image or an ancestor of it.
    fn none_found(&self, ancestors: &[String]) -> (CheckVerdict, Option<Because>) {
        let refuse = |verdict, code, message| (verdict, Some(Because { code, message }));
        let not_approved = |message| refuse(CheckVerdict::NotApproved, BecauseCode::NotApproved, message);
        match ancestors {
            [] => {}
            [only] => return not_approved(format!("built on {only}, which is not approved")),
            several => return not_approved(format!("built on {}; none of these is approved", several.join(" > "))),
        }
        let Resolution { parent: Err(why), .. } = resolve(self.index, self.located.subject()) else {
            return not_approved("neither it nor any image it is built on is approved".to_owned());
        };
        match why.code {
            Reason::Scratch => refuse(CheckVerdict::NotApproved, BecauseCode::Scratch, why.message),
            // A base of its own, and not an approved one.
            Reason::ScratchInferred => not_approved(why.message),
            _ => refuse(
                CheckVerdict::Unknown,
                BecauseCode::Unknown,
                format!("nothing is known to judge by: {}", why.message),
            ),
        }
    }
}

/// Why a base is too old, where it is.
fn outdated(base: &BaseAnswer, most: u32) -> Option<(BecauseCode, String)> {
    let freshness = &base.freshness;
    let builds = freshness.builds_behind.unwrap_or(0);
    let (what, which) = match base.proof {
        Proof::Itself => (format!("{} is approved (line {})", base.reference, base.line), "but"),
        Proof::Blobs | Proof::Hashed | Proof::Claimed => {
            (format!("built on {} (approved, line {})", base.reference, base.line), "which")
        }
    };
    if builds > most {
        // A pin stays where it is; what moved on is its line.
        let counted = freshness.counting_name.as_deref().filter(|_| !base.moved);
        let which = counted.map_or_else(|| format!(", {which}"), |name| format!("; {name}"));
        let date = freshness.superseded_at.map(Timestamp::date).map(|date| format!(" on {date}")).unwrap_or_default();
        let behind = plural(builds.into(), "build");
        return Some((
            BecauseCode::Behind,
            format!("{what}{which} was rebuilt{date}: {behind} behind, {most} allowed"),
        ));
    }
    match freshness.freshness? {
        FreshnessState::Gone => {
            let name = freshness.counting_name.as_deref().unwrap_or(&base.reference);
            Some((BecauseCode::Gone, format!("{what}; {name} is gone from its registry")))
        }
        FreshnessState::Current | FreshnessState::Outdated | FreshnessState::Unproven => None,
    }
}
