//! Serves the demo world on a loopback port, for a while.
//!
//! `POST /demo/tomorrow` on the server turns the page to the second day.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use forebear_testkit::{Options, Server, demo};
use tokio::signal::unix::{SignalKind, signal};

/// Serves a small registry, made for the demo, on 127.0.0.1.
#[derive(Debug, Parser)]
struct Arguments {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// File to write 127.0.0.1:PORT to, once it listens
    #[arg(long)]
    addr_file: Option<PathBuf>,
    /// Seconds until it ends by itself
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 600)]
    duration: u64,
    /// The day to begin with
    #[arg(long, value_enum, default_value_t = State::Today)]
    state: State,
}

/// A day of the demo world.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// The first day.
    Today,
    /// The second, with moved tags.
    Tomorrow,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let mut world = demo::world();
    if matches!(arguments.state, State::Tomorrow) {
        demo::tomorrow(&mut world);
    }
    let server = Server::start_with(world, Options { port: arguments.port, ..Options::default() });
    server.on_post("/demo/tomorrow", demo::tomorrow);
    if let Some(file) = &arguments.addr_file {
        // Whoever waits for the file must never read half of it.
        let mut half = file.clone().into_os_string();
        half.push(".new");
        std::fs::write(&half, server.host())?;
        std::fs::rename(&half, file)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = tokio::time::sleep(Duration::from_secs(arguments.duration)) => {}
        }
        Ok(())
    })
}
