//! The tags of one repository, held in little memory: a hostile list has
//! millions.

use super::newest;
use super::select::Selection;

/// Tag names, one after the other in one text.
#[derive(Clone, Debug, Default)]
pub struct TagList {
    text: String,
    /// Where each name ends.
    ends: Vec<u32>,
    /// Positions of the names in their order, without repetitions; empty until
    /// [`TagList::sort`].
    sorted: Vec<u32>,
}

impl TagList {
    /// Appends a name.
    pub fn push(&mut self, tag: &str) {
        self.text.push_str(tag);
        // Lists are capped far below four thousand million bytes.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// How many names were appended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all names.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The name at a position; empty where there is none.
    #[must_use]
    pub fn at(&self, position: u32) -> &str {
        let position = position as usize;
        let begin = position.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(position).map_or(begin, |end| *end as usize);
        self.text.get(begin..end).unwrap_or_default()
    }

    /// Prepares [`TagList::contains`] and [`Selection::choose`].
    pub fn sort(&mut self) {
        let mut sorted: Vec<u32> = (0..self.ends.len() as u32).collect();
        sorted.sort_unstable_by(|a, b| self.at(*a).cmp(self.at(*b)));
        sorted.dedup_by(|a, b| self.at(*a) == self.at(*b));
        self.sorted = sorted;
    }

    /// Whether a name is on the sorted list.
    #[must_use]
    pub fn contains(&self, tag: &str) -> bool {
        self.sorted.binary_search_by(|position| self.at(*position).cmp(tag)).is_ok()
    }
}

/// Which tags of a list are walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Their positions.
    pub positions: Vec<u32>,
    /// How many a filter left out.
    pub left_out: usize,
    /// How many the cap left out, after that.
    pub capped: usize,
}

impl Selection {
    /// Chooses from a sorted list: by globs, then the newest, then the cap.
    #[must_use]
    pub fn choose(&self, list: &TagList) -> Choice {
        let all = list.sorted.len();
        let mut positions: Vec<u32> =
            list.sorted.iter().copied().filter(|position| self.wants_tag(list.at(*position))).collect();
        keep_newest(list, &mut positions, self.newest());
        let filtered = positions.len();
        keep_newest(list, &mut positions, self.max_tags());
        Choice { left_out: all - filtered, capped: filtered - positions.len(), positions }
    }
}

fn keep_newest(list: &TagList, positions: &mut Vec<u32>, most: Option<u32>) {
    let Some(most) = most.map(|most| most as usize).filter(|most| *most < positions.len()) else { return };
    positions.sort_unstable_by(|a, b| newest::compare(list.at(*b), list.at(*a)));
    positions.truncate(most);
    positions.sort_unstable_by(|a, b| list.at(*a).cmp(list.at(*b)));
}

#[cfg(test)]
mod tests {
    use crate::selection::{SelectionSpec, TagFilter};

    use super::*;

    #[test]
    fn r15_globs_then_the_newest_then_the_cap() {
        #[track_caller]
        fn check(filter: (&[&str], &[&str], Option<u32>), max_tags: Option<u32>, expected: (&[&str], usize, usize)) {
            let own = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
            let tags = TagFilter { include: own(filter.0), exclude: own(filter.1), newest: filter.2 };
            let spec = SelectionSpec { tags, max_tags, ..SelectionSpec::default() };
            let selection = Selection::of(&"r.example".parse().unwrap(), spec).unwrap();
            let mut list = TagList::default();
            ["2.0", "1.9", "latest", "1.10", "1.10-rc1", "1.9"].iter().for_each(|tag| list.push(tag));
            list.sort();
            let choice = selection.choose(&list);
            let names: Vec<&str> = choice.positions.iter().map(|position| list.at(*position)).collect();
            assert_eq!((&names[..], choice.left_out, choice.capped), expected);
            assert!(list.contains("1.9") && list.contains("latest") && !list.contains("1"));
        }
        check((&[], &[], None), None, (&["1.10", "1.10-rc1", "1.9", "2.0", "latest"], 0, 0));
        check((&["*"], &["*-rc*"], None), None, (&["1.10", "1.9", "2.0", "latest"], 1, 0));
        check((&["1.*"], &["*-rc*"], Some(1)), None, (&["1.10"], 4, 0));
        check((&[], &[], Some(3)), Some(2), (&["2.0", "latest"], 2, 1));
        check((&[], &[], Some(9)), Some(5), (&["1.10", "1.10-rc1", "1.9", "2.0", "latest"], 0, 0));
        check((&[], &[], None), Some(0), (&[], 0, 5));
    }
}
