//! Measures the pace that is kept on the wire: the most requests in any window
//! of one second, and the share of the rate that a minute uses.
//!
//! ```text
//! cargo run --release -p forebear-registry --example pace -- [RATE] [SECONDS]
//! ```
//!
//! The registry is the testkit's, on loopback, and notes every arrival.

#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::time::{Duration, Instant};

use forebear_image::RepositoryName;
use forebear_registry::{ManifestName, Rate, Registry, RegistryOptions};
use forebear_testkit::{ImageBuilder, Server, World};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let rate: Rate = arguments.next().as_deref().unwrap_or("20/s").parse()?;
    let seconds: u64 = arguments.next().as_deref().unwrap_or("60").parse()?;
    let Rate::Limited { requests, period } = rate else { return Err("a rate is needed".into()) };

    let mut world = World::new();
    world.push("library/x:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("x").build());
    let server = Server::start(world);
    let registry = Registry::new(RegistryOptions { rate: Some(rate), ..RegistryOptions::new(server.host().parse()?) })?;
    let repository = RepositoryName::new(&"127.0.0.1:1".parse()?, "library/x")?;
    let end = Instant::now() + Duration::from_secs(seconds);
    let workers = (0..16).map(|_| {
        let (registry, repository) = (registry.clone(), repository.clone());
        tokio::spawn(async move {
            while Instant::now() < end {
                registry.head_manifest(&repository, ManifestName::Tag("1")).await?;
            }
            Ok::<(), forebear_registry::RegistryError>(())
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await??;
    }

    let arrivals: Vec<Instant> = server.requests().iter().map(|request| request.arrival).collect();
    let second = Duration::from_secs(1);
    let within = |(at, first): (usize, &Instant)| {
        arrivals.iter().skip(at).take_while(|arrival| **arrival - *first < second).count()
    };
    let most = arrivals.iter().enumerate().map(within).max().unwrap_or(0);
    // What was under way at the end came after it.
    let in_time = arrivals.iter().filter(|arrival| **arrival < end).count();
    let allowed = f64::from(requests.get()) * seconds as f64 / period.as_secs_f64();
    println!("{in_time} requests in {seconds} s at {rate}: {:.1} % of the rate", 100.0 * in_time as f64 / allowed);
    println!("at most {most} in any window of one second");
    Ok(())
}
