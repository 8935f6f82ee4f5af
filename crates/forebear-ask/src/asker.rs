//! Whom to ask.

use std::sync::Arc;

use forebear_image::Digest;
use forebear_index::View;

use crate::check::{self, CheckAnswer, CheckRequest};
use crate::children::{self, ChildrenAnswer, ChildrenRequest};
use crate::completions;
use crate::contents::Contents;
use crate::diff::{self, DiffAnswer};
use crate::dockerfile::{self, DockerfileAnswer};
use crate::error::AskError;
use crate::estate::{Estate, ImageSummary};
use crate::files::{self, LayerFiles};
use crate::find::{self, FindAnswer, FindRequest};
use crate::history::{self, HistoryAnswer};
use crate::index_file::{self, IndexAnswer};
use crate::knowledge::Knowledge;
use crate::layers::{self, LayersAnswer};
use crate::lineage::{self, LineageAnswer};
use crate::listed::{self, RepositoriesAnswer, RepositoriesRequest, TagsAnswer};
use crate::locate;
use crate::located::Located;
use crate::note::Note;
use crate::options::AskOptions;
use crate::outdated::{self, OutdatedAnswer, OutdatedRequest};
use crate::parent::{self, ParentAnswer};
use crate::progress::Progress;
use crate::stats::{self, StatsAnswer, StatsRequest};
use crate::target::{Place, Target};
use crate::verify::{self, VerifyAnswer};

/// Answers questions about images, from an index and from the registries and
/// files that a question names. Cheap to make and to clone.
#[derive(Clone, Debug)]
pub struct Asker {
    knowledge: Knowledge,
    options: AskOptions,
}

impl Asker {
    /// Asks this index, in this way.
    #[must_use]
    pub fn new(knowledge: Knowledge, options: AskOptions) -> Self {
        Self { knowledge, options }
    }

    /// The index that is asked, for whoever reads all of it.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn view(&self) -> Result<&View, AskError> {
        self.knowledge.needed()
    }

    /// That it is asked as of a day after the last that the index knows of, if it is. Answers say
    /// so themselves; what is written for others to read is worth the remark.
    #[must_use]
    pub fn nothing_later(&self) -> Option<Note> {
        let view = self.knowledge.view();
        let (asked, until) = view.as_of().zip(view.observed_until())?;
        (until.date() < asked.date()).then_some(Note::NothingLater { asked, until })
    }

    /// Finds an image that is in the index or in a local form. Of the latter
    /// its documents are read, here and now.
    ///
    /// # Errors
    /// [`AskError`] saying what was looked for, where, and what to do;
    /// [`AskError::NeedsRegistry`] for an image in a registry.
    pub fn locate_known(&self, target: &Target) -> Result<Located, AskError> {
        locate::known(&self.knowledge, &self.options, target)
    }

    /// Finds an image wherever it is; `docker://` asks the registry now, for a
    /// manifest, its config and its provenance.
    ///
    /// # Errors
    /// As [`Asker::locate_known`].
    pub async fn locate(&self, target: &Target) -> Result<Located, AskError> {
        match &target.place {
            Place::Indexed(_) | Place::IndexedDigest(_) | Place::IndexedPrefix(_) => self.locate_known(target),
            Place::Live(_) | Place::Local(_) => {
                let contents = Contents::open(&self.options, target).await?;
                locate::opened(&self.knowledge, &self.options, &contents, target).await
            }
        }
    }

    /// What an image is built on, and the steps added on top.
    #[must_use]
    pub fn parent(&self, image: &Located) -> ParentAnswer {
        parent::find(&self.knowledge, image).answer
    }

    /// The parent, its parent, and so on.
    #[must_use]
    pub fn lineage(&self, image: &Located) -> LineageAnswer {
        lineage::find(self.knowledge.view(), image)
    }

    /// Each layer with its step and the ancestor it came from.
    #[must_use]
    pub fn layers(&self, image: &Located) -> LayersAnswer {
        layers::find(self.knowledge.view(), image)
    }

    /// The steps added on top of the parent, as a Dockerfile.
    #[must_use]
    pub fn dockerfile(&self, image: &Located) -> DockerfileAnswer {
        dockerfile::find(&self.knowledge, image, |_| {})
    }

    /// What two images have in common and what only one has.
    #[must_use]
    pub fn diff(&self, a: &Located, b: &Located) -> DiffAnswer {
        diff::find(self.knowledge.view(), a, b)
    }

    /// Images built on this one.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn children(&self, image: &Located, request: ChildrenRequest) -> Result<ChildrenAnswer, AskError> {
        Ok(children::find(self.knowledge.needed()?, image, request))
    }

    /// Images that declare a base which the index does not hold, by their word
    /// alone; `None` where none does.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn declarers(&self, base: &Target, request: ChildrenRequest) -> Result<Option<ChildrenAnswer>, AskError> {
        Ok(children::find_declarers(self.knowledge.needed()?, base, request))
    }

    /// Every image whose base has a later build, the worst first.
    ///
    /// # Errors
    /// [`AskError::NothingMatches`] for a glob that nothing in the index matches,
    /// [`AskError::NoIndex`].
    pub fn outdated(&self, request: &OutdatedRequest) -> Result<OutdatedAnswer, AskError> {
        outdated::find(self.knowledge.needed()?, request)
    }

    /// What a digest, or a unique beginning of one, names.
    ///
    /// # Errors
    /// [`AskError::Prefix`] for what is no beginning of a digest,
    /// [`AskError::AmbiguousDigest`] for one of several, [`AskError::NoIndex`].
    pub fn find(&self, request: &FindRequest) -> Result<FindAnswer, AskError> {
        find::find(self.knowledge.needed()?, request)
    }

    /// Repositories of the index.
    ///
    /// # Errors
    /// [`AskError::NoIndex`], [`AskError::Glob`].
    pub fn repositories(&self, request: &RepositoriesRequest) -> Result<RepositoriesAnswer, AskError> {
        listed::repositories(self.knowledge.needed()?, request)
    }

    /// The tags of `REPOSITORY`, or those of `REPOSITORY:GLOB`.
    ///
    /// # Errors
    /// [`AskError::NoIndex`]; as [`Asker::locate_known`], where there is no such
    /// repository or tag; [`AskError::Glob`].
    pub fn tags(&self, repository: &str) -> Result<(TagsAnswer, Vec<Note>), AskError> {
        listed::tags(self.knowledge.needed()?, repository)
    }

    /// What `NAME`, `NAME:TAG` or `NAME:GLOB` led to, and when.
    ///
    /// # Errors
    /// As [`Asker::tags`].
    pub fn history(&self, name: &str) -> Result<(HistoryAnswer, Vec<Note>), AskError> {
        history::find(self.knowledge.needed()?, name)
    }

    /// How names of the index go on that begin with `word`, for a shell. None
    /// without an index.
    #[must_use]
    pub fn completions(&self, word: &str) -> Vec<String> {
        completions::find(self.knowledge.view(), word)
    }

    /// Images of the index at once, in short: those that are wanted by the digest that they go
    /// by. What a wanted image is built on is to be wanted too.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn estate(&self, wanted: &(dyn Fn(&Digest) -> bool + Sync)) -> Result<Estate, AskError> {
        Ok(Estate::of(self.knowledge.needed()?, wanted))
    }

    /// An image of the estate, called by its best name; `None` where its entry is damaged.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn locate_summary(&self, image: &ImageSummary) -> Result<Option<Located>, AskError> {
        Ok(Located::of_index(self.knowledge.needed()?, image.id))
    }

    /// What the index holds, or held as of the time that is asked about.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn stats(&self, request: StatsRequest) -> Result<StatsAnswer, AskError> {
        Ok(stats::find(self.knowledge.needed()?, request))
    }

    /// Whether the index file is what its checksums say; all of it is read.
    ///
    /// # Errors
    /// [`AskError::NoIndex`].
    pub fn verify_index(&self) -> Result<IndexAnswer, AskError> {
        Ok(index_file::verify(self.knowledge.needed()?.index()))
    }

    /// Whether images are on an approved base, and a current one, one after the
    /// other, and what there is to say about how they were found. Those that
    /// cannot be found are in the answer too.
    pub async fn check(&self, images: &[String], request: &CheckRequest) -> (CheckAnswer, Vec<Note>) {
        check::check(&self.knowledge, &self.options, images, request).await
    }

    /// Whether every part of an image is what its digests say. Needs no index.
    ///
    /// # Errors
    /// [`AskError`] when there is no image to begin with; what is wrong with
    /// its parts is in the answer.
    pub async fn verify(&self, target: &Target, progress: Arc<dyn Progress>) -> Result<VerifyAnswer, AskError> {
        verify::find(&self.options, target, progress).await
    }

    /// An image's layers, whose files can be listed then.
    ///
    /// # Errors
    /// As [`Asker::locate`]; [`AskError::HoldsNoLayers`] for an image of the
    /// index.
    pub async fn files(&self, target: &Target, progress: Arc<dyn Progress>) -> Result<LayerFiles, AskError> {
        files::open(&self.knowledge, &self.options, target, progress).await
    }

    /// A Dockerfile that says which files each COPY and ADD brought.
    ///
    /// # Errors
    /// As [`Asker::files`].
    pub async fn dockerfile_with_files(
        &self,
        target: &Target,
        progress: Arc<dyn Progress>,
    ) -> Result<(DockerfileAnswer, Vec<Note>), AskError> {
        files::dockerfile(&self.knowledge, &self.options, target, progress).await
    }
}
