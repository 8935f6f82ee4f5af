//! `A=1 B=x y`: pairs whose quotes Docker dropped.
//!
//! Where a value ends and the next name begins can only be told from the
//! image's config, which holds the values of all names that no later step set
//! again.

use std::collections::{HashMap, HashSet};

/// The pairs in the image's config.
pub(super) struct Finals<'a> {
    values: HashMap<&'a str, &'a str>,
    /// Names with spaces, which can only be found by knowing them.
    spaced: Vec<&'a str>,
}

impl<'a> Finals<'a> {
    /// `None` when there are none, which settles nothing: reduced configs
    /// leave out what they do not care for.
    pub(super) fn new(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let values: HashMap<&str, &str> = pairs.collect();
        let spaced = values.keys().copied().filter(|name| name.contains(' ')).collect();
        (!values.is_empty()).then_some(Self { values, spaced })
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.values.get(name).copied()
    }
}

/// What the configs know about the names.
#[derive(Clone, Copy)]
pub(super) struct Known<'k, 'a> {
    /// Values in the image's config.
    pub(super) finals: &'k Finals<'a>,
    /// Values before this step; `None` when the config it all began with is
    /// not known.
    pub(super) before: Option<&'k HashMap<String, String>>,
    /// Names that an earlier step may have set, or not.
    pub(super) doubtful: &'k HashSet<String>,
}

/// A text cut into pairs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading<'t> {
    pub(super) pairs: Vec<(&'t str, &'t str)>,
    /// Nothing else could have been meant.
    pub(super) certain: bool,
}

/// Words that may begin a pair: where they begin, and the name.
pub(super) fn names(body: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut position = 0;
    for word in body.split(' ') {
        if let Some((name, _)) = word.split_once('=')
            && !name.is_empty()
        {
            found.push((position, name));
        }
        position += word.len() + 1;
    }
    found
}

/// Cuts without a config, at every word that looks like `NAME=`. Certain only
/// when there is but one.
pub(super) fn guess(body: &str) -> Option<Reading<'_>> {
    let mut starts = names(body);
    let plausible = |name: &str| {
        name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || "_.-/:".contains(c))
    };
    starts.retain(|(at, name)| *at == 0 || plausible(name));
    if starts.first().is_none_or(|(at, _)| *at != 0) {
        // A name with a space in it: everything up to the first `=`.
        let (name, value) = body.split_once('=')?;
        return (!name.is_empty()).then(|| Reading { pairs: vec![(name, value)], certain: false });
    }
    let ends = starts.iter().skip(1).map(|(at, _)| at - 1).chain([body.len()]);
    let pairs: Vec<_> =
        starts.iter().zip(ends).filter_map(|((start, _), end)| body.get(*start..end)?.split_once('=')).collect();
    let certain = pairs.len() == 1;
    Some(Reading { pairs, certain })
}

/// How far apart two names that are both kept may be; beyond it a text is
/// hostile.
const REACH: usize = 64;

struct Start<'t> {
    at: usize,
    name: &'t str,
    /// The value in the config begins here, fits, and ends where this start
    /// (or the end of the text) begins.
    fits: Option<usize>,
    /// The name may be set again, later in the text or by a later step.
    again: bool,
    /// The name stands nowhere else in the text.
    only: bool,
}

/// Cuts so that the pairs are those of the config; `None` when no cut agrees
/// with it.
pub(super) fn settle<'t>(body: &'t str, known: Known<'_, '_>, set_later: impl Fn(&str) -> bool) -> Option<Reading<'t>> {
    let starts = starts(body, known, set_later);
    // Cost and next start of the best cut from each start on: a pair that is
    // the config's costs nothing, one set again later a little.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; starts.len() + 1];
    if let Some(end) = best.last_mut() {
        *end = Some((0, 0));
    }
    for (index, start) in starts.iter().enumerate().rev() {
        let cost_from = |next: usize| best.get(next).copied().flatten().map(|(cost, _)| cost);
        let settled = start.fits.and_then(|next| Some((cost_from(next)?, next)));
        let open = (start.again)
            .then(|| {
                (index + 1..=starts.len().min(index + REACH))
                    .filter_map(|next| Some((cost_from(next)? + 1 + 2 * (next - index - 1), next)))
                    .min()
            })
            .flatten();
        let choice = settled.into_iter().chain(open).min();
        if let Some(slot) = best.get_mut(index) {
            *slot = choice;
        }
    }
    let mut chosen = Vec::new();
    let mut index = 0;
    starts.first().filter(|start| start.at == 0)?;
    while index < starts.len() {
        let (_, next) = best.get(index).copied().flatten()?;
        chosen.push((index, next));
        index = next;
    }
    Some(Reading { certain: is_certain(&starts, &chosen, known), pairs: cut(body, &starts, &chosen) })
}

fn starts<'t>(body: &'t str, known: Known<'_, '_>, set_later: impl Fn(&str) -> bool) -> Vec<Start<'t>> {
    let mut at: Vec<(usize, &str)> =
        names(body).into_iter().filter(|(_, name)| known.finals.get(name).is_some()).collect();
    for name in &known.finals.spaced {
        for (position, _) in body.match_indices(name) {
            let begins = position == 0 || body.get(..position).is_some_and(|before| before.ends_with(' '));
            if begins
                && let Some(found) = body.get(position..position + name.len())
                && body.get(position + name.len()..).is_some_and(|after| after.starts_with('='))
            {
                at.push((position, found));
            }
        }
    }
    at.sort_unstable();
    at.dedup();
    let positions: HashMap<usize, usize> = at.iter().enumerate().map(|(index, (at, _))| (*at, index)).collect();
    let first: HashMap<&str, usize> = at.iter().rev().map(|(position, name)| (*name, *position)).collect();
    let last: HashMap<&str, usize> = at.iter().map(|(position, name)| (*name, *position)).collect();
    at.iter()
        .map(|&(position, name)| {
            let fits = known.finals.get(name).and_then(|value| {
                let rest = body.get(position + name.len() + 1..)?.strip_prefix(value)?;
                if rest.is_empty() {
                    return Some(at.len());
                }
                rest.starts_with(' ').then_some(())?;
                positions.get(&(body.len() - rest.len() + 1)).copied()
            });
            let again = set_later(name) || last.get(name).is_some_and(|last| *last > position);
            Start { at: position, name, fits, again, only: first.get(name) == last.get(name) }
        })
        .collect()
}

fn cut<'t>(body: &'t str, starts: &[Start<'t>], chosen: &[(usize, usize)]) -> Vec<(&'t str, &'t str)> {
    chosen
        .iter()
        .filter_map(|(index, next)| {
            let start = starts.get(*index)?;
            let end = starts.get(*next).map_or(body.len(), |next| next.at - 1);
            Some((start.name, body.get(start.at + start.name.len() + 1..end)?))
        })
        .collect()
}

/// Whether the cut is the only one possible. A pair's end is certain when its
/// beginning is and its value is the config's; a pair is certain as a whole
/// when nothing but this step can have put its value into the config.
fn is_certain(starts: &[Start<'_>], chosen: &[(usize, usize)], known: Known<'_, '_>) -> bool {
    let mut begins_surely = true;
    for (index, next) in chosen {
        let Some(start) = starts.get(*index) else { return false };
        let value = known.finals.get(start.name);
        let settled = start.fits == Some(*next) && !start.again;
        let before = known.before.map(|before| before.get(start.name).map(String::as_str));
        let sure = !known.doubtful.contains(start.name);
        let forced = settled && start.only && sure && before.is_some_and(|before| before != value);
        if !begins_surely && !forced {
            return false;
        }
        // A pair set again later, with another name inside its text.
        if !settled && *next != index + 1 {
            return false;
        }
        begins_surely = settled;
    }
    // The last pair ends with the text.
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        body: &str,
        finals: &[(&'static str, &'static str)],
        later: &[&str],
        expected: Option<(&[(&str, &str)], bool)>,
    ) {
        let finals = Finals::new(finals.iter().copied());
        let (before, doubtful) = (HashMap::new(), HashSet::new());
        let got = finals.as_ref().and_then(|finals| {
            settle(body, Known { finals, before: Some(&before), doubtful: &doubtful }, |name| later.contains(&name))
        });
        assert_eq!(got.as_ref().map(|r| (r.pairs.as_slice(), r.certain)), expected, "{body}");
    }

    #[test]
    fn the_config_tells_where_a_value_ends() {
        check("A=1 B=2", &[("A", "1"), ("B", "2")], &[], Some((&[("A", "1"), ("B", "2")], true)));
        check("A=1 B=2", &[("A", "1 B=2")], &[], Some((&[("A", "1 B=2")], true)));
        check("A=1 B=2", &[("A", "1 B=2"), ("B", "x")], &[], Some((&[("A", "1 B=2")], true)));
        check("C=d e F=g h", &[("C", "d e"), ("F", "g h")], &[], Some((&[("C", "d e"), ("F", "g h")], true)));
        // Right, but a name set twice in one instruction is not followed up.
        check("A=1 A=2", &[("A", "2")], &[], Some((&[("A", "1"), ("A", "2")], false)));
        check("a b=1 c=2", &[("a b", "1"), ("c", "2")], &[], Some((&[("a b", "1"), ("c", "2")], true)));
    }

    #[test]
    fn what_is_set_again_settles_nothing() {
        let (a, b) = (("A", "9"), ("B", "2"));
        // B's value can only come from here, so A's ends before it.
        check("A=1 B=2", &[a, b], &["A"], Some((&[("A", "1"), ("B", "2")], true)));
        check("A=1 B=2", &[a, ("B", "8")], &["A", "B"], Some((&[("A", "1"), ("B", "2")], false)));
        check("A=1 B=2", &[a, b], &[], None);
        check("A=1", &[], &[], None);
    }

    #[test]
    fn without_a_config() {
        assert_eq!(guess("A=hello world").unwrap(), Reading { pairs: vec![("A", "hello world")], certain: true });
        assert_eq!(guess("A=1 B=2").unwrap(), Reading { pairs: vec![("A", "1"), ("B", "2")], certain: false });
        assert_eq!(guess("O=-Dx=y -Dz=1").unwrap(), Reading { pairs: vec![("O", "-Dx=y -Dz=1")], certain: true });
        assert_eq!(guess("no pair"), None);
    }
}
