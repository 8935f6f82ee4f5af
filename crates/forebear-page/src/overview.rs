//! The first page: what all images come to.

use askama::Template;
use forebear_ask::StatsAnswer;
use forebear_ask::estate::{Bucket, Overview};
use forebear_image::human::bytes;

use crate::address;
use crate::chart::part;
use crate::frame::{Frame, date, html};
use crate::name::Name;
use crate::parts::stale::Stale;
use crate::site::Site;
use crate::text::Text;

/// Rows of each table.
const ROWS: usize = 20;

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    frame: Frame,
    images: usize,
    all_images: u64,
    repositories: u64,
    tags: u64,
    stale: Stale,
    repositories_page: String,
    bases: Vec<BaseRow>,
    more_bases: usize,
    by_builds: Vec<Column>,
    by_days: Vec<Column>,
    by_depth: Vec<Column>,
    fan_out: Vec<FanRow>,
    layers: Vec<LayerRow>,
    coverage: Vec<CoverageRow>,
}

struct BaseRow {
    name: Name,
    repositories: usize,
    stale: Stale,
}

struct Column {
    label: String,
    images: usize,
    width: u64,
}

struct FanRow {
    name: Name,
    platforms: usize,
    children: usize,
    all: usize,
}

struct LayerRow {
    name: Option<Name>,
    digest: Text,
    size: String,
    images: usize,
    saved: String,
    width: u64,
}

struct CoverageRow {
    name: Text,
    repositories: u64,
    complete: String,
    uncrawled: u64,
    tags: u64,
    images: u64,
    unread: u64,
    from: Text,
    until: Text,
}

/// The first page.
#[must_use]
pub fn overview_page(site: &Site<'_>, overview: &Overview, stats: &StatsAnswer) -> String {
    let counts = &stats.stats;
    let most = overview.bases.iter().map(|base| base.staleness.images()).max().unwrap_or(0);
    let most_saved = overview.layers.iter().map(|layer| layer.saved).max().unwrap_or(0);
    let bases = overview.bases.iter().take(ROWS).map(|base| BaseRow {
        name: Name::new(&base.repository, site.repository(&base.repository)),
        repositories: base.repositories,
        stale: Stale::new(base.staleness, most),
    });
    let layers = overview.layers.iter().take(ROWS).map(|own| {
        let first = site.estate.at(own.first);
        let digest = own.layer.digest.map(|digest| digest.0).or(own.layer.diff_id.map(|digest| digest.0));
        LayerRow {
            name: first.map(|first| Name::new(&first.reference, site.summary(first))),
            digest: digest.map(|digest| Text::line(&digest.short())).unwrap_or_default(),
            size: own.layer.size.map(bytes).unwrap_or_default(),
            images: own.images,
            saved: bytes(own.saved),
            width: part(own.saved, most_saved),
        }
    });
    let coverage = counts.coverage.iter().map(|own| CoverageRow {
        name: Text::line(&own.name),
        repositories: own.repositories,
        complete: own.complete_in_words(),
        uncrawled: own.repositories_uncrawled,
        tags: own.tags - own.tags_ended.min(own.tags),
        images: own.images,
        unread: own.manifests_unread + own.images_unread,
        from: own.observed_from.map(date).unwrap_or_default(),
        until: own.observed_until.map(date).unwrap_or_default(),
    });
    html(&OverviewPage {
        frame: Frame::new(site, "What images are built on"),
        images: overview.images,
        all_images: counts.images,
        repositories: counts.repositories,
        tags: counts.coverage.iter().map(|own| own.tags - own.tags_ended.min(own.tags)).sum(),
        stale: Stale::new(overview.staleness, overview.images),
        repositories_page: site.linked(&address::repositories(1)),
        bases: bases.collect(),
        more_bases: overview.bases.len().saturating_sub(ROWS),
        by_builds: columns(&overview.by_builds),
        by_days: columns(&overview.by_days),
        by_depth: columns(&overview.by_depth),
        fan_out: fan_out(site, overview),
        layers: layers.collect(),
        coverage: coverage.collect(),
    })
}

/// The images of one name, for several platforms, are one row.
fn fan_out(site: &Site<'_>, overview: &Overview) -> Vec<FanRow> {
    let mut rows: Vec<(&str, FanRow)> = Vec::new();
    for own in &overview.fan_out {
        let Some(image) = site.estate.at(own.image) else { continue };
        match rows.iter_mut().find(|(name, _)| *name == image.reference) {
            Some((_, row)) => {
                row.platforms += 1;
                row.children += own.children;
                row.all += own.all;
            }
            None => {
                let name = Name::new(&image.reference, site.summary(image));
                rows.push((&image.reference, FanRow { name, platforms: 1, children: own.children, all: own.all }));
            }
        }
    }
    rows.sort_by_key(|(_, row)| std::cmp::Reverse((row.children, row.all)));
    rows.into_iter().map(|(_, row)| row).take(ROWS).collect()
}

fn columns(buckets: &[Bucket]) -> Vec<Column> {
    let most = buckets.iter().map(|bucket| bucket.images).max().unwrap_or(0) as u64;
    let one = |bucket: &Bucket| Column {
        label: bucket.label.clone(),
        images: bucket.images,
        width: part(bucket.images as u64, most),
    };
    buckets.iter().map(one).collect()
}
