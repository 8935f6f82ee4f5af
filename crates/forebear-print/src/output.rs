//! Standard output, checked.

use std::io::{self, BufWriter, ErrorKind, Write};

/// What became of what was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// It was written, all of it.
    Written,
    /// Whoever read went away, as `head` does. There is nobody to print to, and
    /// that is no error.
    NobodyReads,
}

/// What was to be printed was not written.
#[derive(Debug, thiserror::Error)]
#[error("standard output could not be written, so the answer is not whole")]
pub struct OutputError {
    source: io::Error,
}

/// Prints text, with a newline behind it unless it has one or is empty.
///
/// # Errors
/// [`OutputError`], a full disk for one.
pub fn print(text: &str) -> Result<Printed, OutputError> {
    stream(|out| {
        out.write_all(text.as_bytes())?;
        if text.is_empty() || text.ends_with('\n') { Ok(()) } else { out.write_all(b"\n") }
    })
}

/// Prints what is written piece by piece. All of it is flushed.
///
/// # Errors
/// [`OutputError`], a full disk for one.
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Printed, OutputError> {
    written(BufWriter::new(io::stdout().lock()), write)
}

fn written(mut out: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Printed, OutputError> {
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(Printed::Written),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Printed::NobodyReads),
        Err(source) => Err(OutputError { source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then fails.
    struct Full(usize, ErrorKind);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            if taken == 0 { Err(self.1.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.0 == 0 { Err(self.1.into()) } else { Ok(()) }
        }
    }

    #[test]
    fn only_a_closed_pipe_is_no_error() {
        #[track_caller]
        fn check(room: usize, kind: ErrorKind, expected: Option<Printed>) {
            let out = BufWriter::new(Full(room, kind));
            assert_eq!(written(out, |out| out.write_all(b"twelve bytes")).ok(), expected, "{room}, {kind}");
        }
        check(100, ErrorKind::StorageFull, Some(Printed::Written));
        check(5, ErrorKind::StorageFull, None);
        check(5, ErrorKind::WouldBlock, None);
        check(5, ErrorKind::BrokenPipe, Some(Printed::NobodyReads));
        // Only flushing tells.
        check(12, ErrorKind::StorageFull, None);
    }
}
