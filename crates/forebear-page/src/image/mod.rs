//! The page of an image.

mod answers;
mod children;
mod copies;
mod decision;
mod declared;
mod dockerfile;
mod layers;
mod lineage;
mod names;
mod platforms;

use askama::Template;
use forebear_image::human::{bytes, plural};

use crate::address;
use crate::frame::{Frame, html};
use crate::name::Name;
use crate::parts::pages::{PageLink, page_links};
use crate::site::Site;
use crate::text::Text;

use children::{Children, Group};
use copies::Copies;
use decision::Decision;
use declared::Declaration;
use dockerfile::Code;
use layers::Layers;
use lineage::Stage;
use names::TimeLine;
use platforms::Offered;

pub use answers::ImageAnswers;
pub use children::{A_PAGE as CHILDREN_A_PAGE, SHOWN as CHILDREN_SHOWN};
pub use dockerfile::SHOWN as LINES_SHOWN;

#[derive(Template)]
#[template(path = "image.html")]
struct ImagePage {
    frame: Frame,
    name: Name,
    also: Vec<Text>,
    moved: Option<(String, Option<String>)>,
    repository: Option<Name>,
    facts: Vec<(&'static str, Text)>,
    decision: Decision,
    stages: Vec<Stage>,
    layers: Layers,
    code: Code,
    names: Option<TimeLine>,
    platforms: Vec<Offered>,
    children: Children,
    declared: Vec<Declaration>,
    copies: Copies,
    badge: Option<String>,
}

/// The page of an image.
#[must_use]
pub fn image_page(site: &Site<'_>, answers: &ImageAnswers<'_>) -> String {
    let own = answers.summary;
    let title = match &own.platform {
        Some(platform) => format!("{} ({platform})", own.reference),
        None => own.reference.clone(),
    };
    let repository = (!own.repository.is_empty()).then(|| Name::new(&own.repository, site.repository(&own.repository)));
    let tag = own.reference.strip_prefix(&own.repository).and_then(|rest| rest.strip_prefix(':'));
    html(&ImagePage {
        frame: Frame::new(site, &title),
        name: Name::new(&own.reference, None),
        also: names::also(answers),
        moved: names::moved(site, answers),
        repository,
        facts: facts(answers),
        decision: Decision::new(site, answers),
        stages: lineage::stages(site, answers),
        layers: Layers::new(answers.layers, answers.lineage),
        code: Code::new(site, answers),
        names: TimeLine::new(site, answers),
        platforms: platforms::offered(site, answers),
        children: Children::new(site, answers),
        declared: declared::declarations(answers.parent),
        copies: Copies::new(site, answers.parent),
        badge: tag.filter(|_| own.is_current).map(|tag| site.linked(&address::badge(&own.repository, tag))),
    })
}

fn facts(answers: &ImageAnswers<'_>) -> Vec<(&'static str, Text)> {
    let own = answers.summary;
    let image = &answers.parent.image;
    let mut facts = Vec::new();
    let mut fact = |name, value: Option<String>| facts.extend(value.map(|value| (name, Text::line(&value))));
    fact("Platform", own.platform.as_ref().map(ToString::to_string));
    fact("Layers", Some(image.layers.to_string()));
    fact("Steps", image.steps.map(|steps| steps.to_string()));
    fact("Size", own.size.map(bytes));
    fact("Built", own.created.map(forebear_image::Timestamp::date));
    fact("Manifest", image.manifest_digest.map(|digest| digest.to_string()));
    fact("Config", image.config_digest.map(|digest| digest.to_string()));
    fact("Chain ID", image.chain_id.map(|id| id.to_string()));
    facts
}

#[derive(Template)]
#[template(path = "children.html")]
struct ChildrenPage {
    frame: Frame,
    of: Name,
    groups: Vec<Group>,
    pages: Vec<PageLink>,
    total: String,
}

/// A further page of what is built on an image; the first of them is 2. `None` where there are
/// not so many.
#[must_use]
pub fn children_page(site: &Site<'_>, answers: &ImageAnswers<'_>, page: usize) -> Option<String> {
    let own = answers.summary;
    let count = children::pages(answers.children.total);
    if page < 2 || page > count {
        return None;
    }
    let from = (page - 2) * children::A_PAGE;
    let listed = answers.children.children.iter().skip(from).take(children::A_PAGE);
    Some(html(&ChildrenPage {
        frame: Frame::new(site, &format!("Built on {}", own.reference)),
        of: Name::new(&own.reference, site.summary(own)),
        groups: children::groups(site, listed),
        pages: page_links(count - 1, page - 1, |at| site.linked(&address::children(&own.digest, at + 1))),
        total: plural(answers.children.total as u64, "image"),
    }))
}
