//! Links to the pages of something long.

use std::collections::BTreeSet;

/// How far from where a reader is the pages are that are linked, beside the first and the last:
/// each is a few steps away, and what all pages have together grows with their number alone.
const STEPS: [usize; 5] = [0, 1, 2, 10, 100];

/// One of its pages.
#[derive(Clone, Debug)]
pub(crate) struct PageLink {
    pub(crate) number: usize,
    pub(crate) href: String,
    pub(crate) is_here: bool,
    /// Whether pages before it are left out.
    pub(crate) is_after_gap: bool,
}

/// Those that are linked from one of them; none where there is one page.
pub(crate) fn page_links(count: usize, here: usize, href: impl Fn(usize) -> String) -> Vec<PageLink> {
    if count <= 1 {
        return Vec::new();
    }
    let near = STEPS.iter().flat_map(|step| [here.saturating_sub(*step), here + step]);
    let shown: BTreeSet<usize> = near.filter(|page| (1..=count).contains(page)).chain([1, count]).collect();
    let before = std::iter::once(0).chain(shown.iter().copied());
    let links = shown.iter().zip(before).map(|(number, before)| PageLink {
        number: *number,
        href: href(*number),
        is_here: *number == here,
        is_after_gap: *number > before + 1,
    });
    links.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p833_links_are_few_however_many_pages_there_are() {
        #[track_caller]
        fn check(count: usize, here: usize, expected: &str) {
            let links = page_links(count, here, |page| page.to_string());
            let text = |link: &PageLink| match (link.is_after_gap, link.is_here) {
                (true, true) => format!("… [{}]", link.number),
                (true, false) => format!("… {}", link.number),
                (false, true) => format!("[{}]", link.number),
                (false, false) => link.number.to_string(),
            };
            assert_eq!(links.iter().map(text).collect::<Vec<_>>().join(" "), expected);
        }
        check(1, 1, "");
        check(3, 2, "1 [2] 3");
        check(125, 1, "[1] 2 3 … 11 … 101 … 125");
        check(125, 57, "1 … 47 … 55 56 [57] 58 59 … 67 … 125");
        check(125, 125, "1 … 25 … 115 … 123 124 [125]");
    }
}
