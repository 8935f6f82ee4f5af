//! SIGINT and SIGTERM: the first finishes what is in flight, the second ends
//! at once.

use tokio::sync::watch;

use super::exit::Exit;

/// Becomes true at the first signal.
pub(super) fn listen() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        for told in [false, true] {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            // The second, or the crawl is over and nobody listens: an index in
            // the making is left where it is, the one before it stays in force.
            if told || sender.send(true).is_err() {
                // Everything flushed so far is safe; what is in flight is lost.
                std::process::exit(i32::from(Exit::Interrupted as u8));
            }
        }
    });
    Ok(receiver)
}
