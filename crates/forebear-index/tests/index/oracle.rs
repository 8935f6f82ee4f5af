//! The rule once more, by brute force: every image against every image, in
//! plain loops over `Vec`s, straight from the semantics (`docs/`, "Parent of
//! Q"). No trie, no hashes, no sorting by id.

use std::collections::BTreeSet;

use forebear_facts::rows::MemorySource;
use forebear_image::image::Identity;
use forebear_image::{BlobDigest, ConfigFacts, DiffId, HistoryEntry, Image, LayerDescriptor, ManifestFacts, Timestamp};
use forebear_index::resolve::{self, Relation, Subject};
use forebear_index::{ImageId, ImageSet, View};

/// So many images that share layers are listed.
const MOST_SHARING: usize = 20;

/// A layer: its diff_id where one is known, and the blobs of all its copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) diff_id: Option<DiffId>,
    pub(crate) blobs: Vec<BlobDigest>,
}

/// An image, as the rule sees it.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    pub(crate) identity: Option<Identity>,
    /// `None`: its config was not read.
    pub(crate) history: Option<Vec<HistoryEntry>>,
    pub(crate) layers: Vec<Piece>,
    pub(crate) outside: bool,
}

/// The best candidates for one image: positions, with each one's class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Best {
    pub(crate) depth: usize,
    pub(crate) equal: BTreeSet<(usize, &'static str)>,
}

fn config_of<'a>(facts: &'a MemorySource, manifest: &ManifestFacts) -> Option<&'a ConfigFacts> {
    let ManifestFacts::Image(image) = manifest else { return None };
    facts.configs.iter().find(|(digest, _)| *digest == image.config).map(|(_, config)| config)
}

/// What manifests and read configs teach: this blob is that diff_id.
fn taught(facts: &MemorySource) -> Vec<(BlobDigest, DiffId)> {
    let mut taught = Vec::new();
    for (_, manifest) in &facts.manifests {
        if let (ManifestFacts::Image(image), Some(config)) = (manifest, config_of(facts, manifest))
            && image.layers.len() == config.diff_ids.len()
        {
            taught.extend(image.layers.iter().map(|layer| layer.digest).zip(config.diff_ids.iter().copied()));
        }
    }
    taught
}

/// What a blob is taken for, unless configs contradict each other.
fn mapped(taught: &[(BlobDigest, DiffId)], blob: BlobDigest) -> Option<DiffId> {
    let said: Vec<DiffId> = taught.iter().filter(|(known, _)| *known == blob).map(|(_, id)| *id).collect();
    let first = *said.first()?;
    said.iter().all(|id| *id == first).then_some(first)
}

/// Every image of a source. Copies of one config are one image.
pub(crate) fn images(facts: &MemorySource) -> Vec<Plain> {
    let taught = taught(facts);
    let from_blobs = |layers: &[LayerDescriptor]| -> Vec<Piece> {
        layers.iter().map(|layer| Piece { diff_id: mapped(&taught, layer.digest), blobs: vec![layer.digest] }).collect()
    };
    let mut found: Vec<Plain> = Vec::new();
    for (digest, manifest) in &facts.manifests {
        let (identity, history, layers) = match manifest {
            ManifestFacts::Image(image) => match config_of(facts, manifest) {
                Some(config) => {
                    (Identity::Config(image.config), Some(trimmed(config)), own_layers(config, &image.layers))
                }
                None => (Identity::Manifest(*digest), None, from_blobs(&image.layers)),
            },
            ManifestFacts::Schema1 { layers, config } => {
                (Identity::Manifest(*digest), Some(trimmed(config)), from_blobs(layers))
            }
            _ => continue,
        };
        match found.iter_mut().find(|image| image.identity == Some(identity)) {
            Some(copy) => {
                for (piece, more) in copy.layers.iter_mut().zip(layers) {
                    piece.blobs.extend(more.blobs);
                }
            }
            None => found.push(Plain { identity: Some(identity), history, layers, outside: false }),
        }
    }
    found
}

fn own_layers(config: &ConfigFacts, blobs: &[LayerDescriptor]) -> Vec<Piece> {
    let paired = blobs.len() == config.diff_ids.len();
    let blob = |at: usize| if paired { vec![blobs[at].digest] } else { Vec::new() };
    config.diff_ids.iter().enumerate().map(|(at, id)| Piece { diff_id: Some(*id), blobs: blob(at) }).collect()
}

/// Without the entries BuildKit makes up at the end.
fn trimmed(config: &ConfigFacts) -> Vec<HistoryEntry> {
    let mut history = config.history.clone();
    while history.last().is_some_and(|entry| entry.comment.as_deref() == Some("buildkit.exporter.image.v0")) {
        history.pop();
    }
    history
}

/// An image from outside the world.
pub(crate) fn plain(facts: &MemorySource, image: &Image) -> Plain {
    let taught = taught(facts);
    let piece = |layer: &forebear_image::Layer| {
        let diff_id = layer.diff_id.or_else(|| mapped(&taught, layer.blob?));
        Piece { diff_id, blobs: Vec::from_iter(layer.blob) }
    };
    Plain {
        identity: image.identity,
        history: image.history.clone(),
        layers: image.layers.iter().map(piece).collect(),
        outside: true,
    }
}

/// Whether P's layers are the lowest of Q's: by diff_id where P's is known,
/// else by blob. An image from outside brings pairs of its own, so its blobs
/// are compared too where Q's diff_id is not known.
fn is_prefix(p: &Plain, q: &Plain) -> bool {
    if p.layers.len() > q.layers.len() {
        return false;
    }
    for (at, own) in p.layers.iter().enumerate() {
        let theirs = &q.layers[at];
        let same = match own.diff_id {
            Some(id) if theirs.diff_id.is_some() || !p.outside => theirs.diff_id == Some(id),
            _ => own.blobs.iter().any(|blob| theirs.blobs.contains(blob)),
        };
        if !same {
            return false;
        }
    }
    true
}

/// Class of agreement and, for equal layers, whether P's history is a strict
/// prefix.
fn class(p: &Plain, q: &Plain) -> (&'static str, bool) {
    let (Some(ps), Some(qs)) = (&p.history, &q.history) else { return ("unread", false) };
    let above = q.layers.len() - p.layers.len();
    let times_agree =
        |a: &HistoryEntry, b: &HistoryEntry| a.created.is_none() || b.created.is_none() || a.created == b.created;
    let equal = |a: &HistoryEntry, b: &HistoryEntry| a.created_by == b.created_by && times_agree(a, b);
    if ps.is_empty() {
        let made = qs.iter().filter(|step| !step.empty).count();
        return if made <= above { ("above", !qs.is_empty()) } else { ("differs", false) };
    }
    if ps.len() <= qs.len() && (0..ps.len()).all(|at| equal(&ps[at], &qs[at])) {
        return ("exact", ps.len() < qs.len());
    }
    let made: Vec<&HistoryEntry> = ps.iter().filter(|step| !step.empty).collect();
    let dropped = qs.iter().all(|step| !step.empty);
    if dropped && !made.is_empty() && made.len() <= qs.len() && (0..made.len()).all(|at| equal(made[at], &qs[at])) {
        // A child with the same layers adds metadata: it has no fewer steps.
        return ("filled", made.len() < qs.len() && ps.len() <= qs.len());
    }
    let text = |step: &HistoryEntry| step.created_by.trim().to_owned();
    if ps.len() <= qs.len() && (0..ps.len()).all(|at| text(&ps[at]) == text(&qs[at])) {
        return ("text", ps.len() < qs.len());
    }
    ("differs", false)
}

/// Class by rank, depth, length of history, class by name.
type Candidate = (usize, usize, usize, &'static str);

/// Whether P may be Q's parent at all; then its class (0 best), depth and
/// length of history.
fn candidate(p: &Plain, q: &Plain) -> Option<Candidate> {
    if (p.identity.is_some() && p.identity == q.identity) || !is_prefix(p, q) {
        return None;
    }
    let (class, strict) = class(p, q);
    let rank = match class {
        "exact" | "filled" | "above" => 0,
        "text" => 1,
        "unread" => 2,
        _ => 3,
    };
    if p.layers.len() == q.layers.len() && !(strict && rank < 2) {
        return None;
    }
    // Without layers only the history itself ties Q to P.
    if p.layers.is_empty() && class != "exact" {
        return None;
    }
    Some((rank, p.layers.len(), p.history.as_ref().map_or(0, Vec::len), class))
}

/// The deepest candidates of the best class; at one depth `exact` before the
/// weaker ones of its class, then the longest history.
pub(crate) fn best(all: &[Plain], q: &Plain) -> Option<Best> {
    let found: Vec<(usize, Candidate)> =
        all.iter().enumerate().filter_map(|(at, p)| Some((at, candidate(p, q)?))).collect();
    let rank = found.iter().map(|(_, c)| c.0).min()?;
    let depth = found.iter().filter(|(_, c)| c.0 == rank).map(|(_, c)| c.1).max()?;
    let at_depth = || found.iter().map(|(_, c)| c).filter(|c| c.0 == rank && c.1 == depth);
    let exact = at_depth().any(|c| c.3 == "exact");
    let steps = at_depth().filter(|c| (c.3 == "exact") == exact).map(|c| c.2).max()?;
    let mut best = Best { depth, equal: BTreeSet::new() };
    for (at, p) in all.iter().enumerate() {
        if let Some((r, d, s, class)) = candidate(p, q)
            && (r, d, s) == (rank, depth, steps)
            && (class == "exact") == exact
        {
            best.equal.insert((at, class));
        }
    }
    Some(best)
}

/// The relation of an image with the same layers; `None` for ancestors and
/// descendants.
fn relation(q: &Plain, other: &Plain) -> Option<Relation> {
    let supports = |class: &str| matches!(class, "exact" | "filled" | "above" | "text");
    let (up, above) = class(other, q);
    let (down, below) = class(q, other);
    if (above && supports(up)) || (below && supports(down)) {
        return None;
    }
    let lengths = |image: &Plain| image.history.as_ref().map(Vec::len);
    let as_long = lengths(q).is_some() && lengths(q) == lengths(other);
    Some(match up {
        "exact" | "above" if as_long => Relation::SameBuild,
        "text" if as_long => Relation::SameDockerfile,
        _ => Relation::SameLayers,
    })
}

/// The whole of an index against the brute force, image by image.
pub(crate) fn verify(facts: &MemorySource, view: &View) -> Result<(), String> {
    let all = images(facts);
    let id_of = |at: usize| view.find_image(&all[at].identity.unwrap()).unwrap();
    let say = |message: String| Err(message);
    if view.image_count() as usize != all.len() {
        return say(format!("{} images, not {}", view.image_count(), all.len()));
    }
    let mut parents: Vec<BTreeSet<usize>> = Vec::new();
    for (at, plain) in all.iter().enumerate() {
        let id = id_of(at);
        let image = view.load(id, None).unwrap();
        let marks = |history: &Option<Vec<HistoryEntry>>| {
            history.as_ref().map(|history| history.iter().map(|step| step.empty).collect::<Vec<_>>())
        };
        if marks(&image.history) != marks(&plain.history) {
            return say(format!("image {at} has other marks than its config: {:?}", marks(&image.history)));
        }
        let expected = best(&all, plain);
        let subject = Subject { image: &image, known: Some(id) };
        compare(&all, view, subject, expected.as_ref()).map_err(|e| format!("image {at}: {e}"))?;
        let outside = Subject { image: &image, known: None };
        compare(&all, view, outside, expected.as_ref())
            .map_err(|e| format!("image {at}, unknown to the index: {e}"))?;
        stored(view, id, subject).map_err(|e| format!("image {at}: {e}"))?;
        same_layers(&all, view, at, subject).map_err(|e| format!("image {at}: {e}"))?;
        parents.push(expected.iter().flat_map(|best| best.equal.iter().map(|(at, _)| *at)).collect());
    }
    // As of the end of time, when stored parents are not used; and, where
    // configs contradict each other, by the stored ones.
    let latest = view.index().view_as_of(Timestamp { seconds: i64::MAX / 2, nanos: 0 });
    for at in (0..all.len()).step_by(3 + all.len() / 20) {
        repeated(&latest, id_of(at)).map_err(|e| format!("all children of image {at} at the end: {e}"))?;
    }
    if view.meta().contradicted_blobs > 0 {
        for at in 0..all.len() {
            repeated(view, id_of(at)).map_err(|e| format!("all children of image {at}: {e}"))?;
        }
        // Equal candidates may then lie at several nodes of the trie, and
        // only those below the ranked one's are listed downwards.
        return Ok(());
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (child, parents) in parents.iter().enumerate() {
        parents.iter().for_each(|parent| children[*parent].push(child));
    }
    for at in 0..all.len() {
        let id = id_of(at);
        let image = view.load(id, None).unwrap();
        let subject = Subject { image: &image, known: Some(id) };
        shared_layers(&all, view, at, subject).map_err(|e| format!("image {at}: {e}"))?;
        let mut expected: BTreeSet<usize> = children[at].iter().copied().collect();
        same_set(view, &resolve::children(view, subject), expected.iter().copied().map(id_of))
            .map_err(|e| format!("children of image {at}: {e}"))?;
        // Their children, and so on: until nothing is added.
        let mut open: Vec<usize> = expected.iter().copied().collect();
        while let Some(next) = open.pop() {
            open.extend(children[next].iter().filter(|child| expected.insert(**child)));
        }
        let got = resolve::all_children(view, subject);
        same_set(view, &got, expected.iter().copied().map(id_of))
            .map_err(|e| format!("all children of image {at}: {e}"))?;
    }
    Ok(())
}

/// All children of an image are its children, repeated.
fn repeated(view: &View, id: ImageId) -> Result<(), String> {
    let children = |id: ImageId| {
        let image = view.load(id, None).unwrap();
        resolve::children(view, Subject { image: &image, known: Some(id) })
    };
    let mut expected: BTreeSet<ImageId> = children(id).iter().collect();
    let mut open: Vec<ImageId> = expected.iter().copied().collect();
    while let Some(next) = open.pop() {
        open.extend(children(next).iter().filter(|child| expected.insert(*child)));
    }
    let image = view.load(id, None).unwrap();
    let got = resolve::all_children(view, Subject { image: &image, known: Some(id) });
    let got: BTreeSet<ImageId> = got.iter().collect();
    if got == expected { Ok(()) } else { Err(format!("{got:?}, not {expected:?}")) }
}

/// Whether a set holds these images, and gives the same pages either way.
fn same_set(view: &View, got: &ImageSet, expected: impl Iterator<Item = ImageId>) -> Result<(), String> {
    let expected: BTreeSet<ImageId> = expected.collect();
    if got.iter().collect::<BTreeSet<_>>() != expected || got.len() != expected.len() {
        return Err(format!("{:?}, not {expected:?}", got.iter().collect::<Vec<_>>()));
    }
    let whole = view.page_sorted(got, 0, usize::MAX);
    if view.page_walked(got, 0, usize::MAX) != whole || whole.iter().copied().collect::<BTreeSet<_>>() != expected {
        return Err(format!("pages {:?}, not {whole:?}", view.page_walked(got, 0, usize::MAX)));
    }
    for offset in [1, expected.len() / 2] {
        let part: Vec<ImageId> = whole.iter().copied().skip(offset).take(2).collect();
        if view.page_sorted(got, offset, 2) != part || view.page_walked(got, offset, 2) != part {
            return Err(format!("the page from {offset} on is not {part:?}"));
        }
    }
    Ok(())
}

/// The answer for one image against the brute force's.
pub(crate) fn compare(all: &[Plain], view: &View, subject: Subject<'_>, expected: Option<&Best>) -> Result<(), String> {
    let got = resolve::parent_of(view, subject);
    let resolution = resolve::resolve(view, subject);
    if resolution.parent.as_ref().ok() != got.as_ref() {
        return Err("resolve() and parent_of() disagree".to_owned());
    }
    let (got, expected) = match (got, expected) {
        (None, None) => return Ok(()),
        (Some(got), Some(expected)) => (got, expected),
        (got, expected) => return Err(format!("got {got:?}, not {expected:?}")),
    };
    let position = |id: ImageId| {
        let identity = view.load(id, None).and_then(|image| image.identity);
        all.iter().position(|plain| plain.identity == identity).unwrap()
    };
    let equal: BTreeSet<usize> = got.equal.iter().map(|id| position(*id)).collect();
    let wanted: BTreeSet<usize> = expected.equal.iter().map(|(at, _)| *at).collect();
    if equal != wanted || equal.len() != got.equal.len() || got.layers != expected.depth {
        return Err(format!("candidates {equal:?} at {}, not {expected:?}", got.layers));
    }
    if got.equal.first() != Some(&got.image) || (got.equal.len() == 1) != got.ranked_by.is_none() {
        return Err("the parent is not the ranked first".to_owned());
    }
    let own = (position(got.image), got.comparison.agreement.as_str());
    if !expected.equal.contains(&own) {
        return Err(format!("{own:?} is not among {expected:?}"));
    }
    Ok(())
}

/// What the file says of an image's parent is what resolving it gives, and
/// following it ends.
fn stored(view: &View, id: ImageId, subject: Subject<'_>) -> Result<(), String> {
    let stored = view.stored_parent(id);
    let parent = resolve::parent_of(view, subject);
    let resolved = parent.map(|parent| (parent.image, parent.comparison.agreement));
    if stored != resolved {
        return Err(format!("stored parent {stored:?}, resolved {resolved:?}"));
    }
    let mut at = id;
    for _ in 0..=view.image_count() {
        match view.stored_parent(at) {
            Some((parent, _)) => at = parent,
            None => return Ok(()),
        }
    }
    Err("its lineage does not end".to_owned())
}

/// Images with the same layers, and their relations.
fn same_layers(all: &[Plain], view: &View, at: usize, subject: Subject<'_>) -> Result<(), String> {
    let own = &all[at];
    let mut expected = BTreeSet::from([(subject.known.unwrap(), Relation::SameImage)]);
    for (other, plain) in all.iter().enumerate() {
        if other != at
            && !own.layers.is_empty()
            && plain.layers.len() == own.layers.len()
            && is_prefix(plain, own)
            && let Some(relation) = relation(own, plain)
        {
            expected.insert((view.find_image(&plain.identity.unwrap()).unwrap(), relation));
        }
    }
    let got = resolve::resolve(view, subject).identical;
    let got: BTreeSet<_> = got.into_iter().map(|identical| (identical.image, identical.relation)).collect();
    if got == expected { Ok(()) } else { Err(format!("identical {got:?}, not {expected:?}")) }
}

/// Images that share layers, and how many: more of the lowest than the parent
/// has, or where there is neither parent nor such, any, in any order.
fn shared_layers(all: &[Plain], view: &View, at: usize, subject: Subject<'_>) -> Result<(), String> {
    let own = &all[at];
    let depth = best(all, own).map_or(0, |best| best.depth);
    let key = |piece: &Piece| piece.diff_id.map_or_else(|| piece.blobs[0].0, |id| id.0);
    let keys = |image: &Plain| image.layers.iter().map(key).collect::<Vec<_>>();
    let (mine, mut lowest, mut anywhere) = (keys(own), BTreeSet::new(), BTreeSet::new());
    for plain in all {
        let theirs = keys(plain);
        if theirs.starts_with(&mine) {
            continue;
        }
        let id = view.find_image(&plain.identity.unwrap()).unwrap();
        let common = mine.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        if common > depth {
            lowest.insert((common, id, true));
        }
        let mut left = theirs;
        for key in &mine {
            if let Some(found) = left.iter().position(|other| other == key) {
                left.swap_remove(found);
            }
        }
        let shared = plain.layers.len() - left.len();
        if shared > 0 {
            anywhere.insert((shared, id, false));
        }
    }
    let expected = if lowest.is_empty() && depth == 0 { anywhere } else { lowest };
    let got = resolve::resolve(view, subject).sharing;
    let most_first = got.is_sorted_by(|a, b| a.layers >= b.layers);
    let got: BTreeSet<_> = got.into_iter().map(|sharing| (sharing.layers, sharing.image, sharing.prefix)).collect();
    // Of very many, some are listed: any that share as much as those left out.
    let least = got.iter().map(|(layers, ..)| *layers).min();
    let left_out = expected.difference(&got).map(|(layers, ..)| *layers).max();
    let cut = got.len() == MOST_SHARING && got.is_subset(&expected) && left_out <= least;
    if (got == expected || cut) && most_first { Ok(()) } else { Err(format!("sharing {got:?}, not {expected:?}")) }
}

/// Images of the world that an image from outside would be parent of.
pub(crate) fn children_of_outsider(all: &[Plain], outsider: &Plain) -> Vec<usize> {
    let mut with = all.to_vec();
    with.push(outsider.clone());
    let is_child = |q: &Plain| best(&with, q).is_some_and(|best| best.equal.iter().any(|(at, _)| *at == all.len()));
    (0..all.len()).filter(|at| is_child(&all[*at])).collect()
}
