//! Progress on stderr: a bar on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use forebear_crawl::clock::wall_clock;
use forebear_crawl::{Progress, Snapshot};
use forebear_image::escape::for_terminal;
use forebear_image::human::{duration, plural};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::bar::{Scene, line};

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Failures told one by one; the rest is in the summary and in `failures`.
const TOLD: u64 = 20;

/// Chooses how to show progress.
pub(super) fn choose(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(forebear_crawl::NoProgress)
    } else if std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb") {
        Box::new(Bar::new())
    } else {
        Box::new(Lines { last: Mutex::new((Instant::now(), None)), told: Mutex::new(0) })
    }
}

/// One line that is written over and over.
struct Bar {
    bar: ProgressBar,
    unicode: bool,
    begun: Instant,
    /// Requests of the run that this process found done.
    first: Mutex<Option<u64>>,
    told: Mutex<u64>,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        bar.set_style(ProgressStyle::with_template("{msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, unicode: is_unicode(), begun: Instant::now(), first: Mutex::new(None), told: Mutex::new(0) }
    }
}

/// Whether the locale is one of UTF-8 (POSIX: the first of these that is set).
fn is_unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    let locale = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

impl Progress for Bar {
    fn update(&self, now: &Snapshot) {
        let Ok(mut first) = self.first.lock() else { return };
        let sent = now.requests.saturating_sub(*first.get_or_insert(now.requests));
        let elapsed = self.begun.elapsed();
        let scene = Scene {
            elapsed: elapsed.as_secs(),
            pace: sent as f64 / elapsed.as_secs_f64().max(0.001),
            width: terminal_size::terminal_size_of(std::io::stderr()).map_or(80, |(width, _)| usize::from(width.0)),
            unicode: self.unicode,
            now: wall_clock().seconds.unsigned_abs(),
        };
        self.bar.set_message(line(now, scene));
    }

    fn failed(&self, subject: &str, message: &str) {
        tell(&self.told, |line| self.bar.suspend(|| write_line(line)), subject, message);
    }

    fn told(&self, line: &str) {
        self.bar.suspend(|| write_line(&for_terminal(line, false)));
    }

    fn stopping(&self, in_flight: usize, seconds: u64) {
        self.bar.suspend(|| write_line(&stopping(in_flight, seconds)));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// For logs: where the run is, every ten seconds.
struct Lines {
    /// When the last line was written, and the requests by then.
    last: Mutex<(Instant, Option<u64>)>,
    told: Mutex<u64>,
}

impl Progress for Lines {
    fn update(&self, now: &Snapshot) {
        let Ok(mut last) = self.last.lock() else { return };
        let before = *last.1.get_or_insert(now.requests);
        let elapsed = last.0.elapsed();
        if elapsed < LINE_EVERY {
            return;
        }
        let pace = now.requests.saturating_sub(before) as f64 / elapsed.as_secs_f64();
        *last = (Instant::now(), Some(now.requests));
        write_line(&crawling(now, pace));
    }

    fn failed(&self, subject: &str, message: &str) {
        tell(&self.told, write_line, subject, message);
    }

    fn told(&self, line: &str) {
        write_line(&for_terminal(line, false));
    }

    fn stopping(&self, in_flight: usize, seconds: u64) {
        write_line(&stopping(in_flight, seconds));
    }
}

/// Where a run is, in a line of a log.
fn crawling(now: &Snapshot, pace: f64) -> String {
    let left = now.left();
    let at_least = if now.listing { "at least " } else { "" };
    let time = match left.requests as f64 / pace {
        _ if pace <= 0.0 => String::new(),
        seconds if left.at_least => format!(", at least {} left", duration(seconds.ceil() as u64)),
        seconds => format!(", about {} left", duration(seconds.ceil() as u64)),
    };
    format!(
        "crawling: {} of {at_least}{}, {}, {}, {}, {pace:.0} requests/s{time}",
        now.repositories_done,
        plural(now.repositories.max(now.repositories_done), "repository"),
        plural(now.tags_done, "tag"),
        plural(now.images_new + now.images_known, "image"),
        plural(now.failures, "failure"),
    )
}

fn stopping(in_flight: usize, seconds: u64) -> String {
    match in_flight {
        0 => "stopping; Ctrl-C again stops now".to_owned(),
        some => {
            let requests = plural(some as u64, "request");
            format!("stopping: finishing {requests}, {seconds} s at most; Ctrl-C again stops now")
        }
    }
}

fn tell(told: &Mutex<u64>, write: impl Fn(&str), subject: &str, message: &str) {
    let Ok(mut told) = told.lock() else { return };
    *told += 1;
    if *told <= TOLD {
        write(&format!("failed: {}: {}", for_terminal(subject, false), for_terminal(message, false)));
    }
}

fn write_line(line: &str) {
    _ = writeln!(std::io::stderr().lock(), "{line}");
}
