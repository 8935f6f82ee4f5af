//! Which of several platforms is meant.

use std::fmt;
use std::sync::LazyLock;

use crate::platform::{Fit, Platform};

/// What is asked for, and what is meant where nothing is.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The platform asked for.
    pub wanted: Option<&'a Platform>,
    /// What is meant where none was asked for and several are offered.
    pub otherwise: Otherwise,
}

/// What is meant where no platform was asked for and several are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// [`Platform::default_wanted`]: of a tag, and of a local form.
    Default,
    /// Nothing: whoever asks by digest means one image, and has to say which.
    Nothing,
}

/// Why none of what is offered was chosen. Platforms are listed in the order of
/// the entries; an entry that names none is not listed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotChosen {
    /// There is nothing to choose from.
    #[error("it is an index without images")]
    Empty,
    /// What it lists are no images.
    #[error("it is no image but {0}")]
    NoImages(String),
    /// Several, and it was not said which.
    #[error("it offers several platforms: {}", Listed(offered))]
    Several {
        /// What is offered.
        offered: Vec<Platform>,
    },
    /// None of them is for the platform asked for.
    #[error("it has no image for {wanted}; it offers {}", Listed(offered))]
    NoneFits {
        /// What was asked for.
        wanted: Box<Platform>,
        /// What is offered.
        offered: Vec<Platform>,
    },
    /// Several, it was not said which, and none is for the platform that is
    /// meant then.
    #[error("it has no image for {default}; it offers {}", Listed(offered))]
    NoDefault {
        /// What would have been meant.
        default: Box<Platform>,
        /// What is offered.
        offered: Vec<Platform>,
    },
}

impl NotChosen {
    /// What is offered instead.
    #[must_use]
    pub fn offered(&self) -> &[Platform] {
        match self {
            Self::Empty | Self::NoImages(_) => &[],
            Self::Several { offered } | Self::NoneFits { offered, .. } | Self::NoDefault { offered, .. } => offered,
        }
    }
}

impl Choice<'_> {
    /// Whether nobody said which platform, so that what is there decides.
    pub(super) fn is_left_to_default(&self) -> bool {
        self.wanted.is_none() && self.otherwise == Otherwise::Default
    }

    /// The platform that is meant; `None` where whoever asks has to say it.
    pub(super) fn wanted_here(&self) -> Option<&Platform> {
        static DEFAULT: LazyLock<Platform> = LazyLock::new(Platform::default_wanted);
        match (self.wanted, self.otherwise) {
            (Some(wanted), _) => Some(wanted),
            (None, Otherwise::Default) => Some(&DEFAULT),
            (None, Otherwise::Nothing) => None,
        }
    }

    /// The position of the candidate that is meant: the only one; the one that
    /// is nearest to the platform asked for ([`Platform::fit`]); else what
    /// [`Choice::otherwise`] says.
    ///
    /// # Errors
    /// [`NotChosen`], with what is offered.
    pub fn among<T>(&self, candidates: &[T], platform: impl Fn(&T) -> Option<&Platform>) -> Result<usize, NotChosen> {
        let offered = || candidates.iter().filter_map(&platform).cloned().collect();
        if candidates.is_empty() {
            return Err(NotChosen::Empty);
        }
        if let Some(wanted) = self.wanted {
            let none = || NotChosen::NoneFits { wanted: Box::new(wanted.clone()), offered: offered() };
            return nearest(candidates, &platform, wanted).ok_or_else(none);
        }
        if candidates.len() == 1 {
            return Ok(0);
        }
        match self.otherwise {
            Otherwise::Nothing => Err(NotChosen::Several { offered: offered() }),
            Otherwise::Default => {
                let default = Platform::default_wanted();
                let found = nearest(candidates, &platform, &default);
                found.ok_or_else(|| NotChosen::NoDefault { default: Box::new(default), offered: offered() })
            }
        }
    }
}

/// The position of the candidate nearest to a platform: the same, else the
/// newest older variant ([`Platform::fit`]), the first of equals. One that names
/// no platform is none.
fn nearest<T>(candidates: &[T], platform: impl Fn(&T) -> Option<&Platform>, wanted: &Platform) -> Option<usize> {
    let fits = candidates.iter().enumerate().filter_map(|(at, own)| Some((platform(own)?.fit(wanted)?, at)));
    fits.min_by_key(|(fit, _): &(Fit, usize)| *fit).map(|(_, at)| at)
}

/// Platforms as a person reads them: an index may list thousands.
struct Listed<'a>(&'a [Platform]);

impl Listed<'_> {
    const SHOWN: usize = 32;
}

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no platforms");
        }
        for (at, platform) in self.0.iter().take(Self::SHOWN).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{platform}")?;
        }
        match self.0.len().saturating_sub(Self::SHOWN) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
