//! Progress of what takes long, told to whoever wants to show it.

use std::io::Read;

/// Is told of layers that are being read. Several may be under way at once.
pub trait Progress: Send + Sync {
    /// A layer is about to be read: `name` is for people (`layer 2 of 5`),
    /// `size` its bytes where known.
    fn begin(&self, name: &str, size: Option<u64>) -> Box<dyn Bar>;
}

/// One layer that is being read; dropped at its end.
pub trait Bar: Send {
    /// So many bytes more have been read.
    fn advance(&self, bytes: u64);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _name: &str, _size: Option<u64>) -> Box<dyn Bar> {
        Box::new(Self)
    }
}

impl Bar for NoProgress {
    fn advance(&self, _bytes: u64) {}
}

/// A stream whose reading is reported.
pub(crate) struct Followed<R> {
    stream: R,
    bar: Box<dyn Bar>,
}

impl<R: Read> Followed<R> {
    pub(crate) fn new(progress: &dyn Progress, stream: R, size: Option<u64>, name: &str) -> Self {
        Self { stream, bar: progress.begin(name, size) }
    }
}

impl<R: Read> Read for Followed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.bar.advance(read as u64);
        Ok(read)
    }
}
