//! Runs and holds.

use forebear_store::{AbsentTag, Batch, Hold, WalkedRepository};

use super::made::{ANN, NOW, at, begin, claim, commit, observed, repository, tags};
use super::place::Place;
use crate::sure::Sure as _;

pub(super) fn a_run_that_ended_has_nothing_left(place: &dyn Place) {
    let alpine = repository("docker.io/library/alpine");
    let run = {
        let store = place.open();
        let run = begin(&*store, tags(3));
        let walked = vec![WalkedRepository { name: alpine.clone(), tags: 3 }];
        let absent = vec![AbsentTag { repository: alpine.clone(), tag: "1.0".to_owned() }];
        commit(&*store, Batch { walked, absent, ..Batch::of(run.id) });
        assert_eq!(claim(&*store, &run, ANN, NOW, 1).len(), 1);
        store.end(&run).sure("ending a run");
        store.sync().sure("syncing");
        run
    };
    let store = place.open();
    let is_over: Vec<bool> = store.runs().sure("reading").iter().map(|run| run.finished).collect();
    assert_eq!(is_over, [true]);
    assert_eq!(store.pending_count(run.id).sure("counting"), 0);
    assert_eq!(claim(&*store, &run, ANN, at(NOW.seconds + 1_000), 9), []);
    assert_eq!(store.walked(run.id, &alpine).sure("reading"), None);
    assert_eq!(store.absent(run.id, None, 9).sure("reading"), []);
    assert!(!store.has_first_tasks(run.id).sure("reading"));
}

pub(super) fn holds_are_kept_at_once(place: &dyn Place) {
    let hold = |registry: &str, until: i64| Hold {
        registry: registry.to_owned(),
        since: at(100),
        until: at(until),
        reason: "slow down".to_owned(),
    };
    {
        let store = place.open();
        assert_eq!(store.hold("https://one").sure("reading"), None);
        store.keep(vec![hold("https://one", 200), hold("https://two", 300)]).sure("keeping");
        store.keep(vec![hold("https://one", 900)]).sure("keeping");
    }
    let store = place.open();
    assert_eq!(store.hold("https://one").sure("reading"), Some(hold("https://one", 900)));
    assert_eq!(store.hold("https://two").sure("reading"), Some(hold("https://two", 300)));
    assert_eq!(store.hold("https://on").sure("reading"), None);
}

pub(super) fn a_checkpoint_changes_no_answer(place: &dyn Place) {
    let alpine = repository("docker.io/library/alpine");
    let last = {
        let store = place.open();
        let run = begin(&*store, tags(1));
        let first = observed("docker.io/library/alpine", "3", (100, 100), "three");
        commit(&*store, Batch { observations: vec![first], ..Batch::of(run.id) });
        store.checkpoint().sure("a checkpoint");
        let again = observed("docker.io/library/alpine", "3", (100, 200), "three");
        commit(&*store, Batch { observations: vec![again.clone()], ..Batch::of(run.id) });
        store.checkpoint().sure("a checkpoint");
        store.checkpoint().sure("a checkpoint");
        assert_eq!(store.pending_count(run.id).sure("counting"), 1);
        again
    };
    let store = place.open();
    assert_eq!(store.last_observation(&alpine, "3").sure("reading"), Some(last));
}
