//! What fails, what is left alone because it failed before, what is left out.

use forebear_image::Digest;
use forebear_store::{Batch, Failure, FailureKind, StoreError, Subject, Task};

use crate::report::Warning;

use super::absorb::Absorber;
use super::fetch::Rejected;

/// The longest message that is kept, in characters. What a registry sends may
/// be in it, and a parser's complaint repeats megabytes of that.
const LONGEST: usize = 500;
/// How much of that is the end of a longer one.
const END: usize = 100;
/// Warnings kept; the rest is counted.
const WARNINGS: usize = 100;

impl Absorber<'_> {
    /// Whether a task failed before and is left alone in this run. What failed
    /// in this very run is not asked for again, whoever leads to it.
    pub(super) fn is_delayed(&mut self, task: &Task) -> Result<bool, StoreError> {
        // Without its list a run could do nothing at all.
        if !self.has_failures || matches!(task, Task::Catalog { .. } | Task::Namespace { .. }) {
            return Ok(false);
        }
        let subject = task.subject();
        if self.failed.contains(&subject) {
            return Ok(true);
        }
        let failure = self.store.failure(&subject)?;
        Ok(failure.is_some_and(|failure| failure.run == self.run || self.waits(&failure)))
    }

    /// Whether what failed in an earlier run waits for its next try.
    pub(super) fn waits(&mut self, failure: &Failure) -> bool {
        if self.retry_failed || !failure.is_delayed(self.begun) {
            return false;
        }
        // Several tags may lead to one of them.
        if self.seen.first(&Digest::sha256(failure.subject.to_string().as_bytes())) {
            match failure.parked {
                Some(_) => self.counts.parked += 1,
                None => self.counts.delayed += 1,
            }
        }
        true
    }

    /// Says which names of a list are left out. To ask again would change
    /// nothing, so they are no failures.
    pub(super) fn rejected(&mut self, list: &str, what: &str, names: &Rejected) {
        if names.count == 0 {
            return;
        }
        self.counts.rejected_names += names.count;
        let shown = |name: &String| format!("'{}'", forebear_image::escape::for_terminal(name, false));
        let shown: Vec<String> = names.first.iter().map(shown).collect();
        let count = names.count;
        let message = format!("{count} {what} as listed are no valid names and are left out: {}", shown.join(", "));
        self.warn(list, "invalid_name", message);
    }

    pub(super) fn failed(&mut self, subject: Subject, kind: FailureKind, message: &str, batch: &mut Batch) {
        let message = &cut(message);
        self.counts.snapshot.failures += 1;
        *self.counts.failures.entry(kind.clone()).or_default() += 1;
        self.counts.first_failure.get_or_insert_with(|| format!("{subject}: {message}"));
        self.progress.failed(&subject.to_string(), message);
        self.has_failures = true;
        self.failed.insert(subject.clone());
        batch.failures.push(Failure::new(subject, &self.registry, (kind, message), (self.run, self.now)));
    }

    /// As [`Self::warn`], of what several tags may lead to.
    pub(super) fn warn_once(&mut self, subject: &str, kind: &'static str, message: String) {
        if self.seen.first(&Digest::sha256(format!("{kind} {subject}").as_bytes())) {
            self.warn(subject, kind, message);
        }
    }

    /// Says what the run leaves out by its own rules.
    pub(super) fn warn(&mut self, subject: &str, kind: &'static str, message: String) {
        let message = cut(&message);
        self.counts.warned += 1;
        self.progress.warned(subject, &message);
        if self.counts.warnings.len() < WARNINGS {
            self.counts.warnings.push(Warning { subject: subject.to_owned(), kind, message });
        }
    }
}

/// A message whose middle is left out where it is too long: its end says how
/// often was tried.
fn cut(message: &str) -> String {
    let length = message.chars().count();
    if length <= LONGEST {
        return message.to_owned();
    }
    let beginning = message.chars().take(LONGEST - END - 1);
    let end = message.chars().skip(length - END);
    beginning.chain(std::iter::once('…')).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_lose_their_middle() {
        #[track_caller]
        fn check(message: &str, expected: &str) {
            assert_eq!(cut(message), expected);
        }
        let (long, most) = ("é".repeat(LONGEST + 1), "é".repeat(LONGEST));
        check("short", "short");
        check(&most, &most);
        check(&long, &format!("{}…{}", "é".repeat(LONGEST - END - 1), "é".repeat(END)));
        check(&format!("a{}b", "é".repeat(1 << 20)), &format!("a{}…{}b", "é".repeat(398), "é".repeat(99)));
    }
}
