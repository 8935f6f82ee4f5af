//! Which name of a build its age is counted by: the counting name.
//!
//! A *line* is a name that goes on when a build is replaced (`3.12-slim`), a *pin* one that
//! is left behind (`3.12.7-slim`). A pin never moves to the next release, so that counting by
//! it says "current" for ever; a wide line (`3`, `latest`) moves to the next major version, so
//! that counting by it calls every image of a supported line outdated. What is a line is told
//! by the tags that led to one build, and by nothing else.

use super::shown::{most_specific, shortest};
use super::tag_text::{COMPARED, TagText};

/// A tag that leads or led to a build, beside others of its repository.
#[derive(Clone, Copy, Debug)]
pub struct Tagged<'a> {
    /// The tag.
    pub tag: &'a str,
    /// It is not there any more.
    pub gone: bool,
    /// It may be counted by: not so where a list of approved bases means other names only.
    pub admitted: bool,
}

/// Why a name is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The name at this place says the same by a longer version, or with a date.
    SpelledOutBy(usize),
    /// It was seen leading to several builds.
    SeenToMove,
    /// Nothing tells whether it is one.
    Unproven,
}

/// The name that a build's age is counted by. Names are told by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// The counting name.
    pub name: usize,
    /// Why that is a line.
    pub line: Line,
    /// Names that spell it out; builds that they led to count as well.
    pub exact: Vec<usize>,
    /// Other lines of this build, which are shown and not counted.
    pub other_lines: Vec<usize>,
    /// The declared name, where that is a pin and the build is judged by another name.
    pub pinned: Option<usize>,
}

/// Which of the names of one build, all of one repository, its age is counted by; `None`
/// where none is admitted. `has_moved` tells whether a name was seen leading to several
/// builds, and is asked no more often than need be.
#[must_use]
pub fn counting(
    names: &[Tagged<'_>],
    declared: Option<usize>,
    mut has_moved: impl FnMut(usize) -> bool,
) -> Option<Counting> {
    let names = names.get(..COMPARED).unwrap_or(names);
    let texts: Vec<TagText<'_>> = names.iter().map(|name| TagText::read(name.tag)).collect();
    let admitted = |at: &usize| names.get(*at).is_some_and(|name| name.admitted);
    let is_gone = |at: &usize| names.get(*at).is_some_and(|name| name.gone);
    let all = || (0..texts.len()).filter(admitted);
    let spelling = |less: &TagText<'_>| texts.iter().position(|text| text.spells_out(less));
    let spelled: Vec<Option<usize>> = texts.iter().map(spelling).collect();
    let spelled_by = |at: usize| spelled.get(at).copied().flatten();
    let is_pin = |at: usize| texts.get(at).is_some_and(|text| texts.iter().any(|less| text.spells_out(less)));

    let declared = declared.filter(admitted);
    // A word such as `latest` spells nothing out: whoever follows it by declaring it is behind
    // when it moves. A pin that was rebuilt in place stays a pin.
    let followed = |at: usize, has_moved: &mut dyn FnMut(usize) -> bool| match spelled_by(at) {
        Some(by) => Some(Line::SpelledOutBy(by)),
        None if !is_pin(at) && has_moved(at) => Some(Line::SeenToMove),
        None => None,
    };
    let mut found = declared.and_then(|at| Some((at, followed(at, &mut has_moved)?)));
    if found.is_none() {
        let lines: Vec<usize> = all().filter(|at| spelled_by(*at).is_some()).collect();
        let live: Vec<usize> = lines.iter().copied().filter(|at| !is_gone(at)).collect();
        // A line that is gone counts for nothing where another goes on.
        let name = says_most(&texts, &live).or_else(|| says_most(&texts, &lines));
        found = name.and_then(|at| Some((at, Line::SpelledOutBy(spelled_by(at)?))));
    }
    if found.is_none() {
        let moved: Vec<usize> = all().filter(|at| has_moved(*at)).collect();
        found = says_most(&texts, &moved).map(|at| (at, Line::SeenToMove));
    }
    let every: Vec<usize> = all().collect();
    let unproven = || Some((declared.or_else(|| most_specific(&texts, &every))?, Line::Unproven));
    let (name, line) = found.or_else(unproven)?;

    let counted = texts.get(name)?;
    let spells = |at: &usize| texts.get(*at).is_some_and(|text| text.spells_out(counted));
    let exact: Vec<usize> = all().filter(spells).collect();
    let others = (0..texts.len()).filter(|at| *at != name && !exact.contains(at));
    let other_lines = others.filter(|at| spelled_by(*at).is_some() || (!is_pin(*at) && has_moved(*at))).collect();
    let pinned = declared.filter(|at| *at != name && is_pin(*at));
    Some(Counting { name, line, exact, other_lines, pinned })
}

/// Of some names the one that says most: no other says more. Of several, the shortest, then
/// the first of the alphabet.
fn says_most(texts: &[TagText<'_>], among: &[usize]) -> Option<usize> {
    let text = |at: &usize| texts.get(*at);
    let is_less =
        |at: &usize| among.iter().filter_map(text).any(|other| text(at).is_some_and(|own| other.says_more_than(own)));
    shortest(texts, among.iter().copied().filter(|at| !is_less(at)))
}
