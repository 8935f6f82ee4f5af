//! What a machine must give before anything is begun. Where it does not, libraries
//! panic in odd places; here it is a sentence.

use std::fs::File;
use std::sync::Mutex;
use std::thread::{Builder, available_parallelism, scope};

use anyhow::{Context as _, anyhow};
use forebear_crawl::clock;

/// Files that are open at once at most, connections too, where eight requests are
/// under way: with room to spare.
const FILES: usize = 64;
/// Threads beside two for each core: the database's own, those that wait for the
/// disk.
const THREADS: usize = 16;
/// The stack of the thread that does it all. The first thread's is as small as
/// whoever starts this likes it to be.
const STACK: usize = 8 << 20;

/// Does it on a thread whose stack is large enough.
///
/// # Errors
/// Its own, and that there is no such thread.
pub(super) fn with_stack<T: Send>(work: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
    scope(|threads| {
        let thread = Builder::new().name("main".to_owned()).stack_size(STACK).spawn_scoped(threads, work);
        let thread = thread.context(NO_THREADS)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

const NO_THREADS: &str =
    "the threads that this needs cannot be had: the machine, or 'ulimit -u' or 'ulimit -v', is too small";

/// Whether there is a clock to go by.
pub(super) fn check_clock() -> anyhow::Result<()> {
    Ok(clock::check()?)
}

/// Whether there are files and threads enough for crawling and publishing.
pub(super) fn check() -> anyhow::Result<()> {
    check_files(FILES)?;
    check_threads(2 * available_parallelism().map_or(1, usize::from) + THREADS)?;
    rayon::ThreadPoolBuilder::new().build_global().context(NO_THREADS)
}

fn check_files(needed: usize) -> anyhow::Result<()> {
    let mut open = Vec::new();
    while open.len() < needed {
        match File::open("/dev/null") {
            Ok(file) => open.push(file),
            // A machine without it says nothing of how many there may be.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                let more = open.len();
                drop(open);
                let sentence =
                    format!("this process may open {more} more files, and needs {needed}: raise 'ulimit -n'");
                return Err(anyhow!(error).context(sentence));
            }
        }
    }
    Ok(())
}

fn check_threads(needed: usize) -> anyhow::Result<()> {
    let gate = Mutex::new(());
    scope(|threads| {
        // All of them are there at once.
        let closed = gate.lock();
        for _ in 0..needed {
            let waits = || {
                // Memory of its own is kept for each thread that asks for any.
                std::hint::black_box(vec![0_u8; 1024]);
                drop(gate.lock());
            };
            Builder::new().spawn_scoped(threads, waits).context(NO_THREADS)?;
        }
        drop(closed);
        Ok(())
    })
}
