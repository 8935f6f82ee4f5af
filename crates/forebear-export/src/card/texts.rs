//! What every card says in the same words.

/// What any data set of this kind leans to.
pub(super) const BIASES: &str = "\
- Parents are found among the images that were crawled. Where a base is not among them, a deeper
  ancestor is named or none; `no_parent_because` says why.
- An image is one row whatever its names and copies, so counts are of distinct images, not of use.
  Pulls, where they are known, are the registry's own numbers for a whole repository.
- What no tag led to when a crawl passed was not seen: tags that came and went between two crawls, and
  everything before the first. Images of today are there more fully than those of last year.
- `images.repository` is one of the names of an image, and `parents.parent_reference` one of its base's:
  count repositories through `tag_images`, and bases by `parent`.
- `builds_behind` and `days_behind` are 0 also where nothing tells whether the base's name ever moves
  (`freshness` is `unproven`): leave such rows out of averages.
- `created` is what a builder wrote. Reproducible builds write a constant, often 1970; columns that
  are counted from it are null before 2013.
- Steps are what builders recorded: settings that none of them made have no row. `fidelity` says what is
  known of each line; squashed and flattened images keep no base that could be seen.
- Layers were not read: sizes are what manifests state, and nothing is said of the files in them.
- What is `derived` (see DICTIONARY.md) is forebear's judgement, and a later version may judge better.
";

/// What an index cannot tell of an earlier time.
pub(super) const EARLIER: &str = "\
Not all of an earlier time is kept. Of each time that a tag led somewhere, the first and the last run are known, not
those between; of each repository, when it was listed last, not when before. So what a later run has written over is
null here, which means not known: `complete`, `last_listed`, `gone`, `failures` and what a registry told, and `ended`
of a tag that may have been gone. `last_seen` is the time that was asked as of itself where a later run saw the same.
Which manifests and configs were read is told as it is now.";

/// Whose it is.
pub(super) const RIGHTS: &str = "\
The tables hold facts about other people's images: names, digests, sizes, times and the text of build
steps. They give no right to the images, which have licences of their own. That text was written for a
builder and may hold what its authors did not mean to publish, such as e-mail addresses or tokens: look
before you pass it on.
";
