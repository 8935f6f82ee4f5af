//! How to ask.

use std::sync::Arc;

use forebear_image::Platform;
use forebear_registry::{AuthSource, RegistryOptions, RegistryPool};

/// What holds for every question of one [`crate::Asker`].
#[derive(Clone, Debug)]
pub struct AskOptions {
    /// The platform that is meant where several are offered. `None`:
    /// linux/amd64, where a name leads to several.
    pub platform: Option<Platform>,
    /// The registries that `docker://` asks. Whoever shares a pool shares the
    /// pace, the holds and the tokens of each registry.
    pub registries: Arc<RegistryPool>,
}

impl Default for AskOptions {
    /// Any platform, and registries that are asked anonymously.
    fn default() -> Self {
        let registries = RegistryPool::new(AuthSource::Anonymous, RegistryOptions::new);
        Self { platform: None, registries: Arc::new(registries) }
    }
}
