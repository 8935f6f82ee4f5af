//! One image, computed from its place in the order of birth.

use forebear_facts::rows::Key;
use forebear_image::Timestamp;

use super::World;
use super::apps::NONE;
use super::mix::{self, mix};
use super::spot::Spot;
use super::texts::TextRef;

/// A step of a history.
#[derive(Clone, Copy, Debug)]
pub(super) struct MadeStep {
    pub(super) text: TextRef,
    pub(super) comment: TextRef,
    pub(super) created: Option<Timestamp>,
    pub(super) empty: bool,
}

/// Layers and history of an image; kept and filled anew for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub(super) layers: Vec<Key>,
    pub(super) steps: Vec<MadeStep>,
    pub(super) created: i64,
    line: Vec<Spot>,
}

/// Seconds between the dates at which applications are built again.
const ROUND: i64 = 14 * 86_400;
const DAY: u64 = 86_400;

impl World {
    /// Which build an image is.
    pub(super) fn spot(&self, birth: u32) -> Spot {
        let app = self.apps.of_image(birth);
        let at = birth.saturating_sub(app.first);
        let platforms = app.platform_count().max(1);
        let build = at / platforms;
        let versions = app.versions.max(1);
        Spot {
            app,
            version: build % versions,
            round: build / versions,
            platform: nth_bit(app.platforms, at % platforms),
        }
    }

    /// The birth of the image that is this build.
    pub(super) fn birth(&self, spot: &Spot) -> u32 {
        let below = spot.app.platforms & ((1_u16 << spot.platform) - 1);
        let build = spot.round * spot.app.versions + spot.version;
        spot.app.first + build * spot.app.platform_count() + below.count_ones()
    }

    /// What a build starts from: mostly the latest version of its parent, at
    /// the same date.
    pub(super) fn parent(&self, spot: &Spot) -> Option<Spot> {
        let app = (spot.app.parent != NONE).then(|| self.apps.get(spot.app.parent))?;
        let group = Spot { version: spot.leader(), platform: 0, ..*spot };
        let mut draw = mix::Draw::new(&group.words(self.seed, 10));
        let back = if draw.chance(0.4) { 0.0 } else { draw.unit().powi(2) };
        let version = if spot.app.follows {
            spot.version.min(app.versions.saturating_sub(1))
        } else {
            app.versions.saturating_sub(1 + (back * f64::from(app.versions)) as u32)
        };
        Some(Spot { app, version, round: spot.round.min(app.rounds.saturating_sub(1)), platform: spot.platform })
    }

    /// Layers and steps of the image, everything below it included.
    pub(super) fn make(&self, birth: u32, made: &mut Made) -> Spot {
        let own = self.spot(birth);
        made.layers.clear();
        made.steps.clear();
        made.line.clear();
        let mut next = Some(own);
        while let Some(spot) = next {
            made.line.push(spot);
            next = self.parent(&spot);
        }
        made.created = 0;
        while let Some(spot) = made.line.pop() {
            self.build(&spot, made);
        }
        own
    }

    fn build(&self, spot: &Spot, made: &mut Made) {
        let rewrite = if made.created == 0 { 0 } else { self.rewrite(spot, made) };
        let leader = Spot { version: spot.leader(), ..*spot };
        let (cached, extra) = self.cached(spot);
        let mut begun = self.begun(&leader, made.created);
        let later = begun + 600 * i64::from(spot.version - leader.version);
        let steps = u32::from(spot.app.steps);
        for step in 0..steps + u32::from(extra) {
            let source = if step < cached { &leader } else { spot };
            if step == cached {
                begun = begun.max(later);
            }
            let layer = step == steps || spot.makes_layer(step);
            begun += if layer { 40 } else { 1 };
            if layer {
                let seed = mix(&[mix(&source.words(self.seed, 11)), u64::from(step)]);
                made.layers.push(mix::key(mix::scramble(seed ^ 0xd1ff), seed));
            } else if rewrite == DROPPED {
                continue;
            }
            let nanos = (mix(&source.words(self.seed, 12)) >> 3) as u32 % 1_000_000_000;
            made.steps.push(MadeStep {
                text: self.step_text(source, step, !layer),
                comment: if spot.app.is_oci() { TextRef::BUILDKIT } else { TextRef::NONE },
                created: Some(Timestamp { seconds: begun, nanos }),
                empty: !layer,
            });
        }
        made.created = begun;
    }

    /// How many of its first steps a build takes from its leader, and whether
    /// it has a layer more. At least one layer is its own.
    fn cached(&self, spot: &Spot) -> (u32, bool) {
        let steps = u32::from(spot.app.steps);
        if spot.version == spot.leader() || spot.app.layers == 0 {
            return (0, false);
        }
        let last = (0..steps).rev().find(|step| spot.makes_layer(*step)).unwrap_or(0);
        let mut draw = mix::Draw::new(&spot.words(self.seed, 13));
        match draw.below(400) {
            // The same layers in the same way, with other settings.
            0 => (steps, false),
            // One more layer on all of the leader's, under steps of its own: a
            // build-cache sibling that looks like a child.
            1..8 => (last + 1, true),
            // A cache that is shared at all is shared for a stretch.
            _ if draw.chance(0.8) => (draw.below(last + 1), false),
            _ => (0, false),
        }
    }

    /// When a build began, some time after its parent was there.
    fn begun(&self, leader: &Spot, parent: i64) -> i64 {
        if parent == 0 {
            let age = mix(&[self.seed, 14, u64::from(leader.app.id)]) % (5 * 365 * DAY);
            return 1_420_070_400 + age as i64 + i64::from(leader.round) * ROUND + i64::from(leader.version) * 3_600;
        }
        let wait = mix(&Spot { platform: 0, ..*leader }.words(self.seed, 15)) % (20 * DAY);
        let late = mix(&leader.words(self.seed, 16)) % 7_200;
        parent + 60 + (wait + late) as i64
    }

    /// Some tools change the history they inherit. Says how it was changed.
    fn rewrite(&self, spot: &Spot, made: &mut Made) -> u64 {
        let group = Spot { version: spot.leader(), platform: 0, ..*spot };
        let how = mix(&group.words(self.seed, 17)) % 1_000;
        match how {
            0 => made.steps.iter_mut().for_each(|step| step.created = None),
            1 => made.steps.iter_mut().filter_map(|step| step.created.as_mut()).for_each(|time| time.seconds += 7),
            2 => made.steps.iter_mut().for_each(|step| step.text = step.text.with_space()),
            3 => made.steps.iter_mut().for_each(|step| step.text = step.text.altered()),
            DROPPED => made.steps.retain(|step| !step.empty),
            _ => {}
        }
        how
    }
}

/// A rewriting that keeps only the steps that made layers.
const DROPPED: u64 = 4;

fn nth_bit(bits: u16, nth: u32) -> u32 {
    let mut left = bits;
    for _ in 0..nth {
        left &= left.wrapping_sub(1);
    }
    left.trailing_zeros().min(15)
}
