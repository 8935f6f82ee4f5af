//! SIGINT and SIGTERM: the first lets the export clear up after itself, the second ends at
//! once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;

/// Becomes true at the first signal.
pub(crate) fn listen() -> std::io::Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    let tell = Arc::clone(&told);
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                if tell.swap(true, Ordering::Relaxed) {
                    // What is half written is cleared away by the next export.
                    std::process::exit(i32::from(Exit::Interrupted as u8));
                }
            }
        });
    })?;
    Ok(told)
}
