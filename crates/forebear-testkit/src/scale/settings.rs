//! What containers of an application start with: invented, as the official
//! data has none. Shared by all its builds; 200 to 600 bytes of JSON.

use forebear_image::Annotations;
use forebear_image::RuntimeConfig;
use forebear_image::declared::BASE_NAME;

use super::World;
use super::apps::{App, NONE};
use super::mix::Draw;

impl World {
    pub(super) fn runtime(&self, app: &App) -> RuntimeConfig {
        let mut draw = Draw::new(&[self.seed, 30, u64::from(app.id)]);
        let mut env = vec!["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()];
        for name in ["APP_HOME", "LANG", "NODE_ENV"].iter().take(draw.below(4) as usize) {
            env.push(format!("{name}=/srv/{}", draw.below(1_000)));
        }
        let mut labels = Annotations::new();
        for name in ["version", "licenses", "vendor"].iter().take(draw.below(4) as usize) {
            labels.insert(format!("org.opencontainers.image.{name}"), format!("v{}", draw.below(5_000)));
        }
        if declares_by_label(app) {
            labels.insert(BASE_NAME.to_owned(), self.base_name(app));
        }
        RuntimeConfig {
            env,
            cmd: Some(vec![format!("app-{}", app.id)]),
            working_dir: draw.chance(0.5).then(|| "/srv/app".to_owned()),
            labels,
            ..RuntimeConfig::default()
        }
    }

    /// Annotations of the application's manifests.
    pub(super) fn annotations(&self, app: &App) -> Annotations {
        let mut annotations = Annotations::new();
        if declares_by_annotation(app) {
            annotations.insert(BASE_NAME.to_owned(), self.base_name(app));
        }
        annotations
    }

    fn base_name(&self, app: &App) -> String {
        format!("{}:latest", self.repository_name(self.apps.get(app.parent).repository))
    }
}

/// Whether the configs of an application declare its base.
pub(super) fn declares_by_label(app: &App) -> bool {
    app.parent != NONE && app.id % 20 == 3
}

/// Whether its manifests do.
pub(super) fn declares_by_annotation(app: &App) -> bool {
    app.parent != NONE && app.is_oci() && app.id % 20 == 4
}
