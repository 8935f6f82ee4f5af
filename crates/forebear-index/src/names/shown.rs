//! Which of an image's names is shown for it.
//!
//! The one that is declared to be meant; else the most specific, which tells a reader most
//! (`3.12-slim-bookworm` a version and a distribution, `slim` neither); else the shortest.

use forebear_image::declared::Declared;

use super::name::{Name, in_full};
use super::tag_text::{COMPARED, TagText};
use crate::ids::ImageId;
use crate::view::View;

/// The name that is shown, of all names of an image as [`crate::View::names_of`] ranks them:
/// one of those that `declared` names, else one of the first name's repository. `None`
/// where there is no name.
#[must_use]
pub fn shown<'a>(names: &'a [Name], declared: &[Declared]) -> Option<&'a Name> {
    declared_name(names, declared).or_else(|| {
        let repository = names.first()?.repository();
        let own: Vec<&Name> = names.iter().filter(|name| name.repository() == repository).collect();
        let tags: Vec<&str> = own.iter().map(|name| name.tag_text()).collect();
        own.get(shown_tag(&tags)?).copied()
    })
}

impl View {
    /// The name that is shown for an image, or its digest where it has none.
    #[must_use]
    pub fn reference_of(&self, image: ImageId) -> String {
        let named = shown(&self.names_of(image), &[]).map(|name| name.reference.clone());
        let digest = || {
            let manifest = self.manifests_of(image).next()?;
            self.manifest_digest(manifest).map(|digest| digest.to_string())
        };
        named.or_else(digest).unwrap_or_default()
    }
}

/// The name that a declaration names, word for word.
pub(super) fn declared_name<'a>(names: &'a [Name], declared: &[Declared]) -> Option<&'a Name> {
    let tagged = |declared: &Declared| declared.reference().filter(|reference| reference.tag.is_some());
    let mut wanted = declared.iter().filter_map(tagged).map(|reference| in_full(&reference));
    wanted.find_map(|wanted| names.iter().find(|name| name.reference == wanted))
}

/// Which tag of one repository is shown for a build that all of them lead to.
#[must_use]
pub fn shown_tag(tags: &[&str]) -> Option<usize> {
    if let [_] = tags {
        return Some(0);
    }
    let texts: Vec<TagText<'_>> = tags.iter().take(COMPARED).map(|tag| TagText::read(tag)).collect();
    let all: Vec<usize> = (0..texts.len()).collect();
    most_specific(&texts, &all)
}

/// The most specific of some tags: its words or numbers contain another's, and nothing
/// contains its own; of several, the one that contains most tags. Where none contains
/// another, the shortest.
pub(super) fn most_specific(texts: &[TagText<'_>], among: &[usize]) -> Option<usize> {
    let text = |at: &usize| texts.get(*at);
    let contained = |at: &usize| {
        let own = text(at);
        among.iter().filter_map(text).filter(|less| own.is_some_and(|own| own.says_more_than(less))).count()
    };
    let counts: Vec<usize> = among.iter().map(contained).collect();
    let most = counts.iter().copied().max()?;
    shortest(texts, among.iter().zip(&counts).filter(|(_, count)| **count == most).map(|(at, _)| *at))
}

/// The shortest of some tags; of several, the first of the alphabet.
pub(super) fn shortest(texts: &[TagText<'_>], among: impl Iterator<Item = usize>) -> Option<usize> {
    among.min_by_key(|at| texts.get(*at).map(|text| (text.tag().len(), text.tag())))
}
