//! How far one image's history is the beginning of another's.
//!
//! A child copies its parent's history verbatim, so agreement of histories is
//! what tells a parent from an image that merely has the same layers at the
//! bottom: a build-cache sibling, or another build.

use serde::{Deserialize, Serialize};

use crate::history::HistoryEntry;
use crate::time::Timestamp;

/// One step as histories are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepKey<'a> {
    /// When it ran; `None` matches any time.
    pub created: Option<Timestamp>,
    /// The command as written.
    pub text: &'a str,
    /// Whether it made no layer, as its builder says: no part of what the step
    /// is, since tools mark the same step differently.
    pub empty: bool,
}

impl StepKey<'_> {
    /// Whether two steps are one: the same text, at the same time where both
    /// have one.
    #[must_use]
    pub fn is(&self, other: &StepKey<'_>) -> bool {
        let times = match (self.created, other.created) {
            (Some(own), Some(its)) => own == its,
            _ => true,
        };
        times && self.text == other.text
    }
}

impl<'a> From<&'a HistoryEntry> for StepKey<'a> {
    fn from(entry: &'a HistoryEntry) -> Self {
        Self { created: entry.created, text: &entry.created_by, empty: entry.empty }
    }
}

/// The comparable form of a whole history.
#[must_use]
pub fn step_keys(history: &[HistoryEntry]) -> Vec<StepKey<'_>> {
    history.iter().map(StepKey::from).collect()
}

/// The classes of agreement between a candidate P and an image Q on top of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// P's steps begin Q's, times and all; which of them made layers may be
    /// marked differently.
    Exact,
    /// Q dropped its empty entries, and P's other steps begin Q's.
    Filled,
    /// P is known to have no history, and Q's steps account for no more than
    /// the layers Q has above P.
    Above,
    /// The same text at other times: another build of the same steps.
    Text,
    /// Either's config is not at hand, so there is nothing to compare.
    Unread,
    /// None of these.
    Differs,
}

impl Agreement {
    /// Precedence among candidates, best first: 0 to 3.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Exact | Self::Filled | Self::Above => 0,
            Self::Text => 1,
            Self::Unread => 2,
            Self::Differs => 3,
        }
    }

    /// Whether history supports the parent, not layers alone.
    #[must_use]
    pub fn is_history(self) -> bool {
        self.rank() < 2
    }

    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Filled => "filled",
            Self::Above => "above",
            Self::Text => "text",
            Self::Unread => "unread",
            Self::Differs => "differs",
        }
    }
}

/// The result of a comparison: the class, and how many of Q's steps are P's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The class.
    pub agreement: Agreement,
    /// How many of Q's leading steps belong to P, by history alone; 0 for
    /// `above`, `unread` and `differs`.
    pub steps: usize,
    /// Whether Q has steps beyond P's: with equal layers, only then is P a
    /// parent.
    pub strict: bool,
}

/// Compares the history of a candidate `parent` with that of `child`.
/// `None` stands for a config that was not read. `layers_above` is how many
/// layers the child has on top of the parent.
#[must_use]
pub fn compare(parent: Option<&[StepKey<'_>]>, child: Option<&[StepKey<'_>]>, layers_above: usize) -> Comparison {
    let no = |agreement| Comparison { agreement, steps: 0, strict: false };
    let (Some(parent), Some(child)) = (parent, child) else {
        return no(Agreement::Unread);
    };
    if parent.is_empty() {
        let made = child.iter().filter(|step| !step.empty).count();
        let above = made <= layers_above;
        return if above {
            Comparison { agreement: Agreement::Above, steps: 0, strict: !child.is_empty() }
        } else {
            no(Agreement::Differs)
        };
    }
    // A parent with the same layers has no more steps than its child, dropped
    // ones included: otherwise each of two images could be the other's parent,
    // one by its steps without the empty ones, the other by text.
    let strict = |steps: usize| steps < child.len() && parent.len() <= child.len();
    let found = |agreement, steps: usize| Comparison { agreement, steps, strict: strict(steps) };
    if begins(parent, child, same) {
        return found(Agreement::Exact, parent.len());
    }
    if child.iter().all(|step| !step.empty) {
        let made: Vec<StepKey<'_>> = parent.iter().copied().filter(|step| !step.empty).collect();
        if !made.is_empty() && begins(&made, child, same) {
            return found(Agreement::Filled, made.len());
        }
    }
    if begins(parent, child, |p, c| p.text.trim() == c.text.trim()) {
        return found(Agreement::Text, parent.len());
    }
    no(Agreement::Differs)
}

fn begins(parent: &[StepKey<'_>], child: &[StepKey<'_>], same: impl Fn(&StepKey<'_>, &StepKey<'_>) -> bool) -> bool {
    parent.len() <= child.len() && parent.iter().zip(child).all(|(p, c)| same(p, c))
}

fn same(parent: &StepKey<'_>, child: &StepKey<'_>) -> bool {
    parent.is(child)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `"text@time"`, a leading `-` for an empty entry, no `@` for no time.
    fn steps(texts: &[&'static str]) -> Vec<StepKey<'static>> {
        texts
            .iter()
            .map(|text| {
                let (text, created) = match text.rsplit_once('@') {
                    Some((text, time)) => (text, time.parse().ok().map(|seconds| Timestamp { seconds, nanos: 0 })),
                    None => (*text, None),
                };
                let (text, empty) = text.strip_prefix('-').map_or((text, false), |t| (t, true));
                StepKey { created, text, empty }
            })
            .collect()
    }

    #[track_caller]
    fn check(parent: &[&'static str], child: &[&'static str], above: usize, expected: (Agreement, usize, bool)) {
        let got = compare(Some(&steps(parent)), Some(&steps(child)), above);
        assert_eq!((got.agreement, got.steps, got.strict), expected, "{parent:?} under {child:?}");
    }

    #[test]
    fn classes() {
        use Agreement::{Above, Differs, Exact, Filled, Text};
        check(&["a@1", "-b@2"], &["a@1", "-b@2", "c@3"], 1, (Exact, 2, true));
        check(&["a@1", "-b@2"], &["a@1", "-b@2"], 0, (Exact, 2, false));
        check(&["a@1"], &["a", "c@3"], 1, (Exact, 1, true));
        check(&["a"], &["a@1", "c@3"], 1, (Exact, 1, true));
        check(&["a@1", "-b@2"], &["a@1", "c@3"], 1, (Filled, 1, true));
        check(&["a@1", "-b@2", "-b@2"], &["a@1", "c@3"], 0, (Filled, 1, false));
        check(&["a@1", "-b@2"], &["a@1", "-x@3", "c@3"], 1, (Differs, 0, false));
        check(&["-b@2"], &["a@1"], 1, (Differs, 0, false));
        check(&[], &["a@1", "-b@2"], 1, (Above, 0, true));
        check(&[], &["a@1", "c@2"], 1, (Differs, 0, false));
        check(&[], &[], 3, (Above, 0, false));
        check(&["a@1"], &["a @5", "b@6"], 1, (Text, 1, true));
        // P310: tools mark the same step differently.
        check(&["a@1"], &["-a@1", "b@6"], 1, (Exact, 1, true));
        check(&["-a@1", "b@2"], &["a@1", "-b@2"], 0, (Exact, 2, false));
        check(&["-a@1", "b@2"], &["a@1", "b@2", "c@3"], 1, (Exact, 2, true));
        check(&["a@1"], &["-a@2", "b@6"], 1, (Text, 1, true));
        check(&["a@1", "b@2"], &["a@1"], 0, (Differs, 0, false));
        check(&["ab@1", "c@1"], &["a@1", "bc@1", "d@1"], 1, (Differs, 0, false));
        check(&["a@1"], &[], 1, (Differs, 0, false));
        let unread = compare(None, Some(&steps(&["a@1"])), 1);
        assert_eq!(unread.agreement, Agreement::Unread);
    }
}
