//! Effects as lines of text, digests as the words they are of.

use forebear_image::Digest;
use forebear_store::Task;

use crate::engine::children::Reached;
use crate::engine::effects::{Counts, Effects, Met, Warned};
use crate::engine::listing::Step;
use crate::engine::outcome::Outcome;

/// Words that digests in the tables are of.
const WORDS: [&str; 22] = [
    "index",
    "inner",
    "deep",
    "deeper",
    "deepest",
    "image",
    "other",
    "arm",
    "config",
    "config-arm",
    "config-other",
    "chart",
    "proof",
    "signed",
    "old",
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "statement",
];

fn words(mut text: String) -> String {
    for word in WORDS {
        text = text.replace(&Digest::sha256(word.as_bytes()).to_string(), word);
    }
    assert!(!text.contains("sha256:"), "no word for a digest in {text}");
    text.replace("r.example/", "")
}

pub(super) fn task(task: &Task) -> String {
    let text = match task {
        Task::Catalog { cursor } => format!("catalog {cursor:?}"),
        Task::Namespace { namespace, cursor } => format!("namespace {namespace} {cursor:?}"),
        Task::Tags { repository } => format!("tags {repository}"),
        Task::Tag { repository, tag } => format!("tag {repository}:{tag}"),
        Task::Manifest { digest, repository, depth, tag } => {
            let by = tag.as_ref().map(|tag| format!(" by {tag}")).unwrap_or_default();
            format!("manifest {repository}@{digest} at {depth}{by}")
        }
        Task::Config { digest, repository } => format!("config {repository}@{digest}"),
        Task::Attestation { digest, repository, subject } => format!("attestation {repository}@{digest} of {subject}"),
        Task::Again { digest, repository, depth, tag, subject } => {
            let by = tag.as_ref().map_or_else(String::new, |tag| format!(" by {tag}"));
            let of = subject.as_ref().map_or_else(String::new, |subject| format!(" of {subject}"));
            format!("again {repository}@{digest} at {depth}{by}{of}")
        }
    };
    words(text)
}

/// What follows, a line each, in the order of this function.
pub(super) fn effects(effects: &Effects) -> Vec<String> {
    let Effects { writes, tasks, rest, waits, counts, images, artifacts, left_alone, warnings } = effects;
    let mut lines = Vec::new();
    lines.extend(writes.manifests.iter().map(|new| format!("store {} {}", new.facts.kind(), new.digest)));
    lines.extend(writes.configs.iter().map(|new| format!("store config {}", new.digest)));
    lines.extend(writes.documents.iter().map(|new| format!("store document {}", new.digest)));
    for seen in &writes.observations {
        let (first, last, digest) = (seen.first_seen.seconds, seen.last_seen.seconds, seen.digest);
        let ended = if seen.ended { " ended" } else { "" };
        lines.push(format!("{}:{} is {digest} {first}-{last}{ended}", seen.repository, seen.tag));
    }
    let complete = |facts: &forebear_facts::RepositoryFacts| facts.complete_at.map(|time| time.seconds);
    lines.extend(writes.repositories.iter().map(|facts| format!("{} complete at {:?}", facts.name, complete(facts))));
    lines.extend(writes.walked.iter().map(|walked| format!("{} walked", walked.name)));
    lines.extend(writes.absent.iter().map(|absent| format!("{}:{} absent", absent.repository, absent.tag)));
    lines.extend(writes.failures.iter().map(|new| format!("{} fails: {}: {}", new.subject, new.kind, new.message)));
    lines.extend(writes.recovered.iter().map(|subject| format!("{subject} recovers")));
    assert!(writes.tasks.is_empty() && writes.done.is_empty());
    lines.extend(tasks.iter().map(|new| format!("+ {}", task(new))));
    lines.extend(self::counts(counts, artifacts.len()));
    for (digest, how) in images {
        let how = match how {
            Met::New => "new",
            Met::Known => "known",
            Met::OtherPlatform => "of another platform",
        };
        lines.push(format!("image {digest} {how}"));
    }
    lines.extend(left_alone.iter().map(|item| {
        let why = if item.parked { "parked" } else { "delayed" };
        format!("{} {why}", item.subject)
    }));
    for Warned { subject, kind, message, once } in warnings {
        lines.push(format!("warn{} {subject}: {kind}: {message}", if *once { " once" } else { "" }));
    }
    let end = if *waits { "waits" } else { "ends" };
    lines.push(rest.as_ref().map_or_else(|| end.to_owned(), |rest| format!("left: {}", self::rest(rest))));
    lines.into_iter().map(words).collect()
}

fn counts(counts: &Counts, artifacts: usize) -> Vec<String> {
    let Counts { repositories_done, tags_done, tags, .. } = *counts;
    let Counts { manifests_new, attestations, gone, ended, rejected_names, .. } = *counts;
    let all = [
        ("repositories", repositories_done),
        ("tags", tags_done),
        ("unchanged", tags.unchanged),
        ("moved", tags.moved),
        ("new", tags.new),
        ("tags gone", tags.gone),
        ("capped", tags.capped),
        ("manifests", manifests_new),
        ("artifacts", artifacts as u64),
        ("attestations", attestations),
        ("gone", gone),
        ("ended", ended),
        ("rejected", rejected_names),
    ];
    let some = all.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{count} {what}"));
    let some: Vec<String> = some.collect();
    if some.is_empty() { Vec::new() } else { vec![format!("# {}", some.join(", "))] }
}

fn rest(rest: &Outcome) -> String {
    match rest {
        Outcome::Repositories { names, .. } => format!("{} names", names.len()),
        Outcome::Vanished { after } => format!("vanished after {:?}", after.as_ref().map(ToString::to_string)),
        Outcome::Listing(listing) => match &listing.step {
            Step::End { after } => format!("ending after {after:?}"),
            Step::Feed => format!("{} tags", listing.left.len()),
        },
        Outcome::Below { reached, then } => {
            let one = |reached: &Reached| match reached {
                Reached::Manifest { digest, depth } => format!("{digest} at {depth}"),
                Reached::Attestation(claim) => format!("attestation {} of {}", claim.attestation, claim.subject),
            };
            let all: Vec<String> = reached.iter().map(one).collect();
            let then = then.as_ref().map(|then| format!(", then {}", self::rest(then))).unwrap_or_default();
            format!("below {}{then}", all.join(", "))
        }
        other => panic!("{other:?} is no rest"),
    }
}
