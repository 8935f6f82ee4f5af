//! Applications: one Dockerfile each, built in versions, again at later dates,
//! and for platforms. They are few beside their images, so their table is held.

use super::mix::Draw;
use super::shape;

/// No such application.
pub(super) const NONE: u32 = u32::MAX;
/// A version's number takes 12 bits of a text's.
const MOST_VERSIONS: u32 = 4_000;
/// Layers of a root that others are built on.
const MOST_OF_A_BASE: u8 = 2;
/// Versions built on one parent at one date; the later take the first one's
/// steps from the build cache.
pub(super) const GROUP: u32 = 3;

/// One application. Its images stand next to each other in the order of birth,
/// by date, version and platform.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct App {
    /// Its number.
    pub(super) id: u32,
    /// Birth of its first image.
    pub(super) first: u32,
    /// How many indexes come before its own.
    pub(super) indexes_before: u32,
    /// What it is built on.
    pub(super) parent: u32,
    /// Its repository.
    pub(super) repository: u32,
    /// Which application of the repository it is.
    pub(super) variant: u32,
    pub(super) versions: u32,
    /// Dates at which all its versions were built.
    pub(super) rounds: u32,
    /// Bits of [`shape::PLATFORMS`].
    pub(super) platforms: u16,
    /// Layers it adds.
    pub(super) layers: u8,
    /// Steps it adds.
    pub(super) steps: u8,
    pub(super) level: u8,
    pub(super) official: bool,
    /// Whether each version is built on the same version of the parent, as the
    /// variants of one official image are.
    pub(super) follows: bool,
}

impl App {
    pub(super) fn platform_count(&self) -> u32 {
        self.platforms.count_ones()
    }

    pub(super) fn images(&self) -> u32 {
        self.versions * self.rounds * self.platform_count()
    }

    /// Every build of an application for several platforms has an index.
    pub(super) fn indexes(&self) -> u32 {
        if self.platform_count() > 1 { self.versions * self.rounds } else { 0 }
    }

    /// Whether BuildKit built it, and its manifests are OCI's.
    pub(super) fn is_oci(&self) -> bool {
        !self.official && self.id.is_multiple_of(2)
    }
}

/// All applications of a world.
#[derive(Debug)]
pub(super) struct Apps {
    pub(super) all: Vec<App>,
    /// The first application of each repository.
    pub(super) repositories: Vec<u32>,
    pub(super) indexes: u32,
    pub(super) images: u32,
}

/// What is needed only while applications are chosen.
struct Choice {
    draw: Draw,
    by_level: Vec<Vec<u32>>,
    /// Parents of earlier applications, once for each of these.
    chosen: Vec<Vec<u32>>,
    largest: u32,
}

impl Apps {
    /// Applications with `count` images together.
    pub(super) fn new(seed: u64, count: u32) -> Self {
        let levels = shape::LEVELS.len() + 8;
        let mut choice = Choice {
            draw: Draw::new(&[seed, 1]),
            by_level: vec![Vec::new(); levels],
            chosen: vec![Vec::new(); levels],
            // Even a small world has many applications.
            largest: (count / 16).max(8),
        };
        let mut apps = Self { all: Vec::new(), repositories: Vec::new(), indexes: 0, images: 0 };
        while apps.images < count {
            let app = apps.next(&mut choice, count - apps.images);
            apps.images += app.images();
            apps.indexes += app.indexes();
            // Roots of many layers are finished images whose base is not
            // there; nothing was seen to be built on them.
            let is_base = app.level > 0 || app.layers <= MOST_OF_A_BASE;
            if let Some(list) = choice.by_level.get_mut(usize::from(app.level)).filter(|_| is_base) {
                list.push(app.id);
            }
            apps.all.push(app);
        }
        apps
    }

    pub(super) fn get(&self, id: u32) -> App {
        self.all.get(id as usize).copied().unwrap_or_default()
    }

    /// The application an image is of, by the image's birth.
    pub(super) fn of_image(&self, birth: u32) -> App {
        self.get(self.all.partition_point(|app| app.first <= birth).saturating_sub(1) as u32)
    }

    /// The application an index is of, by the number of the index.
    pub(super) fn of_index(&self, index: u32) -> App {
        // Those without indexes begin where the next one does.
        self.get(self.all.partition_point(|app| app.indexes_before <= index).saturating_sub(1) as u32)
    }

    fn next(&mut self, choice: &mut Choice, left: u32) -> App {
        let mut draw = choice.draw;
        let level = self.level(choice, &mut draw);
        let parent = choice.parent(level, &mut draw);
        let below = (parent != NONE).then(|| self.get(parent));
        let official =
            below.is_none_or(|app| app.official) && draw.chance(if level == 0 { 0.8 } else { shape::OFFICIAL });
        let platforms = platforms(below.as_ref(), official, &mut draw);
        let follows = below.is_some() && draw.chance(if official { 0.7 } else { 0.1 });
        let (versions, rounds) = match below.filter(|_| follows) {
            Some(below) => (below.versions, below.rounds),
            None => builds(official, &mut draw),
        };
        let (mut layers, steps) = draw.weighted(if level == 0 { shape::ROOTS } else { shape::ADDED });
        // Some only set metadata.
        if level > 0 && draw.chance(0.005) {
            layers = 0;
        }
        let mut app = App {
            id: self.all.len() as u32,
            first: self.images,
            indexes_before: self.indexes,
            parent,
            versions,
            rounds,
            platforms,
            layers,
            steps,
            level,
            official,
            follows,
            ..App::default()
        };
        let most = choice.largest.min(left);
        if app.images() > most {
            app.rounds = 1;
            app.versions = (most / app.platform_count()).clamp(1, app.versions);
        }
        if app.images() > left {
            app.platforms = lowest(app.platforms);
        }
        (app.repository, app.variant) = self.repository(&app, &mut draw);
        choice.draw = draw;
        app
    }

    fn level(&self, choice: &Choice, draw: &mut Draw) -> u8 {
        let wanted = draw.weighted(shape::LEVELS);
        let highest = choice.by_level.iter().take_while(|list| !list.is_empty()).count() as u8;
        wanted.min(highest)
    }

    /// Mostly a repository of its own.
    fn repository(&mut self, app: &App, draw: &mut Draw) -> (u32, u32) {
        let last = self.all.last().copied().filter(|last| last.official == app.official);
        match last.filter(|_| draw.chance(if app.official { 0.7 } else { 0.15 })) {
            Some(last) => (last.repository, last.variant + 1),
            None => {
                self.repositories.push(app.id);
                (self.repositories.len() as u32 - 1, 0)
            }
        }
    }
}

impl Choice {
    /// One of the level below: with even chances one of them, or one that
    /// others are built on, the more often the more these are. Hence the heavy
    /// tail of children (preferential attachment by copying).
    fn parent(&mut self, level: u8, draw: &mut Draw) -> u32 {
        let Some(below) = level.checked_sub(1).map(usize::from) else { return NONE };
        let pick = |list: Option<&Vec<u32>>, draw: &mut Draw| {
            list.and_then(|list| list.get(draw.below(list.len() as u32) as usize)).copied()
        };
        let copied = if draw.chance(0.5) { pick(self.chosen.get(below), draw) } else { None };
        let parent = copied.or_else(|| pick(self.by_level.get(below), draw)).unwrap_or(NONE);
        if let Some(list) = self.chosen.get_mut(below) {
            list.push(parent);
        }
        parent
    }
}

/// An application runs where its parent does, or on less.
fn platforms(below: Option<&App>, official: bool, draw: &mut Draw) -> u16 {
    let possible = below.map_or(u16::MAX, |app| app.platforms);
    let mut own = 0;
    if official {
        for (at, (.., share)) in shape::PLATFORMS.iter().enumerate() {
            // What the parent has was drawn already; few fall out.
            if draw.chance(if below.is_some() { 0.97 } else { *share }) {
                own |= 1 << at;
            }
        }
    } else {
        own = match draw.below(100) {
            0..75 => 1,
            75..95 => shape::USUAL,
            _ => u16::MAX >> 7,
        };
    }
    match own & possible {
        0 if below.is_some() => lowest(possible),
        0 => 1,
        own => own,
    }
}

/// Versions and dates. Of users invented: few versions, or thousands (Pareto).
fn builds(official: bool, draw: &mut Draw) -> (u32, u32) {
    if official {
        let versions = 1 + draw.below(3) + draw.below(4) + if draw.chance(0.05) { draw.below(60) } else { 0 };
        let rounds = 1 + u32::from(draw.chance(shape::REBUILT)) + u32::from(draw.chance(0.1));
        (versions, rounds)
    } else {
        let versions = (1.5 / (1.0 - draw.unit()).powf(0.75)) as u32;
        (versions.clamp(1, MOST_VERSIONS), 1 + u32::from(draw.chance(0.2)))
    }
}

fn lowest(platforms: u16) -> u16 {
    platforms & platforms.wrapping_neg()
}
