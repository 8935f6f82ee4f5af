//! Links to the pages of something long.

/// One of its pages.
#[derive(Clone, Debug)]
pub(crate) struct PageLink {
    pub(crate) number: usize,
    pub(crate) href: String,
    pub(crate) is_here: bool,
}

/// All of them; none where there is one page.
pub(crate) fn page_links(count: usize, here: usize, href: impl Fn(usize) -> String) -> Vec<PageLink> {
    let all = 1..=count;
    all.filter(|_| count > 1).map(|number| PageLink { number, href: href(number), is_here: number == here }).collect()
}
