//! `forebear-crawl run --dry-run`.

use anyhow::bail;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::dry_run::{DryRun, dry_run};
use forebear_crawl::operate::jobs::Job;
use forebear_crawl::operate::state::StateFolder;
use forebear_image::human::plural;
use forebear_print::json;

use super::common::{Common, Format, Lines, data, print};
use super::exit::Exit;

/// Says what runs would ask.
pub(super) fn run(jobs: &[Job], common: &Common) -> anyhow::Result<Exit> {
    let data = data(common)?;
    let states = StateFolder::of(data.path());
    let index = forebear_index::publish::open_current(&data.index()).ok();
    let view = index.as_ref().map(forebear_index::Index::view);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut told = Vec::new();
    for job in jobs {
        let held = states.job(&job.name).and_then(|state| state.held_until);
        if let Some(until) = held.filter(|until| *until > wall_clock()) {
            bail!("{}: the registry wants no request until {until}, and a dry run asks for its lists", job.name);
        }
        told.push(runtime.block_on(dry_run(job, view.as_ref()))?);
    }
    match common.format {
        Format::Json => print(&json::document(&told)?)?,
        Format::Text => {
            let mut out = Lines::default();
            told.iter().flat_map(lines).for_each(|line| out.add(&line));
            out.print()?;
        }
    }
    Ok(Exit::Done)
}

fn lines(run: &DryRun) -> Vec<String> {
    let pulls = match run.pulls_at_least {
        Some(pulls) => format!("at least {}; a tag that moved is one more", plural(pulls, "pull")),
        None => "not known to be counted by this registry".to_owned(),
    };
    vec![
        format!("{}: would ask {} {}", run.job, run.registry, run.asked),
        format!(
            "  {}, {} ({} not in the index yet)",
            plural(run.repositories, "repository"),
            plural(run.tags, "tag"),
            run.tags_new
        ),
        format!(
            "  at least {}: {} for lists, one HEAD a tag, two GETs a new tag; images of several platforms are more",
            plural(run.requests_at_least, "request"),
            run.requests_for_lists
        ),
        format!("  pulls: {pulls}"),
        format!("  nothing was kept; {} were sent to find this out", plural(run.requests_for_lists, "request")),
    ]
}
