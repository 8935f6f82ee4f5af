//! A file that is written and sent to the disk by threads of their own, while
//! what comes next is worked out.

use std::fs::File;
use std::io::{Error, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use tempfile::NamedTempFile;

use crate::format::Target;
use crate::map::Bytes;

/// Writes that may wait.
const WAITING: usize = 8;
/// Bytes after which the file is sent to the disk.
const SYNC_EVERY: usize = 64 << 20;

/// A growing file.
pub(super) struct Growing {
    file: NamedTempFile,
    /// `None` once the writer has failed and said why.
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<std::io::Result<()>>>,
}

enum Job {
    Write(Vec<u8>),
    /// Answer when everything before is written.
    Flush(SyncSender<()>),
}

impl Growing {
    pub(super) fn new(file: NamedTempFile) -> std::io::Result<Self> {
        let (sender, jobs) = sync_channel(WAITING);
        // Both handles share one position: only one of them is used at a time.
        let handle = file.as_file().try_clone()?;
        let writer = Builder::new().name("write".to_owned()).spawn(move || write(handle, jobs))?;
        Ok(Self { file, jobs: Some(sender), writer: Some(writer) })
    }

    fn job(&mut self, job: Job) -> std::io::Result<()> {
        match &self.jobs {
            Some(jobs) if jobs.send(job).is_ok() => Ok(()),
            _ => self.end().and_then(|()| Err(Error::other("the file was given up after an error"))),
        }
    }

    /// Lets the writer end, and says what it failed with.
    fn end(&mut self) -> std::io::Result<()> {
        self.jobs = None;
        let ended = self.writer.take().map(JoinHandle::join);
        ended.map_or(Ok(()), |ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }

    /// The file, everything written.
    pub(super) fn finish(mut self) -> std::io::Result<NamedTempFile> {
        self.end()?;
        Ok(self.file)
    }
}

fn write(mut file: File, jobs: Receiver<Job>) -> std::io::Result<()> {
    let (sync, syncs) = sync_channel::<()>(1);
    let handle = file.try_clone()?;
    // A hint only: what fails here fails again, and is reported, at the end.
    let follow = move || syncs.into_iter().for_each(|()| drop(handle.sync_data()));
    let syncing = Builder::new().name("sync".to_owned()).spawn(follow)?;
    let mut unsynced = 0;
    for job in jobs {
        match job {
            Job::Write(bytes) => {
                file.write_all(&bytes)?;
                unsynced += bytes.len();
            }
            Job::Flush(done) => _ = done.send(()),
        }
        if unsynced >= SYNC_EVERY && sync.try_send(()).is_ok() {
            unsynced = 0;
        }
    }
    drop(sync);
    _ = syncing.join();
    Ok(())
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.job(Job::Write(bytes.to_vec()))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let (done, flushed) = sync_channel(1);
        self.job(Job::Flush(done))?;
        flushed.recv().or_else(|_| self.end())
    }
}

impl Seek for Growing {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.flush()?;
        self.file.seek(to)
    }
}

impl Target for Growing {
    fn view(&mut self) -> std::io::Result<Bytes> {
        self.flush()?;
        Bytes::map(self.file.path()).map_err(Error::from)
    }
}
