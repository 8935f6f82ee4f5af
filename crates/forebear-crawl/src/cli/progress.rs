//! Progress on stderr: bars on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use forebear_crawl::{Progress, Snapshot};
use forebear_image::escape::for_terminal;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use forebear_image::human::plural;

/// How often a line is written where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Failures told one by one; the rest is in the summary and in `failures`.
const TOLD: u64 = 20;

/// Chooses how to show progress.
pub(super) fn choose(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(forebear_crawl::NoProgress)
    } else if std::io::stderr().is_terminal() {
        Box::new(Bar::new())
    } else {
        Box::new(Lines { last: Mutex::new((Instant::now(), 0)), told: Mutex::new(0) })
    }
}

/// One bar over everything that is known to be left.
struct Bar {
    bar: ProgressBar,
    begun: Instant,
    told: Mutex<u64>,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
        let style = ProgressStyle::with_template("{bar:24} {msg}  ETA {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, begun: Instant::now(), told: Mutex::new(0) }
    }
}

impl Progress for Bar {
    fn update(&self, now: &Snapshot) {
        let done = now.requests;
        self.bar.set_length(done + now.open);
        self.bar.set_position(done);
        let rate = now.requests as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        self.bar.set_message(format!(
            "repositories {}/{}  tags {}/{}  images {}  {rate:.0} requests/s",
            now.repositories_done,
            now.repositories.max(now.repositories_done),
            now.tags_done,
            now.tags.max(now.tags_done),
            now.images_new + now.images_known,
        ));
    }

    fn failed(&self, subject: &str, message: &str) {
        tell(&self.told, |line| self.bar.suspend(|| write_line(line)), subject, message);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// For logs: where the run is, every ten seconds.
struct Lines {
    last: Mutex<(Instant, u64)>,
    told: Mutex<u64>,
}

impl Progress for Lines {
    fn update(&self, now: &Snapshot) {
        let Ok(mut last) = self.last.lock() else { return };
        let elapsed = last.0.elapsed();
        if elapsed < LINE_EVERY {
            return;
        }
        let rate = now.requests.saturating_sub(last.1) as f64 / elapsed.as_secs_f64();
        *last = (Instant::now(), now.requests);
        let eta = if rate > 0.0 { now.open as f64 / rate } else { 0.0 };
        write_line(&format!(
            "crawling: {} of {}, {}, {}, {}, {rate:.0} requests/s, about {eta:.0} s left",
            now.repositories_done,
            plural(now.repositories.max(now.repositories_done), "repository"),
            plural(now.tags_done, "tag"),
            plural(now.images_new + now.images_known, "image"),
            plural(now.failures, "failure"),
        ));
    }

    fn failed(&self, subject: &str, message: &str) {
        tell(&self.told, write_line, subject, message);
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
