//! From what was asked for to an image.

mod indexed;
mod live;
mod local;
mod recognised;

use std::sync::Arc;

use forebear_archive::Archive;

use crate::contents::Contents;
use crate::error::AskError;
use crate::knowledge::Knowledge;
use crate::located::Located;
use crate::options::AskOptions;
use crate::other_form::OtherForm;
use crate::target::{Place, Target};

pub(crate) use indexed::{no_such_tag, repository};

/// Finds an image that is in the index or in a local form.
///
/// # Errors
/// [`AskError::NeedsRegistry`] for one in a registry.
pub(crate) fn known(knowledge: &Knowledge, options: &AskOptions, target: &Target) -> Result<Located, AskError> {
    let located = match &target.place {
        Place::Indexed(reference) => {
            let found = indexed::find(knowledge.needed()?, options, reference);
            found.or_else(|error| meant_otherwise(knowledge, options, error, target))
        }
        Place::IndexedPrefix(prefix) => indexed::by_prefix(knowledge.needed()?, options, prefix, target.text()),
        Place::IndexedDigest(digest) => indexed::by_digest(knowledge.needed()?, options, *digest, target.text()),
        Place::Local(form) => local::find(knowledge.view(), options, &Archive::open(form)?, target.text()),
        Place::Live(_) => Err(AskError::NeedsRegistry(target.to_string())),
    };
    located.map(Located::telling_odd)
}

/// What is not in the index may be the beginning of a digest, a file whose form
/// was left out, or another tool's transport.
fn meant_otherwise(
    knowledge: &Knowledge,
    options: &AskOptions,
    error: AskError,
    target: &Target,
) -> Result<Located, AskError> {
    if !matches!(error, AskError::NotIndexed { .. }) {
        return Err(error);
    }
    if let Some(prefix) = target.as_digest_prefix() {
        match indexed::by_prefix(knowledge.needed()?, options, &prefix, target.text()) {
            Err(AskError::UnknownDigest(_)) => {}
            found => return found,
        }
    }
    Err(OtherForm::likely(target.text()).map_or(error, AskError::OtherForm))
}

/// Finds the image that opened contents hold.
pub(crate) async fn opened(
    knowledge: &Knowledge,
    options: &AskOptions,
    contents: &Contents,
    target: &Target,
) -> Result<Located, AskError> {
    let archive = match contents {
        Contents::Live(live) => return Ok(live::find(knowledge.view(), options, live).await?.telling_odd()),
        Contents::Local(archive) => Arc::clone(archive),
    };
    let (knowledge, options, target) = (knowledge.clone(), options.clone(), target.clone());
    let read = move || local::find(knowledge.view(), &options, &archive, target.text());
    Ok(tokio::task::spawn_blocking(read).await??.telling_odd())
}
