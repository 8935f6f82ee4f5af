//! How much of a document is read. What has more is hostile, and costs no more
//! than what is kept of it: reading a list or a map stops keeping at its limit.
//!
//! A list that layers or images hang on is refused with its document; any other
//! is left out, and that is told ([`crate::json::OddField`]).

/// Layers of an image. Docker's limit is 127, and other builders' is the
/// kernel's for overlays, 500.
pub const MAX_LAYERS: usize = 2_000;
/// Entries of an index. The largest real ones list some dozens of platforms,
/// layouts on disk a few thousand images.
pub const MAX_CHILDREN: usize = 5_000;
/// Manifests that are asked for below one tag. Real ones have some dozens; an
/// index of indexes of indexes could have as many as there are.
pub const MAX_BELOW_TAG: usize = 5_000;
/// Steps of a history. Builds write tens to hundreds; generators that write one
/// for every package, a few thousand.
pub const MAX_HISTORY: usize = 20_000;
/// Bytes of text in a history: commands, authors and remarks together, a hundred
/// for each of the most steps.
pub const MAX_HISTORY_TEXT: usize = 2 * 1024 * 1024;
/// Entries of one list or map of settings (environment, labels, ports, volumes,
/// triggers, words of a command): as many as steps, for a step may make one.
pub const MAX_SETTINGS: usize = MAX_HISTORY;
/// Annotations of a manifest or an index. Real ones have up to some twenty.
pub const MAX_ANNOTATIONS: usize = 1_000;
/// Annotations of one entry or layer, of which a document may have thousands.
/// Package managers that say most write some fifteen.
pub const MAX_ENTRY_ANNOTATIONS: usize = 64;
/// Annotations of all entries or layers of a document together: those of as many
/// entries as an index may have, and a few more.
pub const MAX_ANNOTATIONS_OF_ENTRIES: usize = 100_000;
/// Features of an operating system that one entry of an index asks for. One is
/// known, `win32k`.
pub const MAX_FEATURES: usize = 64;
/// Names that an image has where it is kept, each kind of them. A build that is
/// tagged by every commit has a few hundred.
pub const MAX_NAMES: usize = 5_000;
/// Images of one archive. `docker save` of a whole machine has hundreds.
pub const MAX_IMAGES: usize = 20_000;
/// Algorithms that one thing's digests are told in. in-toto knows about ten.
pub const MAX_ALGORITHMS: usize = 64;
/// Images that a provenance statement may list. A build reads some ten.
pub const MAX_MATERIALS: usize = 256;
/// Digests that a statement may be about. BuildKit names one digest once for
/// every tag.
pub const MAX_SUBJECTS: usize = 256;
/// Bytes of a statement. With mode=max it holds the whole build graph and the
/// Dockerfile; a few megabytes are seen.
pub const STATEMENT_CAP: usize = 16 * 1024 * 1024;
/// Bytes over which a document is large: such are parsed one at a time. Real
/// manifests and configs have some kilobytes.
pub const LARGE: usize = 1024 * 1024;
/// Characters of a foreign text that are kept in an error or in place of a name.
pub(crate) const SHOWN: usize = 300;
