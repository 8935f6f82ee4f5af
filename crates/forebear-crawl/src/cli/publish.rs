//! `forebear-crawl publish`.

use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::publish::Published;
use forebear_crawl::operate::state::StateFolder;

use super::common::{Common, Format, data_with_store, open_store, print};
use super::exit::Exit;
use forebear_image::human::{bytes, plural};

/// Publishes the index of everything stored.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let data = data_with_store(common)?;
    let _lock = StateFolder::of(data.path()).lock("publish", wall_clock())?;
    let store = open_store(common)?;
    let published = forebear_crawl::operate::publish::publish(&store, &data.index())?;
    match common.format {
        Format::Json => print(&forebear_print::json::line(&published)?)?,
        Format::Text if common.quiet => {}
        Format::Text => print(&told(&published))?,
    }
    Ok(Exit::Done)
}

/// What was published, in a line.
pub(super) fn told(published: &Published) -> String {
    let images = plural(u64::from(published.images), "image");
    format!("published {images} ({}) in {}", bytes(published.bytes), published.file.display())
}
