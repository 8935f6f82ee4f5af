//! Images that are built on this one, by repository, in pages.

use forebear_ask::ChildAnswer;
use forebear_image::human::plural;

use super::answers::ImageAnswers;
use crate::address;
use crate::name::Name;
use crate::site::Site;
use crate::text::Text;

/// Images that are listed on the image's own page.
pub const SHOWN: usize = 40;
/// Images of a further page.
pub const A_PAGE: usize = 400;

/// What is built on the image.
#[derive(Clone, Debug)]
pub(super) struct Children {
    pub(super) total: usize,
    pub(super) count: String,
    pub(super) groups: Vec<Group>,
    /// Where all of them are listed.
    pub(super) all: Option<String>,
    /// Images on other builds of the same name.
    pub(super) on_others: Option<String>,
}

/// Those of one repository.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) repository: Name,
    pub(super) images: Vec<Child>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) tag: Text,
    pub(super) platform: Text,
    pub(super) href: Option<String>,
    /// Whether no tag leads to it any more: its name may stand beside it once more.
    pub(super) is_earlier: bool,
}

impl Children {
    pub(super) fn new(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Self {
        let answer = answers.children;
        let digest = &answers.summary.digest;
        let others = answer.on_other_builds.filter(|more| *more > 0);
        Self {
            total: answer.total,
            count: plural(answer.total as u64, "image"),
            groups: groups(site, answer.children.iter().take(SHOWN)),
            all: (pages(answer.total) > 1).then(|| site.linked(&address::children(digest, 2))),
            on_others: others.map(|more| plural(more as u64, "image")),
        }
    }
}

/// How many pages there are, the image's own one counted.
pub(super) fn pages(total: usize) -> usize {
    if total > SHOWN { 1 + total.div_ceil(A_PAGE) } else { 1 }
}

/// They come by repository.
pub(super) fn groups<'a>(site: &Site<'_>, children: impl Iterator<Item = &'a ChildAnswer>) -> Vec<Group> {
    let mut groups: Vec<(String, Group)> = Vec::new();
    for child in children {
        let name = child.reference.as_str();
        let tagged = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/') && !name.contains('@'));
        let (repository, tag) = tagged.unwrap_or((name.split('@').next().unwrap_or_default(), ""));
        let image = child.manifest_digest.and_then(|digest| site.estate.of_manifest(&digest));
        let short = || child.manifest_digest.map(|digest| digest.0.short()).unwrap_or_default();
        let own = Child {
            tag: Text::line(&if tag.is_empty() { short() } else { tag.to_owned() }),
            platform: child.platform.as_ref().map(|platform| Text::line(&platform.to_string())).unwrap_or_default(),
            href: image.and_then(|image| site.summary(image)),
            is_earlier: image.is_some_and(|image| !image.is_current),
        };
        match groups.last_mut() {
            Some((last, group)) if last == repository => group.images.push(own),
            _ => {
                let name = Name::new(repository, site.repository(repository));
                groups.push((repository.to_owned(), Group { repository: name, images: vec![own] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
