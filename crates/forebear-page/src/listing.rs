//! All repositories by name, in pages: for whoever has no scripts, and for machines.

use askama::Template;

use crate::address;
use crate::frame::{Frame, html};
use crate::name::Name;
use crate::parts::pages::{PageLink, page_links};
use crate::site::Site;

/// Repositories of one page.
pub const REPOSITORIES_A_PAGE: usize = 500;

/// A repository in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Tags that are there now.
    pub tags: usize,
    /// Images of other repositories that are built on it.
    pub users: usize,
}

#[derive(Template)]
#[template(path = "listing.html")]
struct ListingPage {
    frame: Frame,
    total: usize,
    rows: Vec<(Name, usize, usize)>,
    pages: Vec<PageLink>,
}

/// A page of the list; the first is 1. `None` where there are not so many.
#[must_use]
pub fn listing_page(site: &Site<'_>, all: &[Listed], page: usize) -> Option<String> {
    let count = all.len().div_ceil(REPOSITORIES_A_PAGE).max(1);
    if page == 0 || page > count {
        return None;
    }
    let shown = all.iter().skip((page - 1) * REPOSITORIES_A_PAGE).take(REPOSITORIES_A_PAGE);
    Some(html(&ListingPage {
        frame: Frame::new(site, "All repositories"),
        total: all.len(),
        rows: shown.map(|own| (Name::new(&own.name, site.repository(&own.name)), own.tags, own.users)).collect(),
        pages: page_links(count, page, |at| site.linked(&address::repositories(at))),
    }))
}
