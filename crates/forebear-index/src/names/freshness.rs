//! How current a build is, by the name that its age is counted by.

use forebear_image::declared::Declared;
use forebear_image::{ManifestDigest, Timestamp};
use serde::{Deserialize, Serialize};

use super::counting::{Counting, Line, Tagged, counting};
use super::name::Name;
use super::over_time::NameOverTime;
use super::shown::{declared_name, shown};
use crate::ids::ImageId;
use crate::view::View;

/// How current a build is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreshnessState {
    /// Its line leads to it.
    Current,
    /// Its line leads to a later build.
    Outdated,
    /// Its line is gone, or is no longer for this platform; no later build was seen.
    Gone,
    /// It leads where it led, but nothing tells whether that name ever moves: a pin that
    /// stands alone does not.
    Unproven,
}

impl FreshnessState {
    /// The word that answers and tables have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Outdated => "outdated",
            Self::Gone => "gone",
            Self::Unproven => "unproven",
        }
    }
}

/// How current a build is, by the rule of `counting.rs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// In a word.
    pub state: FreshnessState,
    /// The counting name.
    pub counting: Name,
    /// Why it is that one, as a short sentence.
    pub because: String,
    /// Builds that were seen after this one: the most that the counting name or one that
    /// spells it out led to.
    pub builds_behind: u32,
    /// Whole days from `superseded` to the end of what is known.
    pub days_behind: u32,
    /// Start of the run that first saw another build in its place.
    pub superseded: Option<Timestamp>,
    /// What the counting name leads to now, for this platform.
    pub now: Option<ManifestDigest>,
    /// The declared name, where that is a pin and the build is judged by another.
    pub pinned: Option<Name>,
    /// Other lines of this build; they are not counted.
    pub other_lines: Vec<Name>,
}

impl View {
    /// How current a build of an image is, as the base of one that declares `declared`; of
    /// `names`, as [`View::names_of`] ranks them, those of the repository that is shown, and to
    /// be counted by those that `admits` lets pass. `None` where there is none.
    #[must_use]
    pub fn freshness(
        &self,
        image: ImageId,
        names: &[Name],
        declared: &[Declared],
        admits: impl Fn(&Name) -> bool,
    ) -> Option<Freshness> {
        let meant: Vec<Name> = names.iter().filter(|name| admits(name)).cloned().collect();
        let repository = shown(&meant, declared)?.repository();
        let own: Vec<&Name> = names.iter().filter(|name| name.repository() == repository).collect();
        let tagged: Vec<Tagged<'_>> = own.iter().map(|name| self.tagged(name, admits(name))).collect();
        let declared = declared_name(&meant, declared);
        let declared = own.iter().position(|name| declared.is_some_and(|declared| declared.tag == name.tag));
        let story = |at: usize| own.get(at).map(|name| self.over_time(name, image));
        let has_moved = |at: usize| story(at).is_some_and(|story| story.builds_seen > 1);
        let found = counting(&tagged, declared, has_moved)?;
        let counted = story(found.name)?;
        let exact: Vec<NameOverTime> = found.exact.iter().filter_map(|at| story(*at)).collect();
        let name = |at: usize| own.get(at).map(|name| (*name).clone());
        let all = || exact.iter().chain([&counted]);
        let builds_behind = all().map(|story| story.now.builds_behind).max().unwrap_or(0);
        let state = match (builds_behind, counted.until, found.line) {
            (1.., _, _) => FreshnessState::Outdated,
            (0, Some(_), _) => FreshnessState::Gone,
            (0, None, Line::Unproven) => FreshnessState::Unproven,
            (0, None, Line::SpelledOutBy(_) | Line::SeenToMove) => FreshnessState::Current,
        };
        Some(Freshness {
            state,
            because: because(&found, &tagged),
            builds_behind,
            days_behind: all().map(|story| story.days_behind).max().unwrap_or(0),
            superseded: all().filter_map(|story| story.superseded).min(),
            now: counted.now.digest,
            pinned: found.pinned.and_then(name),
            other_lines: found.other_lines.iter().filter_map(|at| name(*at)).collect(),
            counting: counted.name,
        })
    }

    fn tagged<'a>(&self, name: &'a Name, admitted: bool) -> Tagged<'a> {
        Tagged { tag: name.tag_text(), gone: self.tag_target(name.tag).is_none(), admitted }
    }
}

fn because(found: &Counting, names: &[Tagged<'_>]) -> String {
    match found.line {
        Line::SpelledOutBy(by) => {
            format!("{} spells it out", names.get(by).map(|name| name.tag).unwrap_or_default())
        }
        Line::SeenToMove => "it was seen leading to several builds".to_owned(),
        Line::Unproven => "nothing tells whether it ever moves".to_owned(),
    }
}
