//! Limits: what is read of them, and what is not sent.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use forebear_image::{ManifestDigest, Platform};
use forebear_registry::{
    ErrorKind, HoldKeeper, KeptHold, LimitKind, ManifestName, Registry, RegistryError, RegistryOptions,
};
use forebear_testkit::server::Quota;
use forebear_testkit::{Fault, Matcher, Options, Server, Times};

use crate::setup::{asked, image, options, registry, repository, world};

const LATEST: ManifestName<'_> = ManifestName::Tag("latest");

fn with_quota(limit: u32, window: u64, retry_after: bool) -> Server {
    let quota = Some(Quota { limit, window: Duration::from_secs(window), retry_after });
    Server::start_with(world(), Options { quota, ..Options::default() })
}

async fn get(registry: &Registry) -> Result<(), RegistryError> {
    registry.get_manifest(&repository("library/alpine"), LATEST).await.map(drop)
}

async fn head(registry: &Registry) -> Result<(), RegistryError> {
    registry.head_manifest(&repository("library/alpine"), LATEST).await.map(drop)
}

#[track_caller]
fn limit_of(error: &RegistryError) -> (LimitKind, u64) {
    match error.kind() {
        ErrorKind::RateLimited { retry_after, chosen, limit } => {
            (*limit, (*retry_after).max(*chosen).unwrap_or_default().as_secs())
        }
        _ => panic!("{error}"),
    }
}

/// A 429 once, and how long after it the next request came.
async fn gap_after(limited: Fault) -> Duration {
    let server = Server::start(world());
    server.fault(Matcher::any(), limited, Times::Once);
    get(&registry(&server)).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    requests[1].arrival - requests[0].arrival
}

#[tokio::test]
async fn r1_a_wait_in_seconds_is_kept() {
    assert!(gap_after(Fault::too_many_requests(Some("1"))).await >= Duration::from_secs(1));
}

#[tokio::test]
async fn r1_120_seconds_are_not_60() {
    let server = Server::start(world());
    server.fault(Matcher::any(), Fault::too_many_requests(Some("120")), Times::Once);
    let error = get(&registry(&server)).await.unwrap_err();
    let (limit, wait) = limit_of(&error);
    assert!((115..=120).contains(&wait) && limit == LimitKind::Requests, "{error}");
}

#[tokio::test]
async fn r2_without_a_time_the_holds_grow_from_request_to_request() {
    let server = Server::start(world());
    server.fault(Matcher::any(), Fault::too_many_requests(None), Times::N(4));
    let (first_backoff, max_hold) = (Duration::from_millis(40), Duration::ZERO);
    let registry = Registry::new(RegistryOptions { first_backoff, max_hold, ..options(&server) }).unwrap();
    for _ in 0..4 {
        assert!(limit_of(&get(&registry).await.unwrap_err()).1 < 60);
        tokio::time::sleep_until(registry.host().held_until().unwrap()).await;
    }
    get(&registry).await.unwrap();
    let at: Vec<Instant> = server.requests().iter().map(|request| request.arrival).collect();
    let gaps: Vec<Duration> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().zip([40, 80, 160, 320]).all(|(gap, least)| *gap >= Duration::from_millis(least)), "{gaps:?}");
}

/// What the client chooses where nothing is told is not the registry's word:
/// whoever keeps that for a later run would ask again in seconds, for ever.
#[tokio::test]
async fn r2_what_was_told_and_what_was_chosen_are_told_apart() {
    async fn check(fault: Fault, told: Option<(u64, u64)>, chosen: Option<(u64, u64)>) {
        let server = Server::start(world());
        server.fault(Matcher::any(), fault, Times::Always);
        let (first_backoff, max_hold) = (Duration::from_secs(30), Duration::ZERO);
        let registry = Registry::new(RegistryOptions { first_backoff, max_hold, ..options(&server) }).unwrap();
        let mut errors = vec![get(&registry).await.unwrap_err()];
        if told.or(chosen) > Some((60, 0)) {
            // That of a request which is not sent.
            errors.push(get(&registry).await.unwrap_err());
        }
        let within = |wait: Option<Duration>, range: Option<(u64, u64)>| match (wait, range) {
            (Some(wait), Some((least, most))) => (least..=most).contains(&wait.as_secs()),
            (wait, range) => wait.is_none() && range.is_none(),
        };
        for error in errors {
            let ErrorKind::RateLimited { retry_after, chosen: own, .. } = error.kind() else { panic!("{error}") };
            assert!(within(*retry_after, told) && within(*own, chosen), "{error}: {:?}", error.kind());
            assert_eq!(error.retry_after(), *retry_after);
        }
    }
    check(Fault::too_many_requests(None), None, Some((15, 45))).await;
    check(Fault::too_many_requests(Some("0")), None, Some((15, 45))).await;
    check(Fault::too_many_requests(Some("120")), Some((110, 120)), None).await;
    let abuse = |headers: &[(&str, &str)]| Fault::Answer {
        status: 429,
        headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        body: "Too Many Requests\n".into(),
    };
    check(abuse(&[]), None, Some((290, 316))).await;
    check(abuse(&[("retry-after", "90")]), Some((80, 90)), None).await;
}

/// A limit says when to come back: its wait is no try that failed, and whatever
/// failed before is not held against it.
#[tokio::test]
async fn p450_short_waits_use_up_no_tries() {
    async fn check(faults: &[(Fault, u32)], requests: usize) {
        let server = Server::start(world());
        for (fault, times) in faults {
            server.fault(Matcher::any(), fault.clone(), Times::N(*times));
        }
        get(&registry(&server)).await.unwrap();
        assert_eq!(server.requests().len(), requests);
    }
    let (bare, one) = (Fault::too_many_requests(None), Fault::too_many_requests(Some("1")));
    check(&[(Fault::server_error(), 3), (one.clone(), 1)], 5).await;
    check(&[(one, 1), (Fault::server_error(), 3)], 5).await;
    check(&[(bare, 5)], 6).await;
}

/// Ten for one request at most, where the others come through: then it fails, and
/// holds nobody.
#[tokio::test]
async fn p451_a_request_that_is_limited_for_ever_fails_alone() {
    let server = Server::start(world());
    server.fault(Matcher::get("/manifests/3.17"), Fault::too_many_requests(None), Times::Always);
    let (first_backoff, concurrency) = (Duration::from_millis(5), 1);
    let registry = Registry::new(RegistryOptions { first_backoff, concurrency, ..options(&server) }).unwrap();
    let repository = repository("library/alpine");
    let limited = registry.get_manifest(&repository, ManifestName::Tag("3.17"));
    let others = async {
        // Until it is given up, so that no pause grows.
        loop {
            head(&registry).await.unwrap();
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let error = tokio::select! {
        limited = limited => limited.unwrap_err(),
        () = others => unreachable!(),
    };
    assert_eq!((error.kind(), error.tries()), (&ErrorKind::StillLimited { waits: 10 }, 10));
    let sentence = "the registry's limit is met again each time it was waited for \
                    (429 TOOMANYREQUESTS: scripted fault) after 10 tries";
    assert!(error.to_string().contains(sentence), "{error}");
    get(&registry).await.unwrap();
}

/// By the server's own clock, which is thirty years behind.
#[tokio::test]
async fn r3_dates_and_unix_times_are_kept() {
    let date = |fault: Fault| fault.with_header("date", "Fri, 01 Jan 2021 00:00:00 GMT");
    let retry_after = date(Fault::too_many_requests(Some("Fri, 01 Jan 2021 00:00:01 GMT")));
    assert!(gap_after(retry_after).await >= Duration::from_secs(1));
    let old_hub = date(Fault::too_many_requests(None)).with_header("x-retry-after", "1609459201");
    assert!(gap_after(old_hub).await >= Duration::from_secs(1));
}

#[tokio::test]
async fn r4_the_reserve_is_kept_whatever_is_under_way() {
    let server = with_quota(10, 3600, false);
    let registry = Registry::new(RegistryOptions { quota_reserve: 3, ..options(&server) }).unwrap();
    // The first is a HEAD, as the crawler's is, and tells the quota.
    head(&registry).await.unwrap();
    let all = futures_util::future::join_all((0..40).map(|_| get(&registry))).await;
    assert_eq!(all.iter().filter(|got| got.is_ok()).count(), 7);
    for error in all.into_iter().filter_map(Result::err) {
        let (limit, wait) = limit_of(&error);
        assert_eq!(limit, LimitKind::Reserve);
        assert!((3500..=3600).contains(&wait), "{error}");
        assert_eq!(error.tries(), 0);
        assert!(error.to_string().contains("no more pulls are left than the reserve; there are more in 3"), "{error}");
    }
    // 7 pulls, and what costs none goes on.
    assert_eq!(asked(&server, "/manifests/").len(), 8);
    head(&registry).await.unwrap();
    registry.tags_page(&repository("library/alpine"), None, 0).await.unwrap();
    let quota = registry.host().quota().unwrap();
    assert_eq!((quota.limit, quota.remaining, quota.window), (Some(10), 3, Some(Duration::from_secs(3600))));
}

/// A run that goes on begins with pulls: no HEAD has told the quota.
#[tokio::test]
async fn r4_the_reserve_is_kept_from_the_first_pull_on() {
    // Also where the first is redirected: that tells nothing yet.
    for redirects in [0, 3] {
        // This server counts what it redirects.
        let server = with_quota(5 + redirects, 3600, false);
        server.options(|options| options.delay = Duration::from_millis(50));
        let redirect = Fault::Redirect { status: 307, to: "{path}".to_owned() };
        server.fault(Matcher::any(), redirect, Times::N(redirects));
        let registry = Registry::new(RegistryOptions { quota_reserve: 3, ..options(&server) }).unwrap();
        let all = futures_util::future::join_all((0..40).map(|_| get(&registry))).await;
        assert_eq!(all.iter().filter(|got| got.is_ok()).count(), 2);
        assert_eq!(server.requests().len(), 2 + redirects as usize);
    }
}

#[tokio::test]
async fn r4_without_a_reserve_the_last_pull_is_used_and_no_429_is_met() {
    let server = with_quota(3, 3600, false);
    let registry = registry(&server);
    head(&registry).await.unwrap();
    let all = futures_util::future::join_all((0..10).map(|_| get(&registry))).await;
    assert_eq!(all.iter().filter(|got| got.is_ok()).count(), 3);
    assert_eq!(registry.host().statistics().limited, 0);
}

/// A window that ends soon is waited for.
#[tokio::test]
async fn r4_the_next_window_goes_on() {
    let server = with_quota(2, 1, false);
    let registry = registry(&server);
    for _ in 0..5 {
        get(&registry).await.unwrap();
    }
    assert_eq!(registry.host().statistics().limited, 0);
}

#[tokio::test]
async fn r5_without_headers_nothing_is_assumed() {
    let server = Server::start(world());
    let registry = Registry::new(RegistryOptions { quota_reserve: 1000, ..options(&server) }).unwrap();
    for _ in 0..20 {
        get(&registry).await.unwrap();
    }
    assert_eq!(registry.host().quota(), None);
}

#[tokio::test]
async fn r6_two_kinds_of_429() {
    async fn check(server: Server, expected: LimitKind, least: u64, most: u64) {
        let registry = registry(&server);
        let error = get(&registry).await.unwrap_err();
        let (limit, wait) = limit_of(&error);
        assert_eq!(limit, expected, "{error}");
        assert!((least..=most).contains(&wait), "{error}");
        // R8: and nothing is sent from then on, of no kind.
        let sent = server.requests().len();
        let again = limit_of(&head(&registry).await.unwrap_err()).0;
        let listed = registry.catalog_page(None, 0).await.unwrap_err();
        assert_eq!((again, limit_of(&listed).0, server.requests().len()), (expected, expected, sent));
        assert!(registry.host().held_until().is_some());
    }
    // Docker Hub's pull limit: to the window's end at the latest.
    check(with_quota(0, 21_600, false), LimitKind::PullQuota, 21_590, 21_601).await;
    check(with_quota(0, 21_600, true), LimitKind::PullQuota, 21_590, 21_600).await;
    let abuse = Fault::Answer {
        status: 429,
        headers: vec![("content-type".into(), "text/plain".into())],
        body: "Too Many Requests\n".into(),
    };
    let server = Server::start(world());
    server.fault(Matcher::any(), abuse, Times::Always);
    check(server, LimitKind::Abuse, 290, 301).await;
}

#[derive(Debug, Default)]
struct Memory(Mutex<Option<KeptHold>>);

impl HoldKeeper for Memory {
    fn load(&self) -> Option<KeptHold> {
        self.0.lock().unwrap().clone()
    }

    fn keep(&self, hold: &KeptHold) {
        *self.0.lock().unwrap() = Some(hold.clone());
    }
}

/// What a registry asked for is kept with its own sentence, and obeyed by the
/// next process; what the client chose is not kept.
#[tokio::test]
async fn r1_a_hold_outlives_the_process() {
    async fn check(fault: Fault, expected: Option<u64>) {
        let server = Server::start(world());
        server.fault(Matcher::any(), fault, Times::Always);
        let memory = Arc::new(Memory::default());
        let first = registry(&server);
        first.host().keep_holds(Arc::clone(&memory) as _);
        let error = head(&first).await.unwrap_err();
        let kept = memory.load();
        let seconds = kept.as_ref().map(|hold| (hold.until.seconds - hold.since.seconds).unsigned_abs());
        assert!(seconds == expected || seconds == expected.map(|seconds| seconds + 1), "{kept:?}");
        assert_eq!(kept.map(|hold| hold.reason), expected.map(|_| error.to_string()));
        let sent = server.requests().len();
        let next = registry(&server);
        next.host().keep_holds(memory);
        let pinged = next.ping().await;
        assert_eq!(server.requests().len() == sent, expected.is_some(), "not even a ping: {pinged:?}");
    }
    check(Fault::too_many_requests(Some("120")), Some(120)).await;
    check(
        Fault::Answer { status: 503, headers: vec![("retry-after".into(), "3600".into())], body: Vec::new().into() },
        Some(3600),
    )
    .await;
    check(Fault::too_many_requests(None), None).await;
}

/// A window longer than a clock can count is a hold nevertheless.
#[tokio::test]
async fn r6_a_window_without_end_holds_too() {
    let server = Server::start(world());
    let fault = Fault::too_many_requests(None).with_header("ratelimit-remaining", "0;w=99999999999999999999");
    server.fault(Matcher::any(), fault, Times::Always);
    let registry = registry(&server);
    for _ in 0..6 {
        let (limit, wait) = limit_of(&head(&registry).await.unwrap_err());
        assert!(limit == LimitKind::PullQuota && wait > 9 * 365 * 86_400, "{limit:?} {wait}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn r7_a_429_on_head_is_a_limit_and_never_a_reason_to_get() {
    let server = with_quota(0, 21_600, false);
    let error = head(&registry(&server)).await.unwrap_err();
    assert_eq!(limit_of(&error).0, LimitKind::PullQuota);
    let methods: Vec<String> = server.requests().into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["HEAD"]);
}

#[tokio::test]
async fn r8_nothing_is_sent_during_a_hold() {
    let server = Server::start(world());
    server.fault(Matcher::any(), Fault::too_many_requests(Some("1")), Times::Once);
    let registry = Registry::new(RegistryOptions { concurrency: 4, ..options(&server) }).unwrap();
    let all = futures_util::future::join_all((0..40).map(|_| head(&registry))).await;
    assert!(all.iter().all(Result::is_ok));
    let requests = server.requests();
    // At most the four that were under way together came before the hold.
    let limited = requests.iter().position(|request| request.status == Some(429)).unwrap();
    let hold = requests[limited].finished.unwrap();
    let during = requests.iter().filter(|r| r.arrival > hold && r.arrival < hold + Duration::from_millis(950));
    // Those the client had sent before it could read the 429.
    assert!(during.count() <= 3);
    assert_eq!(registry.host().statistics().holds, 1);
}

/// Redirects to the registry itself are requests like any: they keep its pace,
/// and are counted.
#[tokio::test]
async fn r21_redirects_keep_the_pace() {
    let server = Server::start(world());
    let redirect = Fault::Redirect { status: 307, to: "{path}".to_owned() };
    server.fault(Matcher::get("/manifests/latest"), redirect, Times::N(4));
    let registry = Registry::new(RegistryOptions { rate: Some("5/s".parse().unwrap()), ..options(&server) }).unwrap();
    get(&registry).await.unwrap();
    let at: Vec<Instant> = server.requests().iter().map(|request| request.arrival).collect();
    assert_eq!(at.len(), 5);
    // Four gaps of 200 ms, less what the first may have come late.
    assert!(at[4] - at[0] >= Duration::from_millis(500), "{:?}", at[4] - at[0]);
    let counted = registry.host().statistics();
    assert_eq!((counted.requests(), counted.redirects), (5, 4));
}

#[tokio::test]
async fn r8_a_redirect_is_not_followed_during_a_hold() {
    let server = Server::start(world());
    server.options(|options| options.delay = Duration::from_secs(1));
    let redirect = Fault::Redirect { status: 307, to: "{path}".to_owned() };
    server.fault(Matcher::get("/manifests/latest"), redirect, Times::Once);
    let registry = registry(&server);
    let hold = async {
        while server.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        registry.host().hold_until(tokio::time::Instant::now() + Duration::from_secs(120));
    };
    let (got, ()) = futures_util::future::join(get(&registry), hold).await;
    let (limit, wait) = limit_of(&got.unwrap_err());
    assert!(limit == LimitKind::Requests && wait > 60, "{wait}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn r23_an_index_and_its_children_are_a_pull_each() {
    let mut world = world();
    let (one, two) = (image("amd64"), image("arm64"));
    let platform = |text: &str| text.parse::<Platform>().unwrap();
    let index = world.push_index("acme/multi:1", &[(&one, platform("linux/amd64")), (&two, platform("linux/arm64"))]);
    let quota = Some(Quota { limit: 4, window: Duration::from_secs(3600), retry_after: false });
    let server = Server::start_with(world, Options { quota, ..Options::default() });
    let registry = Registry::new(RegistryOptions { quota_reserve: 1, ..options(&server) }).unwrap();
    let repository = repository("acme/multi");
    let fetch = async |digest: ManifestDigest| registry.get_manifest(&repository, digest.into()).await;
    for (digest, left) in [(index, 3), (one.manifest_digest, 2), (two.manifest_digest, 1)] {
        fetch(digest).await.unwrap();
        assert_eq!(registry.host().quota().unwrap().remaining, left);
    }
    assert_eq!(limit_of(&fetch(index).await.unwrap_err()).0, LimitKind::Reserve);
    registry.get_config(&repository, one.config_digest, 1 << 20).await.unwrap();
}

#[tokio::test]
async fn quota_headers_that_lie_stop_the_crawl_and_nothing_else() {
    async fn check(headers: &[(&str, &str)], pulls: usize) {
        let server = Server::start(world());
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        server.options(|options| options.headers = headers);
        let registry = registry(&server);
        let mut passed = 0;
        for _ in 0..5 {
            match get(&registry).await {
                Ok(()) => passed += 1,
                Err(error) => assert_eq!(limit_of(&error).0, LimitKind::Reserve),
            }
        }
        assert_eq!(passed, pulls);
    }
    // Never fewer: no more is sent than without it, and no less.
    check(&[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "5000;w=21600")], 5).await;
    check(&[("ratelimit-remaining", "-5;w=21600")], 1).await;
    check(&[("ratelimit-remaining", "0")], 1).await;
    check(&[("ratelimit-remaining", "banana")], 5).await;
    check(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999999999999")], 1).await;
}
