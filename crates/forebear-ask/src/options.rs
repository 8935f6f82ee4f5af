//! How to ask.

use forebear_image::Platform;

/// What holds for every question of one [`crate::Asker`].
#[derive(Clone, Debug, Default)]
pub struct AskOptions {
    /// The platform that is meant where several are offered. `None`:
    /// linux/amd64, where a name leads to several.
    pub platform: Option<Platform>,
    /// Speak plain HTTP to registries that are not on loopback.
    pub plain_http: bool,
}
