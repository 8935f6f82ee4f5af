//! The frontier, for several workers.

use std::sync::Arc;

use forebear_store::{Batch, Store, WorkerId};

use super::made::{ANN, BEN, NOW, at, begin, claim, commit, sorted, tags, wish};
use crate::sure::Sure as _;

pub(super) fn two_share_what_there_is(store: &dyn Store) {
    let run = begin(store, tags(5));
    let (ann, ben) = (claim(store, &run, ANN, NOW, 3), claim(store, &run, BEN, NOW, 3));
    assert_eq!((ann.len(), ben.len()), (3, 2));
    assert_eq!(sorted([ann, ben].concat()), sorted(tags(5)));
    assert_eq!(claim(store, &run, ANN, NOW, 3), []);
}

pub(super) fn a_lease_ends_is_renewed_and_is_given_back(store: &dyn Store) {
    let run = begin(store, tags(2));
    let later = |seconds: i64| at(NOW.seconds + seconds);
    assert_eq!(claim(store, &run, ANN, NOW, 9).len(), 2);
    assert_eq!(claim(store, &run, BEN, later(59), 9), []);
    store.renew(run.id, ANN, later(120)).sure("renewing");
    assert_eq!(claim(store, &run, BEN, later(119), 9), []);
    // It is over, and the tasks are another's.
    assert_eq!(claim(store, &run, BEN, later(120), 1).len(), 1);
    assert_eq!(claim(store, &run, ANN, later(120), 9), [], "one is still ANN's, one is BEN's");
    store.release(run.id, BEN).sure("giving back");
    assert_eq!(claim(store, &run, ANN, later(121), 9).len(), 1);
    store.release(run.id, ANN).sure("giving back");
    assert_eq!(claim(store, &run, BEN, later(121), 9).len(), 2, "at once");
}

pub(super) fn tasks_that_come_with_a_claim_are_the_worker_s(store: &dyn Store) {
    let run = begin(store, Vec::new());
    // A worker has a lease from its first claim on, whatever that gave.
    assert_eq!(claim(store, &run, ANN, NOW, 1), []);
    let mut all = tags(3);
    let free = all.split_off(2);
    let batch = Batch { worker: Some(ANN), claimed: all.clone(), tasks: free.clone(), ..Batch::of(run.id) };
    commit(store, batch);
    assert_eq!(store.pending_count(run.id).sure("counting"), 3);
    assert_eq!(claim(store, &run, BEN, NOW, 9), free);
    assert_eq!(sorted(claim(store, &run, BEN, at(NOW.seconds + 60), 9)), sorted(all), "as any other claim");
}

pub(super) fn a_late_commit_counts(store: &dyn Store) {
    let run = begin(store, tags(1));
    let ann = claim(store, &run, ANN, NOW, 1);
    let ben = claim(store, &run, BEN, at(NOW.seconds + 60), 1);
    assert_eq!(ann, ben);
    commit(store, Batch { done: ann, ..Batch::of(run.id) });
    assert_eq!(store.pending_count(run.id).sure("counting"), 0);
    commit(store, Batch { done: ben, ..Batch::of(run.id) });
    assert_eq!(store.pending_count(run.id).sure("counting"), 0);
}

pub(super) fn many_at_once_do_each_task_once(store: Arc<dyn Store>) {
    const WORKERS: u64 = 4;
    const TASKS: usize = 400;
    let run = begin(&*store, tags(TASKS));
    let work = |worker: WorkerId| {
        let (store, run) = (Arc::clone(&store), run.clone());
        std::thread::spawn(move || {
            let mut all = Vec::new();
            loop {
                let some = store.claim(&wish(&run, worker, NOW, 7)).sure("claiming");
                if some.is_empty() {
                    return all;
                }
                commit(&*store, Batch { done: some.clone(), worker: Some(worker), ..Batch::of(run.id) });
                all.extend(some);
            }
        })
    };
    let threads: Vec<_> = (10..10 + WORKERS).map(|number| work(WorkerId(number))).collect();
    let done: Vec<_> = threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect();
    assert_eq!(sorted(done), sorted(tags(TASKS)));
    assert_eq!(store.pending_count(run.id).sure("counting"), 0);
}
