//! Links within the project lead somewhere; the book has every page of `docs/`.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Event, Tag};

use crate::pages::{self, Page};

fn links(page: &Page) -> Vec<String> {
    let link = |event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    };
    page.events().filter_map(|(event, _)| link(event)).collect()
}

/// `docs/decisions` and `../asking.md`: `docs/asking.md`.
fn join(folder: &Path, relative: &str) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in folder.join(relative).components() {
        match part {
            Component::ParentDir => _ = whole.pop(),
            Component::CurDir => (),
            part => whole.push(part),
        }
    }
    whole
}

/// External ones are counted and not asked for: a test that needs the network
/// fails when somebody else's server does.
#[test]
fn links_lead_somewhere() {
    let all = pages::all();
    let (mut flaws, mut external, mut inner) = (Vec::new(), BTreeSet::new(), 0);
    for page in &all {
        for link in links(page) {
            if link.contains("://") || link.starts_with("mailto:") {
                external.insert(link);
                continue;
            }
            inner += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = page.path.parent().expect("a page is in a folder");
            let target = if path.is_empty() { page.path.clone() } else { join(folder, path) };
            let shown = page.path.display();
            if !pages::root().join(&target).exists() {
                flaws.push(format!("{shown}: {link} leads nowhere"));
            } else if page.path.starts_with("docs") && !target.starts_with("docs") {
                flaws.push(format!("{shown}: {link} leads out of the book, where a reader of the site has nothing"));
            } else if !anchor.is_empty() {
                let there = all.iter().find(|page| page.path == target);
                if !there.is_some_and(|page| page.anchors().iter().any(|known| known == anchor)) {
                    flaws.push(format!("{shown}: {link} names no heading"));
                }
            }
        }
    }
    println!("{inner} links within the project; {} external ones are not asked for:", external.len());
    external.iter().for_each(|link| println!("  {link}"));
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    assert!(inner > 50, "only {inner} links were found");
}

#[test]
fn the_book_has_every_page() {
    let all = pages::all();
    let is_summary = |page: &&Page| page.path == Path::new("docs/SUMMARY.md");
    let summary = all.iter().find(is_summary).expect("the book has a summary");
    let listed: Vec<PathBuf> = links(summary).iter().map(|link| join(Path::new("docs"), link)).collect();
    let once: BTreeSet<&PathBuf> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "docs/SUMMARY.md lists a page twice");
    let written = all.iter().filter(|page| page.path.starts_with("docs") && !is_summary(page));
    let missing: Vec<_> = written.map(|page| &page.path).filter(|path| !once.contains(path)).collect();
    assert!(missing.is_empty(), "docs/SUMMARY.md does not list {missing:?}");
}
