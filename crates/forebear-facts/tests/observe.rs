//! A tag over time: what each look at it writes, and what holds whatever is seen
//! and whatever the clock does.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use forebear_facts::{Observed, TagChange, TagObservation, observe};
use forebear_image::{ManifestDigest, RepositoryName, Timestamp};
use proptest::prelude::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp { seconds, nanos: 0 }
}

fn digest(of: char) -> ManifestDigest {
    ManifestDigest::of(of.to_string().as_bytes())
}

/// What a store keeps of one tag: observations by their first time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tag(BTreeMap<Timestamp, TagObservation>);

impl Tag {
    fn last(&self) -> Option<TagObservation> {
        self.0.values().next_back().cloned()
    }

    /// Looks at it: it leads to a manifest, or is not there.
    fn look(&mut self, seen: Option<char>, now: Timestamp) -> Option<TagChange> {
        let repository = RepositoryName::new(&"docker.io".parse().unwrap(), "library/alpine").unwrap();
        let observed = match seen {
            Some(of) => observe::present((&repository, "3.19"), self.last(), digest(of), now),
            None => observe::absent(self.last()),
        };
        let change = observed.change;
        let is_open = observed.open.is_some();
        for written in observed.into_writes() {
            self.0.insert(written.first_seen, written);
        }
        assert_eq!(self.last().is_some_and(|last| !last.ended), is_open, "{self:?}");
        change
    }

    /// `A 1-3` for what is over, `A 1-` and the last time for what is open.
    fn shown(&self) -> String {
        let name = |observation: &TagObservation| ['A', 'B'].into_iter().find(|of| digest(*of) == observation.digest);
        let shown = |o: &TagObservation| {
            let end = if o.ended { "" } else { "…" };
            format!("{} {}-{}{end}", name(o).unwrap(), o.first_seen.seconds, o.last_seen.seconds)
        };
        self.0.values().map(shown).collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn what_each_look_means() {
    use TagChange::{Gone, Moved, New, Unchanged};

    #[track_caller]
    fn check(looks: &[(Option<char>, i64)], change: Option<TagChange>, expected: &str) {
        let mut tag = Tag::default();
        let (last, before) = looks.split_last().unwrap();
        for (seen, now) in before {
            tag.look(*seen, at(*now));
        }
        assert_eq!(tag.look(last.0, at(last.1)), change);
        assert_eq!(tag.shown(), expected);
    }
    let (a, b, none) = (Some('A'), Some('B'), None);
    check(&[(a, 10)], Some(New), "A 10-10…");
    check(&[(none, 10)], None, "");
    check(&[(a, 10), (a, 20)], Some(Unchanged), "A 10-20…");
    check(&[(a, 10), (b, 20)], Some(Moved), "A 10-10, B 20-20…");
    check(&[(a, 10), (a, 15), (none, 20)], Some(Gone), "A 10-15");
    check(&[(a, 10), (none, 20), (none, 30)], None, "A 10-10");
    // It comes back, as it was or not.
    check(&[(a, 10), (none, 20), (a, 30)], Some(New), "A 10-10, A 30-30…");
    check(&[(a, 10), (none, 20), (b, 30)], Some(New), "A 10-10, B 30-30…");
    // A second look in the same run.
    check(&[(a, 10), (a, 10)], Some(Unchanged), "A 10-10…");
    check(&[(a, 10), (b, 10)], Some(Moved), "B 10-10…");
    check(&[(a, 10), (a, 20), (b, 20)], Some(Moved), "A 10-20, B 20-20…");
    // Gone and back within one: what was gone was something of its own.
    check(&[(a, 10), (none, 10), (a, 10)], Some(New), "A 10-10, A 11-11…");
    check(&[(a, 10), (a, 20), (none, 20), (b, 20)], Some(New), "A 10-20, B 20-20…");
    // The clock was set back.
    check(&[(a, 10), (a, 5)], Some(Unchanged), "A 10-10…");
    check(&[(a, 10), (b, 5)], Some(Moved), "A 10-10, B 11-11…");
    check(&[(a, 10), (none, 5), (a, 5)], Some(New), "A 10-10, A 11-11…");
    check(&[(a, 10), (b, 5), (a, 5)], Some(Moved), "A 10-10, B 11-11, A 12-12…");
}

#[test]
fn a_tag_that_moves_is_written_end_first() {
    let repository = RepositoryName::new(&"docker.io".parse().unwrap(), "library/alpine").unwrap();
    let first = observe::present((&repository, "1"), None, digest('A'), at(10)).open.unwrap();
    let moved = observe::present((&repository, "1"), Some(first.clone()), digest('B'), at(10));
    let Observed { ended, open, .. } = &moved;
    assert_eq!(*ended, Some(TagObservation { ended: true, ..first.clone() }));
    assert_eq!(*open, Some(TagObservation { digest: digest('B'), ..first }));
    assert_eq!(moved.clone().into_writes().collect::<Vec<_>>(), [ended.clone().unwrap(), open.clone().unwrap()]);
}

proptest! {
    #[test]
    fn what_holds_of_every_tag(looks in prop::collection::vec((prop::option::of(prop::sample::select(&['A', 'B'][..])), 0_i64..6), 1..24)) {
        let mut tag = Tag::default();
        for (seen, now) in looks {
            let before = tag.clone();
            let change = tag.look(seen, at(now));
            // A second look changes nothing, and nothing has changed since.
            let once = tag.clone();
            let again = tag.look(seen, at(now));
            prop_assert_eq!(&tag, &once);
            prop_assert_eq!(again, seen.map(|_| TagChange::Unchanged));

            let all: Vec<&TagObservation> = tag.0.values().collect();
            prop_assert!(all.iter().rev().skip(1).all(|before| before.ended), "only the last may be open: {}", tag.shown());
            prop_assert!(all.iter().all(|o| o.first_seen <= o.last_seen), "{}", tag.shown());
            prop_assert!(all.windows(2).all(|two| two[0].last_seen <= two[1].first_seen), "{}", tag.shown());
            prop_assert!(all.windows(2).all(|two| two[0].first_seen < two[1].first_seen), "{}", tag.shown());

            // Times of what was there never go back, and what is over stays as it is.
            for (first_seen, old) in &before.0 {
                let new = &tag.0[first_seen];
                prop_assert!(new.last_seen >= old.last_seen && (new == old || !old.ended), "{} → {}", before.shown(), tag.shown());
            }
            // What comes back begins after what is over.
            if let (Some(over), Some(TagChange::New)) = (before.last(), change) {
                let new = tag.last().unwrap();
                prop_assert!(over.ended && new.first_seen > over.first_seen && new.first_seen >= over.last_seen);
            }
        }
    }
}
