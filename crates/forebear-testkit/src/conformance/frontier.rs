//! The frontier, for one worker.

use forebear_store::{AbsentTag, Batch, Claim, Stage, Store, Task, Walked, WalkedRepository};

use super::made::{ANN, BEN, NOW, at, begin, claim, commit, repository, sorted, tags};
use super::place::Place;
use crate::sure::Sure as _;

fn pending(store: &dyn Store, run: u64) -> u64 {
    store.pending_count(run).sure("counting")
}

pub(super) fn runs_have_numbers_of_their_own(place: &dyn Place) {
    {
        let store = place.open();
        let (first, second) = (begin(&*store, tags(2)), begin(&*store, tags(1)));
        assert_ne!(first.id, second.id);
        assert_eq!((pending(&*store, first.id), pending(&*store, second.id)), (2, 1));
        store.end(&second).sure("ending a run");
        store.sync().sure("syncing");
    }
    let store = place.open();
    let third = begin(&*store, Vec::new());
    let runs = store.runs().sure("reading");
    let finished: Vec<bool> = runs.iter().map(|run| run.finished).collect();
    assert_eq!(finished, [false, true, false], "oldest first");
    assert!(runs.iter().filter(|run| run.id == third.id).count() == 1, "a number is given once");
}

pub(super) fn a_claim_gives_each_task_once(store: &dyn Store) {
    let check = |count: usize, page: usize, expected: &[usize]| {
        let run = begin(store, tags(count));
        let (mut sizes, mut found) = (Vec::new(), Vec::new());
        loop {
            let some = claim(store, &run, ANN, NOW, page);
            sizes.push(some.len());
            let is_last = some.len() < page;
            found.extend(some);
            if is_last {
                break;
            }
        }
        assert_eq!(sizes, expected, "{count} by {page}");
        assert_eq!(sorted(found), sorted(tags(count)));
        assert_eq!(pending(store, run.id), count as u64, "they are pending until they are done");
        // Who only looks sees them, page by page.
        let look = |after: Option<&Task>, limit| store.pending(run.id, Stage::Tag, after, limit).sure("reading");
        let (all, first) = (look(None, 9), look(None, 2));
        let rest = look(first.last(), 9);
        assert_eq!(sorted(all.clone()), sorted(tags(count)));
        assert_eq!([first, if count == 0 { Vec::new() } else { rest }].concat(), all);
    };
    check(0, 3, &[0]);
    check(2, 3, &[2]);
    check(3, 3, &[3, 0]);
    check(7, 3, &[3, 3, 1]);
}

pub(super) fn a_run_and_a_stage_are_their_own(store: &dyn Store) {
    let catalog = Task::Catalog { cursor: None };
    let run = begin(store, [tags(2), vec![catalog.clone()]].concat());
    let other = begin(store, tags(3));
    assert_eq!(claim(store, &run, ANN, NOW, 9).len(), 2);
    assert_eq!(claim(store, &other, ANN, NOW, 9).len(), 3);
    let lists =
        Claim { run: run.id, stage: Stage::Catalog, worker: ANN, now: NOW, until: at(NOW.seconds + 60), limit: 9 };
    assert_eq!(store.claim(&lists).sure("claiming"), [catalog]);
    commit(store, Batch { done: tags(2), ..Batch::of(run.id) });
    assert_eq!((pending(store, run.id), pending(store, other.id)), (1, 3));
}

pub(super) fn adding_a_task_twice_changes_nothing(store: &dyn Store) {
    let run = begin(store, tags(2));
    assert_eq!(claim(store, &run, ANN, NOW, 9).len(), 2);
    commit(store, Batch { tasks: tags(3), ..Batch::of(run.id) });
    assert_eq!(pending(store, run.id), 3);
    assert_eq!(claim(store, &run, BEN, NOW, 9), tags(3).split_off(2), "what is claimed stays so");
}

pub(super) fn what_is_done_is_given_to_nobody(store: &dyn Store) {
    let run = begin(store, tags(3));
    let first = claim(store, &run, ANN, NOW, 1);
    commit(store, Batch { done: first.clone(), ..Batch::of(run.id) });
    assert_eq!(pending(store, run.id), 2);
    let long_after = at(NOW.seconds + 1_000);
    let rest = claim(store, &run, BEN, long_after, 9);
    assert_eq!(sorted([first, rest].concat()), sorted(tags(3)));
    // It may be added again.
    commit(store, Batch { tasks: tags(3), done: Vec::new(), ..Batch::of(run.id) });
    assert_eq!(pending(store, run.id), 3);
}

pub(super) fn a_frontier_that_was_lost_is_begun_again(store: &dyn Store) {
    let run = begin(store, tags(1));
    assert!(store.has_first_tasks(run.id).sure("reading"));
    commit(store, Batch { done: tags(1), ..Batch::of(run.id) });
    assert!(store.has_first_tasks(run.id).sure("reading"), "done or not");
    assert!(!store.has_first_tasks(run.id + 1).sure("reading"));
    store.begin_again(run.id, tags(2)).sure("beginning again");
    assert_eq!(pending(store, run.id), 2);
}

pub(super) fn what_a_run_notes_comes_back(store: &dyn Store) {
    let run = begin(store, Vec::new());
    let alpine = repository("docker.io/library/alpine");
    let [a, b, c] = ["a", "b", "c"].map(|tag| AbsentTag { repository: alpine.clone(), tag: tag.to_owned() });
    let walked = WalkedRepository { name: alpine.clone(), tags: 7 };
    let batch = Batch { walked: vec![walked], absent: vec![a.clone(), b.clone(), c.clone()], ..Batch::of(run.id) };
    commit(store, batch);
    assert_eq!(store.walked(run.id, &alpine).sure("reading"), Some(Walked { tags: Some(7) }));
    assert_eq!(store.walked(run.id + 1, &alpine).sure("reading"), None);
    assert_eq!(store.absent(run.id, None, 2).sure("reading"), [a.clone(), b.clone()]);
    assert_eq!(store.absent(run.id, Some(&b), 2).sure("reading"), [c]);
}

pub(super) fn receipts_are_honoured_by_a_sync(store: &dyn Store) {
    let run = begin(store, tags(2));
    let first = store.commit(Batch { done: tags(1), ..Batch::of(run.id) }).sure("committing");
    store.sync().sure("syncing");
    let second = store.commit(Batch { done: tags(2), ..Batch::of(run.id) }).sure("committing");
    assert!(first.is_honoured());
    store.sync().sure("syncing");
    assert!(first.is_honoured() && second.is_honoured());
}

pub(super) fn pending_tasks_outlive_the_process(place: &dyn Place) {
    let run = {
        let store = place.open();
        let run = begin(&*store, tags(3));
        let claimed = claim(&*store, &run, ANN, NOW, 2);
        let done = claimed.into_iter().take(1).collect();
        commit(&*store, Batch { done, ..Batch::of(run.id) });
        store.sync().sure("syncing");
        run
    };
    let store = place.open();
    // Whether the store remembers the lease or not, it is over by then.
    assert_eq!(claim(&*store, &run, BEN, at(NOW.seconds + 1_000), 9).len(), 2);
}
