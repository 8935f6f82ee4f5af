//! The same facts in any order, spilled, merged and opened again at any time,
//! make the index that they make in memory.

use proptest::prelude::*;

use crate::facts::{Fact, add, assert_holds, at, open, pool};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A record of the log: this fact of the pool.
    Add(usize),
    /// The log was synced.
    Commit,
    Spill,
    /// The process ends and another begins: what is not in a file is gone, and
    /// added again from the log.
    Reopen,
    Read,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any::<prop::sample::Index>().prop_map(|index| Step::Add(index.index(usize::MAX))),
        6 => Just(Step::Commit),
        3 => Just(Step::Spill),
        1 => Just(Step::Reopen),
        1 => Just(Step::Read),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_way_there_gives_the_same_index(steps in prop::collection::vec(step(), 1..200)) {
        let (pool, folder) = (pool(), tempfile::tempdir().unwrap());
        // So little that commits spill by themselves now and then.
        let spill_at = 6_000;
        let mut cache = open(folder.path(), spill_at);
        let mut log: Vec<&Fact> = Vec::new();
        let mut committed = 0;
        for step in steps {
            match step {
                Step::Add(at) => {
                    let fact = &pool[at % pool.len()];
                    log.push(fact);
                    add(&cache, fact);
                }
                Step::Commit => {
                    committed = log.len();
                    cache.reflects(at(log.len() as u64)).unwrap();
                }
                Step::Spill => {
                    committed = log.len();
                    cache.reflects(at(log.len() as u64)).unwrap();
                    cache.spill().unwrap();
                    prop_assert_eq!(cache.covers(), log.len() as u64);
                }
                Step::Reopen => {
                    drop(cache);
                    cache = open(folder.path(), spill_at);
                    let covered = usize::try_from(cache.covers()).unwrap();
                    prop_assert!(covered <= committed);
                    log[covered..].iter().for_each(|fact| add(&cache, fact));
                }
                Step::Read => assert_holds(&cache, log.iter().copied()),
            }
        }
        assert_holds(&cache, log.iter().copied());
        cache.check().unwrap();
    }
}

#[test]
fn every_kind_of_fact_spilled_one_by_one_in_both_directions() {
    let pool = pool();
    let forwards: Vec<&Fact> = pool.iter().collect();
    let backwards: Vec<&Fact> = pool.iter().rev().collect();
    for facts in [forwards, backwards] {
        let folder = tempfile::tempdir().unwrap();
        let cache = open(folder.path(), 0);
        for (sequence, fact) in (1..).zip(&facts) {
            add(&cache, fact);
            cache.reflects(at(sequence)).unwrap();
            assert_eq!(cache.covers(), sequence);
        }
        // 8 files of a level become one: 7 of each of the first two at most.
        assert!(facts.len() > 64 && cache.file_count() <= 15, "{} files", cache.file_count());
        assert_holds(&cache, facts.iter().copied());
        drop(cache);
        assert_holds(&open(folder.path(), 0), facts.iter().copied());
    }
}

#[test]
fn nothing_at_all_is_an_empty_index() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(&folder.path().join("not there"), 0);
    assert_holds(&cache, []);
    cache.spill().unwrap();
    assert_eq!((cache.covers(), cache.file_count(), cache.size_on_disk()), (0, 0, 0));
    assert!(!folder.path().join("not there").exists());
}

#[test]
fn what_was_recorded_without_a_row_counts_as_covered() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 1 << 20);
    cache.reflects(at(5)).unwrap();
    assert_eq!(cache.covers(), 0, "nothing is on disk");
    cache.spill().unwrap();
    assert_eq!(cache.covers(), 5);
    drop(cache);
    let cache = open(folder.path(), 1 << 20);
    assert_eq!(cache.covers(), 5);
    cache.spill().unwrap();
    assert_eq!(cache.file_count(), 1, "nothing came since");
    assert_holds(&cache, []);
}

#[test]
fn rows_no_record_stands_for_stay_in_memory() {
    let (folder, pool) = (tempfile::tempdir().unwrap(), pool());
    let cache = open(folder.path(), 1 << 20);
    add(&cache, &pool[0]);
    cache.spill().unwrap();
    assert_eq!((cache.covers(), cache.file_count()), (0, 0));
    assert_holds(&cache, &pool[..1]);
    cache.reflects(at(1)).unwrap();
    cache.spill().unwrap();
    assert_eq!(cache.covers(), 1);
    assert_holds(&cache, &pool[..1]);
}
