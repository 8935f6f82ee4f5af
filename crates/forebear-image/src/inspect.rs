//! `docker image inspect`: an image as a Docker Engine describes it.
//!
//! It has the config's digest as `Id`, diff_ids as `RootFS.Layers` and the
//! container settings, but no history and no blob digests.

use serde::de::{MapAccess, SeqAccess};

use crate::config::{ConfigError, ConfigFacts, RuntimeConfig, RuntimeDocument};
use crate::digest::{ConfigDigest, DiffId};
use crate::image::{Identity, Image};
use crate::json::{self, Noted, Read, Value};
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

/// One, or a list of them.
#[derive(Default)]
struct Document(Vec<One>);

impl Read for Document {
    const CALLED: &'static str = "a list or an object";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        Ok(match Vec::list(list)? {
            Value::Read(list) => Value::Read(Self(list)),
            Value::Null => Value::Null,
            Value::Odd(found) => Value::Odd(found),
        })
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Value<Self>, A::Error> {
        Ok(match One::object(object)? {
            Value::Read(one) => Value::Read(Self(vec![one])),
            Value::Null => Value::Null,
            Value::Odd(found) => Value::Odd(found),
        })
    }
}

json::object! {
    struct One {
        id: String = "Id",
        repo_tags: Vec<String> = "RepoTags",
        created: String = "Created",
        author: String = "Author",
        architecture: String = "Architecture",
        variant: String = "Variant",
        os: String = "Os",
        os_version: String = "OsVersion",
        config: RuntimeDocument = "Config",
        root_fs: RootFs = "RootFS",
    }

    struct RootFs {
        layers: Vec<String> = "Layers",
    }
}

/// Parses the output of `docker image inspect` for one image.
///
/// # Errors
/// [`ConfigError::Malformed`] when it is not that, or of several images.
pub fn parse(bytes: &[u8]) -> Result<Inspected, ConfigError> {
    let malformed = |reason: String| ConfigError::Malformed(reason);
    let strange =
        |reason: String| malformed(format!("it does not look like the output of docker image inspect ({reason})"));
    let document: Value<Document> = json::from_slice(bytes).map_err(|e| strange(json::shown(&e)))?;
    let Document(mut list) = document.or_found().map_err(|found| strange(format!("it is {found}")))?;
    let one = match (list.pop(), list.len()) {
        (Some(one), 0) => one,
        (Some(_), more) => return Err(malformed(format!("it describes {} images, give one", more + 1))),
        (None, _) => return Err(malformed("it describes no image".to_owned())),
    };
    let id = one.id.known()?.filter(|id| !id.is_empty());
    let id =
        id.map(|id| id.parse::<ConfigDigest>().map_err(|error| strange(format!("its Id: {error}")))).transpose()?;
    let Some(root_fs) = one.root_fs.known()? else {
        return Err(malformed("it has no RootFS: is it of an image, not a container?".to_owned()));
    };
    let digest = |text: &String| text.parse().map_err(|error| strange(format!("{text:?}: {error}")));
    let layers: Vec<String> = root_fs.layers.known()?.unwrap_or_default();
    let diff_ids = layers.iter().map(digest).collect::<Result<Vec<DiffId>, ConfigError>>()?;
    let noted = &mut Noted::new();
    let (os, architecture) = (one.os.text_or_note(noted), one.architecture.text_or_note(noted));
    let (variant, os_version) = (one.variant.text_or_note(noted), one.os_version.text_or_note(noted));
    let platform = os.zip(architecture).map(|(os, architecture)| Platform { os, architecture, variant, os_version });
    let created = one.created.or_note(noted).as_deref().and_then(Timestamp::parse_created);
    let author = one.author.text_or_note(noted);
    let config = one.config.or_note(noted).unwrap_or_default();
    let runtime = noted.within("Config", |noted| config.into_runtime(noted));
    let name = one.repo_tags.or_note(noted).unwrap_or_default().into_iter().next();
    let odd = std::mem::take(noted).into_fields();
    let runtime = RuntimeConfig { odd, ..runtime };
    // It has a history; this form just does not show it.
    let (history, history_unread) = (Vec::new(), true);
    let facts = ConfigFacts { platform, created, author, diff_ids, history, history_unread, runtime };
    let mut image = Image::from_config(&facts);
    image.identity = id.map(Identity::Config);
    Ok(Inspected { name, image })
}
