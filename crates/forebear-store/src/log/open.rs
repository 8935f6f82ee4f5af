//! Finding the end of the log, and what of it is missing.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use super::Log;
use super::blocks::Blocks;
use super::fingerprint::Fingerprint;
use super::header::{BEGIN, Header, NoHeader};
use super::mark::{Lost, Mark};
use super::segment::{self, Examined, Segment};
use super::segments::Segments;
use super::start::Start;
use super::writer::{Current, Writer};
use crate::disk::Disk;
use crate::error::StoreError;

/// A log, and what was found when it was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) log: Log,
    /// Records that were once committed and are not there, as far as opening shows:
    /// the last segment is read whole, of those before only how they hang together.
    pub(crate) lost: Vec<Lost>,
    /// Bytes behind the last record that were cut off: a crash left them.
    pub(crate) torn: u64,
    /// Records that a crash lost in the middle of others that were never known to
    /// be on the disk.
    pub(crate) gaps: Vec<Lost>,
}

impl Log {
    /// Opens the segments of a folder, or begins there.
    ///
    /// # Errors
    /// [`StoreError`] when the file system refuses, and for segments that a later
    /// version wrote.
    pub(crate) fn open(
        disk: &Arc<dyn Disk>,
        folder: &Path,
        mark: Option<&Mark>,
        segment_size: u64,
    ) -> Result<Opened, StoreError> {
        let marked = mark.map_or((0, 0, 0), |mark| (mark.sequence, mark.segment, mark.offset));
        let mut numbers: Vec<u32> = disk.list(folder)?.iter().filter_map(|name| segment::number(name)).collect();
        numbers.sort_unstable();
        let segments = Segments::none_yet(disk, folder);
        let begin = mark.map(|mark| mark.begin).unwrap_or_default();
        clear_before(&**disk, folder, begin, &mut numbers)?;
        for number in &numbers {
            match Segment::open(&**disk, folder, *number)? {
                Ok(segment) => segments.add(&segment),
                Err(NoHeader::Version(found)) => return Err(StoreError::later(&segment::path(folder, *number), found)),
                // What it held shows in the numbers around it.
                Err(NoHeader::Damaged) => {}
            }
        }
        // One that a crash left before it was begun is begun again.
        if let Some(last) = numbers.last().copied()
            && last > marked.1
            && !segments.contains(last)
            && disk.open(&segment::path(folder, last))?.len()? < BEGIN
        {
            numbers.pop();
        }
        let begin = begun(&segments, begin);
        let mut lost = hang_together(&segments, begin)?;
        let (mut torn, mut gaps) = (0, Vec::new());
        let highest = numbers.last().copied().unwrap_or_default();
        let mut writer = Writer {
            current: None,
            sequence: marked.0,
            fingerprint: Fingerprint::UNKNOWN,
            sealed: (highest, [0; 32]),
            segment_size,
            refused: false,
        };
        let last = segments.headers().last().map(|last| segments.get(last.number)).transpose()?.flatten();
        if let Some(last) = last {
            let found = last.each(&mut |_| Ok(()))?;
            let number = last.header.number;
            let (missing, unmarked): (Vec<Lost>, Vec<Lost>) =
                found.lost.iter().partition(|lost| lost.first <= marked.0);
            lost.extend(missing);
            gaps.extend(unmarked);
            let len = last.file.len()?;
            // Never behind the mark: what is damaged there stays as it is.
            let keep = if number == marked.1 { found.end.max(marked.2.min(len)) } else { found.end };
            if keep < len && !found.is_sealed {
                torn = len - keep;
                last.file.truncate(keep).map_err(|error| StoreError::log_refused(folder, "repaired", error))?;
            }
            if found.last < marked.0 {
                lost.push(Lost { first: found.last + 1, last: marked.0, segment: number, offset: found.end });
            }
            writer.sequence = found.last.max(marked.0);
            if found.last == writer.sequence {
                writer.fingerprint = found.fingerprint;
            }
            let is_writable = !found.is_sealed && number == highest;
            let starts_anew = mark.and_then(|mark| mark.compacting).is_some_and(|copy| copy.segment == highest + 1);
            let seal = last.seal()?.filter(|_| !starts_anew);
            writer.sealed = (highest, seal.map_or([0; 32], |(_, seal)| seal.hash));
            writer.current = is_writable.then(|| current(last, &found, keep));
        } else if marked.0 > 0 {
            lost.push(Lost { first: begin, last: marked.0, segment: marked.1, offset: 0 });
        }
        let log = Self {
            disk: Arc::clone(disk),
            folder: folder.to_owned(),
            segments,
            writer: Mutex::new(writer),
            blocks: Blocks::default(),
            begin: AtomicU64::new(begin),
        };
        Ok(Opened { log, lost, torn, gaps })
    }
}

fn current(segment: Segment, found: &Examined, offset: u64) -> Current {
    // What is written behind damage is of no log that is known.
    let fingerprint = if offset > found.end { Fingerprint::UNKNOWN } else { found.fingerprint };
    Current { segment, offset: offset.max(BEGIN), records: found.records, fingerprint, is_torn: false }
}

/// Removes what a compaction has left: segments before the one that the log begins with.
fn clear_before(disk: &dyn Disk, folder: &Path, begin: Start, numbers: &mut Vec<u32>) -> Result<(), StoreError> {
    let refused = |error| StoreError::log_refused(folder, "cleared up", error);
    for number in numbers.extract_if(.., |number| *number < begin.segment) {
        disk.remove(&segment::path(folder, number)).map_err(refused)?;
    }
    Ok(())
}

/// Number of the first record that there should be: where the mark is lost, the first
/// segment says so itself.
fn begun(segments: &Segments, marked: Start) -> u64 {
    let first = segments.headers().first().filter(|first| first.predecessor == [0; 32]).map(|first| first.first);
    if marked.is_first() { first.unwrap_or(marked.sequence) } else { marked.sequence }
}

/// What is missing between segments, and at the end of each but the last.
fn hang_together(segments: &Segments, begin: u64) -> Result<Vec<Lost>, StoreError> {
    let mut lost = Vec::new();
    let mut before: Option<Header> = None;
    for header in segments.headers() {
        let last = match before.map(|before| segments.get(before.number)).transpose()?.flatten() {
            None => begin.saturating_sub(1),
            Some(before) => match before.seal()? {
                Some((sequence, seal)) if [seal.hash, [0; 32]].contains(&header.predecessor) => sequence,
                // Its end is damaged, or it is another's: what of it stands?
                Some(_) | None => before.each(&mut |_| Ok(()))?.last,
            },
        };
        if last + 1 < header.first {
            let segment = before.map_or(header.number, |before| before.number);
            lost.push(Lost { first: last + 1, last: header.first - 1, segment, offset: 0 });
        }
        before = Some(header);
    }
    Ok(lost)
}
