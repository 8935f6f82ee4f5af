use super::*;
use RequestKind::{ManifestGet, ManifestHead, Tags};

fn quota(remaining: u64, window: Option<u64>) -> Quota {
    Quota { limit: Some(100), remaining, window: window.map(Duration::from_secs), resets_in: None, told_at: 0 }
}

#[track_caller]
fn go(ledger: &Arc<Ledger>, kind: RequestKind) -> Entry {
    match ledger.admit(kind) {
        Verdict::Go(entry) => entry,
        other => panic!("{kind:?}: {other:?}"),
    }
}

/// Sends one and tells what is left after it.
#[track_caller]
fn answer(ledger: &Arc<Ledger>, kind: RequestKind, remaining: u64) {
    go(ledger, kind).answered(Some(quota(remaining, Some(60))), true);
}

fn closed(ledger: &Arc<Ledger>, kind: RequestKind) -> bool {
    matches!(ledger.admit(kind), Verdict::Closed { .. })
}

#[tokio::test(start_paused = true)]
async fn r4_pulls_end_at_the_reserve_and_begin_with_the_next_window() {
    let ledger = Ledger::new(2);
    answer(&ledger, ManifestHead, 3);
    answer(&ledger, ManifestGet, 2);
    let Verdict::Closed { until, told: true } = ledger.admit(ManifestGet) else { panic!("open") };
    assert_eq!(until, Instant::now() + Duration::from_secs(60));
    // What costs nothing goes on.
    answer(&ledger, ManifestHead, 2);
    answer(&ledger, Tags, 2);
    assert!(closed(&ledger, ManifestGet));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(ledger.quota(), None);
    answer(&ledger, ManifestGet, 99);
    assert_eq!(ledger.quota().unwrap().remaining, 99);
}

#[tokio::test(start_paused = true)]
async fn r5_without_headers_there_is_no_quota() {
    let ledger = Ledger::new(10);
    for _ in 0..1000 {
        go(&ledger, ManifestGet).answered(None, true);
    }
    assert_eq!(ledger.quota(), None);
}

#[tokio::test(start_paused = true)]
async fn r4_until_it_is_told_what_is_left_pulls_go_one_at_a_time() {
    let later = |ledger: &Arc<Ledger>| matches!(ledger.admit(ManifestGet), Verdict::Later);
    let ledger = Ledger::new(2);
    let mut first = go(&ledger, ManifestGet);
    assert!(later(&ledger));
    drop(go(&ledger, ManifestHead));
    // One that came to nothing, and an error without headers, tell nothing.
    first.answered(None, false);
    drop(go(&ledger, ManifestGet));
    let mut second = go(&ledger, ManifestGet);
    assert!(later(&ledger));
    second.answered(Some(quota(4, Some(60))), true);
    let both = (go(&ledger, ManifestGet), go(&ledger, ManifestGet));
    assert!(later(&ledger));
    drop(both);
    // The next window is as unknown as the first.
    tokio::time::advance(Duration::from_secs(60)).await;
    let mut third = go(&ledger, ManifestGet);
    assert!(later(&ledger));
    // A registry that tells no quota has none to be kept.
    third.answered(None, true);
    let both = (go(&ledger, ManifestGet), go(&ledger, ManifestGet));
    drop(both);
    // Without a reserve there is nothing to keep.
    let ledger = Ledger::new(0);
    let both = (go(&ledger, ManifestGet), go(&ledger, ManifestGet));
    drop(both);
}

#[tokio::test(start_paused = true)]
async fn r4_those_under_way_are_counted() {
    let ledger = Ledger::new(1);
    answer(&ledger, ManifestHead, 3);
    let first = go(&ledger, ManifestGet);
    let mut second = go(&ledger, ManifestGet);
    assert!(matches!(ledger.admit(ManifestGet), Verdict::Later));
    second.answered(Some(quota(2, Some(60))), true);
    // Two left, one of them spoken for.
    assert!(matches!(ledger.admit(ManifestGet), Verdict::Later));
    // It came to nothing.
    drop(first);
    drop(go(&ledger, ManifestGet));
}

#[tokio::test(start_paused = true)]
async fn r23_costs_are_read_from_the_steps() {
    // HEADs that cost, GETs that cost five.
    let ledger = Ledger::new(10);
    for remaining in [100, 98, 96] {
        answer(&ledger, ManifestHead, remaining);
    }
    answer(&ledger, ManifestGet, 91);
    answer(&ledger, ManifestGet, 86);
    {
        let state = ledger.state();
        assert_eq!((state.cost(ManifestHead), state.cost(ManifestGet), state.cost(Tags)), (2, 5, 0));
    }
    answer(&ledger, ManifestGet, 14);
    assert!(closed(&ledger, ManifestGet));
    answer(&ledger, ManifestHead, 12);
    answer(&ledger, ManifestHead, 10);
    assert!(closed(&ledger, ManifestHead));
}

#[tokio::test(start_paused = true)]
async fn steps_that_others_made_or_that_are_mixed_teach_nothing() {
    let ledger = Ledger::new(0);
    answer(&ledger, ManifestHead, 100);
    // Two kinds under way at once.
    let mut get = go(&ledger, ManifestGet);
    let mut head = go(&ledger, ManifestHead);
    head.answered(Some(quota(90, Some(60))), true);
    assert_eq!(ledger.state().cost(ManifestHead), 0);
    get.answered(Some(quota(89, Some(60))), true);
    assert_eq!(ledger.state().cost(ManifestGet), 1);
    // Somebody else's pull now and then.
    let ledger = Ledger::new(0);
    for at in 0..100 {
        answer(&ledger, ManifestHead, 100 - at / 10);
    }
    assert_eq!(ledger.state().cost(ManifestHead), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pull_is_never_free() {
    let ledger = Ledger::new(5);
    for _ in 0..10 {
        answer(&ledger, ManifestGet, 100);
    }
    assert_eq!(ledger.state().cost(ManifestGet), 1);
    answer(&ledger, ManifestGet, 5);
    assert!(closed(&ledger, ManifestGet));
}

#[tokio::test(start_paused = true)]
async fn a_rise_is_believed_unless_it_is_older_news() {
    let ledger = Ledger::new(0);
    let mut old = go(&ledger, ManifestGet);
    tokio::time::advance(Duration::from_secs(1)).await;
    answer(&ledger, ManifestGet, 0);
    tokio::time::advance(Duration::from_secs(1)).await;
    old.answered(Some(quota(1, Some(60))), true);
    assert!(closed(&ledger, ManifestGet));
    answer(&ledger, ManifestHead, 100);
    drop(go(&ledger, ManifestGet));
    // Of a quota without an end the wait is unknown, but not for ever.
    let ledger = Ledger::new(0);
    go(&ledger, ManifestHead).answered(Some(quota(0, None)), true);
    assert!(
        matches!(ledger.admit(ManifestGet), Verdict::Closed { until, told: false } if until == Instant::now() + UNTOLD)
    );
    tokio::time::advance(UNTOLD).await;
    drop(go(&ledger, ManifestGet));
}
