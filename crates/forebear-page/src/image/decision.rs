//! What to do about the base: the first thing on the page.

use forebear_ask::ParentAnswer;
use forebear_ask::answers::{AncestorAnswer, Evidence, FreshnessState};
use forebear_image::agreement::Agreement;
use forebear_image::human::{bytes, plural};

use super::answers::ImageAnswers;
use crate::name::Name;
use crate::site::Site;
use crate::text::Text;

/// The decision, with what it rests on.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) class: &'static str,
    pub(super) word: &'static str,
    pub(super) base: Option<Name>,
    pub(super) sentence: Text,
    pub(super) evidence: Option<&'static str>,
    pub(super) adds: Option<Text>,
    /// Images on the same base beside this one, and where they are listed.
    pub(super) siblings: Option<(String, Option<String>)>,
    /// Images on any build of the base's repository, and where they are counted.
    pub(super) users: Option<(Text, Option<String>)>,
}

impl Decision {
    pub(super) fn new(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Self {
        let Some(parent) = &answers.parent.parent else { return Self::without(answers.parent) };
        let (class, word) = match parent.freshness.freshness {
            Some(FreshnessState::Outdated) => ("late", "Outdated"),
            Some(FreshnessState::Current) => ("good", "Up to date"),
            Some(FreshnessState::Gone | FreshnessState::Unproven) | None => ("plain", "No later build known"),
        };
        let base = site.estate.base_of(answers.summary);
        let page = base.and_then(|base| site.summary(base));
        let others = answers.siblings.saturating_sub(1);
        let siblings = (others > 0).then(|| {
            let verb = if others == 1 { "sits" } else { "sit" };
            let text = format!("{} {verb} on this build too", plural(others as u64, "other image"));
            (text, page.as_ref().map(|page| format!("{page}#children")))
        });
        Self {
            class,
            word,
            base: Some(Name::new(&parent.image.reference, page)),
            sentence: Text::line(&sentence(parent)),
            evidence: Some(evidence(parent)),
            adds: Some(Text::line(&adds(answers, parent))),
            siblings,
            users: users(site, answers),
        }
    }

    fn without(parent: &ParentAnswer) -> Self {
        let why = parent.no_parent_because.as_ref().map(|why| why.message.clone()).unwrap_or_default();
        Self {
            class: "plain",
            word: "No known parent",
            base: None,
            sentence: Text::line(&capital(&why)),
            evidence: None,
            adds: None,
            siblings: None,
            users: None,
        }
    }
}

fn users(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Option<(Text, Option<String>)> {
    let base = &site.estate.base_of(answers.summary)?.repository;
    let images: usize = answers.users.iter().map(|user| user.staleness.images()).sum();
    if images == 0 {
        return None;
    }
    let (short, count) = (base.rsplit('/').next().unwrap_or(base), plural(answers.users.len() as u64, "repository"));
    let text = format!("{} in {count} on any build of {short}", plural(images as u64, "image"));
    Some((Text::line(&text), site.repository(base).map(|page| format!("{page}#users"))))
}

/// How current the base is, by which name, and what tells.
fn sentence(parent: &AncestorAnswer) -> String {
    let own = &parent.freshness;
    let tag_of = |name: &str| Some(name.rsplit_once(':').filter(|_| !name.contains('@'))?.1.to_owned());
    let counted = own.counting_name.as_deref().and_then(tag_of);
    let line = counted.as_ref().map_or_else(String::new, |tag| format!(" the tag {tag}"));
    match own.freshness {
        Some(FreshnessState::Outdated) => {
            let builds = plural(u64::from(own.builds_behind.unwrap_or_default()), "build");
            let days = match own.days_behind.unwrap_or_default() {
                0 => String::new(),
                days => format!(" and {}", plural(u64::from(days), "day")),
            };
            let since = own.superseded_at.map_or_else(String::new, |time| format!("Rebuilt on {}: ", time.date()));
            capital(&format!("{since}this image is {builds}{days} behind{line}."))
        }
        Some(FreshnessState::Current) => {
            let line = if line.is_empty() { " its tag".to_owned() } else { line };
            format!("Current with{line}.")
        }
        Some(FreshnessState::Gone) => {
            let line = if line.is_empty() { "Its tag".to_owned() } else { capital(line.trim_start()) };
            format!("{line} no longer leads anywhere for this platform.")
        }
        Some(FreshnessState::Unproven) => match counted.or_else(|| tag_of(&parent.image.reference)) {
            Some(tag) => format!("The tag {tag} still leads to that build; it was never seen to lead to another."),
            None => "Its tag was never seen to lead to another build.".to_owned(),
        },
        None => "No tag leads to that build.".to_owned(),
    }
}

fn evidence(parent: &AncestorAnswer) -> &'static str {
    match (parent.evidence, parent.agreement) {
        (Evidence::History, _) => "Same layers; its history begins this image’s",
        (_, Agreement::Exact | Agreement::Filled) => "Layers and history agree",
        (_, Agreement::Above) => "Layers agree; the base has no history",
        (_, Agreement::Text) => "Layers agree; steps were run at other times",
        (_, Agreement::Unread) => "Layers agree; a history was not read",
        (_, Agreement::Differs) => "Layers agree, history does not",
    }
}

fn adds(answers: &ImageAnswers<'_>, parent: &AncestorAnswer) -> String {
    let layers = answers.layers.layers.iter().skip(parent.image.layers);
    let sizes: Option<u64> = layers.map(|own| own.layer.size).sum();
    let count = answers.layers.layers.len().saturating_sub(parent.image.layers);
    let size = sizes.filter(|_| count > 0).map_or_else(String::new, |size| format!(", {}", bytes(size)));
    match count {
        0 => "Adds metadata only".to_owned(),
        count => format!("Adds {}{size}", plural(count as u64, "layer")),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
