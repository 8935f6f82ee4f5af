//! `forebear check`: is an image on an approved base, and on a current one?

use std::path::Path;

use forebear_content::{Expected, check_layer};
use forebear_image::Digest;
use forebear_image::human::plural;
use forebear_index::names::Name;
use forebear_index::resolve::{Reason, Resolution, resolve};
use forebear_index::{ImageId, Index, ManifestId};
use serde::Serialize;

use crate::approved::{self, Entry};
use crate::cli::Common;
use crate::contents::Contents;
use crate::exit::Exit;
use crate::locate::{Located, locate};
use crate::output::{self, Format};
use crate::text;

use super::lineage::ancestors_of;

/// `check --format json`.
#[derive(Debug, Serialize)]
pub(crate) struct CheckAnswer {
    pub images: Vec<JudgedAnswer>,
}

/// One image, judged.
#[derive(Debug, Serialize)]
pub(crate) struct JudgedAnswer {
    pub reference: String,
    pub verdict: Verdict,
    /// The approved base it stands on, also where that is not current or not proved.
    pub base: Option<BaseAnswer>,
    /// A code and a sentence; null for an approved image.
    pub because: Option<Because>,
    /// Its ancestors, nearest first.
    pub ancestors: Vec<String>,
}

/// The judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Approved,
    Unknown,
    NotApproved,
    Error,
}

/// An approved base.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BaseAnswer {
    pub reference: String,
    /// The entry of the file, and its line.
    pub entry: String,
    pub line: usize,
    /// How many of the image's layers are the base's.
    pub layers: usize,
    /// Builds that the base's tag has seen since; null for an entry without a tag.
    pub builds_behind: Option<u32>,
    /// What proves that the layers are the base's.
    pub proof: Proof,
}

/// How layers were found to be equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proof {
    /// It is the base itself.
    Itself,
    /// The blobs have the same digests.
    Blobs,
    /// The layers were read and hash to the base's diff_ids.
    Hashed,
    /// Its config says so, and a config can say anything.
    Claimed,
}

/// Why not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Because {
    pub code: &'static str,
    pub message: String,
}

/// What is asked of every image.
struct Rules {
    entries: Vec<Entry>,
    max_behind: Option<u32>,
    verify: bool,
}

/// Judges images and exits by the worst of them.
pub(crate) fn run(
    index: &Index,
    common: &Common,
    images: &[String],
    file: &Path,
    max_behind: Option<u32>,
    verify: bool,
) -> anyhow::Result<Exit> {
    let rules = Rules { entries: approved::read(file)?, max_behind, verify };
    let judged: Vec<JudgedAnswer> = images.iter().map(|image| judged(index, common, &rules, image)).collect();
    let worst = judged.iter().map(|judged| judged.verdict).max();
    let answer = CheckAnswer { images: judged };
    match common.format {
        Format::Json => output::json(&answer)?,
        Format::Text => output::text(&text::check::render(&answer)),
    }
    Ok(match worst {
        None | Some(Verdict::Approved) => Exit::Found,
        Some(Verdict::Unknown) => Exit::Unknown,
        Some(Verdict::NotApproved) => Exit::NotFound,
        Some(Verdict::Error) => Exit::Error,
    })
}

fn judged(index: &Index, common: &Common, rules: &Rules, image: &str) -> JudgedAnswer {
    match locate(index, common, image).and_then(|located| judge(index, common, rules, image, &located)) {
        Ok(judged) => judged,
        Err(error) => JudgedAnswer {
            reference: image.to_owned(),
            verdict: Verdict::Error,
            base: None,
            because: Some(Because { code: "error", message: format!("{error:#}") }),
            ancestors: Vec::new(),
        },
    }
}

/// A candidate for the approved base: an image of the index, and how many of
/// the asked image's layers it brought.
struct Candidate {
    id: ImageId,
    layers: usize,
}

fn judge(index: &Index, common: &Common, rules: &Rules, text: &str, located: &Located) -> anyhow::Result<JudgedAnswer> {
    let chain = ancestors_of(index, located);
    let ancestors = chain.iter().map(|(_, its)| its.reference.clone()).collect();
    // The image itself may be approved; else the nearest ancestor that is,
    // every equal candidate counting.
    let own = located.known.map(|id| Candidate { id, layers: located.image.layers.len() });
    let above = chain.iter().flat_map(|(parent, _)| parent.equal.iter().map(|id| (*id, parent.layers)));
    let candidates = own.into_iter().chain(above.map(|(id, layers)| Candidate { id, layers }));
    let mut best: Option<(Verdict, BaseAnswer, Option<Because>)> = None;
    for candidate in candidates {
        for (entry, name) in matches(index, rules, candidate.id) {
            let found = weigh(index, common, rules, text, located, &candidate, entry, name.as_ref())?;
            if best.as_ref().is_none_or(|(verdict, ..)| found.0 < *verdict) {
                best = Some(found);
            }
        }
        if best.as_ref().is_some_and(|(verdict, ..)| *verdict == Verdict::Approved) {
            break;
        }
    }
    let (verdict, base, because) = match best {
        Some((verdict, base, because)) => (verdict, Some(base), because),
        None => none_found(index, rules, located, chain.is_empty()),
    };
    Ok(JudgedAnswer { reference: located.reference.clone(), verdict, base, because, ancestors })
}

/// Entries that mean an image, each with the name it means it by; of several
/// names the most current.
fn matches<'a>(index: &Index, rules: &'a Rules, id: ImageId) -> Vec<(&'a Entry, Option<Name>)> {
    let names = index.names_of(id);
    let digests = digests_of(index, id);
    let behind = |name: &Name| (index.tag_now(name, id).gone, index.tag_now(name, id).builds_behind);
    let mut found = Vec::new();
    for entry in &rules.entries {
        if digests.iter().any(|digest| entry.is_digest(digest)) {
            found.push((entry, None));
        }
        let named = names.iter().filter(|name| entry.names(&name.reference)).min_by_key(|name| behind(name));
        found.extend(named.map(|name| (entry, Some(name.clone()))));
    }
    found
}

/// Digests that mean an image: of its config, its manifests, and the indexes
/// that list those.
fn digests_of(index: &Index, id: ImageId) -> Vec<Digest> {
    let own = index.image(id).map(|image| index.digest(&image.digest));
    let manifests = index.manifests_of(id).iter().map(|manifest| ManifestId(manifest.get()));
    let with_indexes = manifests.flat_map(|manifest| {
        let above = index.indexes_of(manifest).iter().map(|id| ManifestId(id.get()));
        std::iter::once(manifest).chain(above).collect::<Vec<_>>()
    });
    own.into_iter().chain(with_indexes.filter_map(|id| Some(index.manifest_digest(id)?.0))).collect()
}

#[expect(clippy::too_many_arguments, reason = "all of it is one question")]
fn weigh(
    index: &Index,
    common: &Common,
    rules: &Rules,
    text: &str,
    located: &Located,
    candidate: &Candidate,
    entry: &Entry,
    name: Option<&Name>,
) -> anyhow::Result<(Verdict, BaseAnswer, Option<Because>)> {
    let now = name.map(|name| index.tag_now(name, candidate.id));
    let mut base = BaseAnswer {
        reference: name.map_or_else(|| index.reference_of(candidate.id), |name| name.reference.clone()),
        entry: entry.text.clone(),
        line: entry.line,
        layers: candidate.layers,
        builds_behind: now.as_ref().map(|now| now.builds_behind),
        proof: Proof::Claimed,
    };
    if let (Some(most), Some(now)) = (rules.max_behind, now) {
        let because = |code, message| Ok((Verdict::NotApproved, base.clone(), Some(Because { code, message })));
        if now.gone {
            return because("gone", format!("{} is gone from its registry", base.reference));
        }
        if now.builds_behind > most {
            let behind = plural(now.builds_behind.into(), "build");
            let message = format!("{} has moved on: {behind} behind, {most} allowed", base.reference);
            return because("behind", message);
        }
    }
    base.proof = prove(index, common, rules, text, located, candidate)?;
    if base.proof == Proof::Claimed {
        let message = format!(
            "its config says that its layers are those of {}, which nothing proves; check docker://… --verify, or a local form",
            base.reference
        );
        return Ok((Verdict::NotApproved, base, Some(Because { code: "unproven", message })));
    }
    Ok((Verdict::Approved, base, None))
}

/// A config is a claim until its layers have been hashed.
fn prove(
    index: &Index,
    common: &Common,
    rules: &Rules,
    text: &str,
    located: &Located,
    candidate: &Candidate,
) -> anyhow::Result<Proof> {
    if located.known == Some(candidate.id) {
        return Ok(Proof::Itself);
    }
    let own = located.image.layers.get(..candidate.layers).unwrap_or_default();
    let same_blobs = |manifest: ManifestId| {
        let its: Vec<_> = index.manifest_blobs(manifest).iter().map(|blob| index.digest(&blob.digest)).collect();
        own.len() == its.len() && own.iter().zip(its).all(|(own, its)| own.blob.is_some_and(|own| own.0 == its))
    };
    if index.manifests_of(candidate.id).iter().any(|manifest| same_blobs(ManifestId(manifest.get()))) {
        return Ok(Proof::Blobs);
    }
    let Ok(contents) = Contents::open(common, text) else { return Ok(Proof::Claimed) };
    if matches!(contents, Contents::Live(_)) && !rules.verify {
        return Ok(Proof::Claimed);
    }
    let Some(base) = index.load(candidate.id, None) else { return Ok(Proof::Claimed) };
    let Ok(tree) = contents.tree(common) else { return Ok(Proof::Claimed) };
    for (layer, base) in tree.layers.iter().zip(&base.layers) {
        let Some(diff_id) = base.diff_id else { return Ok(Proof::Claimed) };
        let Some(opened) = contents.layer(layer)? else { return Ok(Proof::Claimed) };
        let expected = Expected { diff_id: Some(diff_id), ..layer.expected };
        if !check_layer(opened.stream, &expected)?.flaws.is_empty() {
            return Ok(Proof::Claimed);
        }
    }
    let whole = tree.layers.len() >= base.layers.len() && base.layers.len() == candidate.layers;
    Ok(if whole { Proof::Hashed } else { Proof::Claimed })
}

/// No entry means the image or an ancestor of it.
fn none_found(
    index: &Index,
    rules: &Rules,
    located: &Located,
    rootless: bool,
) -> (Verdict, Option<BaseAnswer>, Option<Because>) {
    let refuse = |verdict, code, message| (verdict, None, Some(Because { code, message }));
    if !rootless {
        let message = "neither it nor any image it is built on is approved".to_owned();
        return refuse(Verdict::NotApproved, "not_approved", message);
    }
    let Resolution { parent: Err(why), .. } = resolve(index, located.subject()) else {
        return refuse(Verdict::NotApproved, "not_approved", "it is not approved".to_owned());
    };
    match why.code {
        Reason::Scratch if rules.entries.iter().any(Entry::is_scratch) => (Verdict::Approved, None, None),
        Reason::Scratch => refuse(Verdict::NotApproved, "scratch", why.message),
        // A base of its own, and not an approved one.
        Reason::ScratchInferred => refuse(Verdict::NotApproved, "not_approved", why.message),
        _ => refuse(Verdict::Unknown, "unknown", format!("nothing is known to judge by: {}", why.message)),
    }
}
