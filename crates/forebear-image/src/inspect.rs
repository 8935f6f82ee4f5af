//! `docker image inspect`: an image as a Docker Engine describes it.
//!
//! It has the config's digest as `Id`, diff_ids as `RootFS.Layers` and the
//! container settings, but no history and no blob digests.

use serde::Deserialize;

use crate::config::{ConfigError, ConfigFacts, RuntimeDocument};
use crate::digest::{ConfigDigest, DiffId};
use crate::image::{Identity, Image};
use crate::json;
use crate::platform::Platform;
use crate::time::Timestamp;

/// An inspected image.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// Its first tag, if it has one.
    pub name: Option<String>,
    /// The image; its history is unread.
    pub image: Image,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    List(Vec<One>),
    One(Box<One>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct One {
    id: Option<ConfigDigest>,
    repo_tags: Option<Vec<String>>,
    created: Option<String>,
    author: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    os: Option<String>,
    os_version: Option<String>,
    config: Option<RuntimeDocument>,
    #[serde(rename = "RootFS")]
    root_fs: Option<RootFs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RootFs {
    layers: Option<Vec<DiffId>>,
}

/// Parses the output of `docker image inspect` for one image.
///
/// # Errors
/// [`ConfigError::Malformed`] when it is not that, or of several images.
pub fn parse(bytes: &[u8]) -> Result<Inspected, ConfigError> {
    let malformed = |reason: String| ConfigError::Malformed(reason);
    let document: Document = json::from_slice(bytes)
        .map_err(|e| malformed(format!("it does not look like the output of docker image inspect ({e})")))?;
    let one = match document {
        Document::One(one) => *one,
        Document::List(mut list) => match (list.pop(), list.len()) {
            (Some(one), 0) => one,
            (Some(_), more) => return Err(malformed(format!("it describes {} images, give one", more + 1))),
            (None, _) => return Err(malformed("it describes no image".to_owned())),
        },
    };
    let Some(root_fs) = one.root_fs else {
        return Err(malformed("it has no RootFS: is it of an image, not a container?".to_owned()));
    };
    let present = |text: Option<String>| text.filter(|t| !t.is_empty());
    let platform = present(one.os).zip(present(one.architecture)).map(|(os, architecture)| Platform {
        os,
        architecture,
        variant: present(one.variant),
        os_version: present(one.os_version),
    });
    let facts = ConfigFacts {
        platform,
        created: one.created.as_deref().and_then(Timestamp::parse_created),
        author: present(one.author),
        diff_ids: root_fs.layers.unwrap_or_default(),
        history: Vec::new(),
        runtime: one.config.unwrap_or_default().into_runtime(),
    };
    let mut image = Image::from_config(&facts);
    // It has a history; this form just does not show it.
    image.history = None;
    image.identity = one.id.map(Identity::Config);
    let name = one.repo_tags.unwrap_or_default().into_iter().next();
    Ok(Inspected { name, image })
}
