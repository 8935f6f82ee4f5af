//! `forebear-crawl publish`.

use serde_json::json;

use super::exit::Exit;
use super::{Common, Format, data, open_store, print};
use forebear_image::human::{bytes, plural};

/// Publishes the index of everything stored.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let store = open_store(common)?;
    let published = forebear_crawl::publish::publish(&store, &data(common)?.index())?;
    match common.format {
        Format::Json => {
            let (file, bytes, images) = (&published.file, published.bytes, published.images);
            print(&json!({"file": file, "bytes": bytes, "images": images}).to_string());
        }
        Format::Text if common.quiet => {}
        Format::Text => print(&told(&published)),
    }
    Ok(Exit::Done)
}

/// What was published, in a line.
pub(super) fn told(published: &forebear_crawl::publish::Published) -> String {
    let images = plural(u64::from(published.images), "image");
    format!("published {images} ({}) in {}", bytes(published.bytes), published.file.display())
}
