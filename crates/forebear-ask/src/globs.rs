//! Globs over references, as people write them: `alpine`, `acme/*`, `ghcr.io/**`.

use forebear_index::{RepositoryId, View};
use globset::{GlobBuilder, GlobMatcher};

use crate::error::AskError;
use crate::glob_text::in_full;

/// Globs over references; without any, everything is meant.
#[derive(Clone, Debug, Default)]
pub struct ReferenceGlobs {
    globs: Vec<(String, GlobMatcher)>,
}

impl ReferenceGlobs {
    /// Reads globs: `alpine` and `acme/*` are completed as references are, `*` is everything.
    ///
    /// # Errors
    /// [`AskError::Glob`] for one that is none.
    pub fn new(globs: &[String]) -> Result<Self, AskError> {
        let read = |glob: &String| {
            // Nobody means Docker Hub's official repositories alone by a star.
            let whole = if glob == "*" { "**".to_owned() } else { in_full(glob) };
            let read = GlobBuilder::new(&whole).literal_separator(true).build();
            let read = read.map_err(|error| AskError::Glob { glob: glob.clone(), why: error.kind().to_string() })?;
            Ok((glob.clone(), read.compile_matcher()))
        };
        Ok(Self { globs: globs.iter().map(read).collect::<Result<_, AskError>>()? })
    }

    /// Whether there is none, so that everything is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// The globs as they were written.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        self.globs.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Whether a reference in full, `docker.io/library/alpine:3.20`, is meant.
    #[must_use]
    pub fn mean(&self, reference: &str) -> bool {
        self.globs.is_empty() || self.globs.iter().any(|(_, glob)| glob.is_match(reference))
    }

    /// Fails where nothing that the index ever saw a tag of is meant by one of them: whoever
    /// mistypes a name is not told that all is well.
    ///
    /// # Errors
    /// [`AskError::NothingMatches`].
    pub fn ensure_known(&self, index: &View) -> Result<(), AskError> {
        let repositories = || (0..index.repository_count()).map(RepositoryId);
        let references =
            || repositories().flat_map(|own| index.tags_of(own)).filter_map(|tag| index.tag_reference(tag));
        match self.globs.iter().find(|(_, glob)| !references().any(|reference| glob.is_match(reference))) {
            Some((glob, _)) => Err(AskError::NothingMatches(glob.clone())),
            None => Ok(()),
        }
    }
}
