//! From an image's config to the Dockerfile that is rebuilt.

use forebear_image::added::{Boundary, added_steps};
use forebear_image::agreement::{compare, step_keys};
use forebear_image::config::{self, ConfigFacts};
use forebear_image::dockerfile::{Context, From, Line, reconstruct, render};
use forebear_image::history::Step;
use forebear_image::image::Image;

use super::original::Original;
use super::substitute;

/// The steps of an image above its parent, and a line for each; lines beyond
/// the steps are what only the config knows.
#[derive(Clone, Debug)]
pub struct Reconstruction {
    /// The steps.
    pub steps: Vec<Step>,
    /// The lines.
    pub lines: Vec<Line>,
}

impl Reconstruction {
    /// As `forebear dockerfile` does it.
    ///
    /// # Panics
    /// When the parent's history does not begin the image's.
    #[must_use]
    pub fn of(image: &ConfigFacts, parent: &ConfigFacts) -> Self {
        let (child, below) = (Image::from_config(image), Image::from_config(parent));
        let layers = below.layers.len();
        let above = child.layers.len() - layers;
        let comparison = compare(Some(&step_keys(&parent.history)), Some(&step_keys(&image.history)), above);
        assert!(comparison.agreement.is_history(), "{comparison:?}: not the parent");
        let boundary = Boundary { comparison, layers, history: Some(&parent.history) };
        let steps = added_steps(&child, Some(boundary));
        let context = Context { parent: Some(&parent.runtime), image: Some(&image.runtime) };
        let lines = reconstruct(&steps, context);
        Self { steps, lines }
    }

    /// What was recorded for a line.
    #[must_use]
    pub fn recorded(&self, line: usize) -> Option<&str> {
        self.steps.get(line).map(|step| step.entry.created_by.as_str())
    }

    /// The Dockerfile to build: the lines, but with the sources that no
    /// history holds put back from the original.
    #[must_use]
    pub fn dockerfile(&self, original: &Original) -> String {
        let (lines, copies) = substitute::sources(&self.lines, original);
        let text = self.render(&original.parent, &lines);
        // Stages to copy from have to be there.
        if copies { format!("{}{text}", original.before) } else { text }
    }

    /// The Dockerfile as a person gets it.
    #[must_use]
    pub fn render(&self, parent: &str, lines: &[Line]) -> String {
        render(&From::Image { name: parent.to_owned(), digest: None, moved: None }, lines)
    }
}

/// Reads a config that a builder wrote.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn facts(bytes: &[u8]) -> ConfigFacts {
    config::parse(bytes).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(bytes)))
}
