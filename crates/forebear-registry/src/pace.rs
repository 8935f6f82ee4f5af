//! A pace as it is kept: when the next request may leave.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock, ReasonablyRealtime};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::rate::Rate;

/// What a request takes of the limiter, which counts in halves: how much of a slot a
/// late one may make up for is less than a whole one.
const REQUEST: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);
/// A request and half a slot: a timer that fires late by that much loses nothing.
const HALF_A_SLOT: NonZeroU32 = REQUEST.saturating_add(1);
/// A request and a whole slot, where half of one is too short for a timer.
const A_SLOT: NonZeroU32 = HALF_A_SLOT.saturating_add(1);
/// Slots shorter than this are made up for whole.
const SHORT: Duration = Duration::from_millis(10);

/// The pace towards one host: at most `rate + 1` requests leave in any second, however late
/// timers fire.
///
/// Between a request and the n-th after it lie `n - 1/2` slots at least, each a hundredth
/// longer than asked for. So `rate + 2` never leave within a second, and at paces of up to
/// 100/s never arrive within one, while none is on its way for more than half a slot longer
/// than another.
#[derive(Debug)]
pub(crate) struct Pace<C: Clock = DefaultClock> {
    limiter: RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
}

impl Pace {
    /// `None` where there is no limit.
    pub(crate) fn of(rate: Rate) -> Option<Self> {
        Self::by(rate, DefaultClock::default())
    }
}

impl<C: Clock> Pace<C> {
    fn by(rate: Rate, clock: C) -> Option<Self> {
        let Rate::Limited { requests, period } = rate else { return None };
        let slot = period / requests.get();
        let burst = if slot < SHORT { A_SLOT } else { HALF_A_SLOT };
        let half = (slot + slot / 100) / REQUEST.get();
        let quota = Quota::with_period(half)?.allow_burst(burst);
        Some(Self { limiter: RateLimiter::direct_with_clock(quota, clock) })
    }
}

impl<C: Clock + ReasonablyRealtime> Pace<C> {
    /// Waits until a request may leave, which it then has to at once.
    pub(crate) async fn turn(&self) {
        // No request takes more than there ever is.
        _ = self.limiter.until_n_ready(REQUEST).await;
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::{FakeRelativeClock, Reference as _};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// When requests leave where there is always one that waits, and the timer of the n-th
    /// fires late by `late(n)`.
    fn departures(rate: Rate, count: u64, late: impl Fn(u64) -> Duration) -> Vec<Duration> {
        let clock = FakeRelativeClock::default();
        let pace = Pace::by(rate, clock.clone()).unwrap();
        let (start, mut times) = (clock.now(), Vec::new());
        for n in 0..count {
            while let Err(early) = pace.limiter.check_n(REQUEST).unwrap() {
                clock.advance(early.wait_time_from(clock.now()) + late(n));
            }
            times.push(Duration::from(clock.now().duration_since(start)));
        }
        times
    }

    /// The most of these times within any second.
    fn most(mut times: Vec<Duration>) -> usize {
        times.sort();
        let (mut first, mut most) = (0, 0);
        for (at, time) in times.iter().enumerate() {
            while *time - times[first] >= SECOND {
                first += 1;
            }
            most = most.max(at + 1 - first);
        }
        most
    }

    /// Numbers that look like any others.
    fn part(of: Duration, seed: u64, n: u64) -> Duration {
        let number = seed.wrapping_add(n).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        of.mul_f64(((number ^ number >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1_u64 << 53) as f64)
    }

    #[test]
    fn p845_no_second_has_more_than_one_request_above_the_rate() {
        #[track_caller]
        fn check(text: &str) {
            let rate: Rate = text.parse().unwrap();
            let Rate::Limited { requests, period } = rate else { panic!("{text}") };
            let (slot, in_a_second) =
                (period / requests.get(), (SECOND.as_nanos() * u128::from(requests.get())).div_ceil(period.as_nanos()));
            let allowed = usize::try_from(in_a_second).unwrap() + 1;
            let count = 40 + 10 * in_a_second as u64;
            // From never late to later than a slot, and one that is very late now and then.
            for seed in 0..40 {
                let late = |n: u64| match n % 7 {
                    0 if seed % 2 == 0 => part(3 * slot, seed, n),
                    _ => part(slot * u32::try_from(seed).unwrap() / 20, seed, n),
                };
                let left = departures(rate, count, late);
                assert!(most(left.clone()) <= allowed, "{text}, seed {seed}: {} left in one second", most(left));
                // On their way for longer, some, by half a slot at most.
                let arrived: Vec<Duration> =
                    left.iter().zip(0..).map(|(left, n)| *left + part(slot / 2, seed + 100, n)).collect();
                if slot >= SHORT {
                    assert!(most(arrived.clone()) <= allowed, "{text}, seed {seed}: {} arrived", most(arrived));
                }
            }
            // The worst there is: the first is held up for as long as may be, and no other.
            let left = departures(rate, count, |_| Duration::ZERO);
            for first in 0..usize::try_from(in_a_second).unwrap() {
                let mut arrived = left.clone();
                arrived[first] += slot / 2;
                assert!(slot < SHORT || most(arrived) <= allowed, "{text}, the one held up is {first}");
            }
        }
        for text in ["1/s", "5/s", "7/s", "20/s", "50/s", "100/s", "250/s", "1000/s", "30/m", "200/m"] {
            check(text);
        }
    }

    #[test]
    fn p845_timers_that_fire_late_cost_no_slot() {
        #[track_caller]
        fn check(text: &str, late: Duration, share: f64) {
            let rate: Rate = text.parse().unwrap();
            let Rate::Limited { requests, period } = rate else { panic!("{text}") };
            let count = u64::from(requests.get()) * 60;
            let left = departures(rate, count, |n| part(late, 7, n));
            let used = (period * 60).as_secs_f64() / left.last().unwrap().as_secs_f64();
            assert!(used >= share, "{text}: {:.1} % of the rate", used * 100.0);
        }
        for text in ["5/s", "20/s", "100/s"] {
            check(text, Duration::ZERO, 0.98);
            check(text, Duration::from_millis(5), 0.98);
        }
        check("5/s", Duration::from_millis(100), 0.98);
        check("1000/s", Duration::from_micros(900), 0.98);
    }

    #[test]
    fn nothing_paces_what_has_no_limit() {
        assert!(Pace::of(Rate::Unlimited).is_none());
    }
}
