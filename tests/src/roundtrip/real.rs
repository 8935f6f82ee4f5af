//! The configs of the real data: they were written elsewhere, from contexts
//! that are not at hand, so their lines have to be those that were judged.

use std::path::Path;

use forebear_image::dockerfile::Line;

use super::corpus::Case;
use super::rebuilt::{Reconstruction, facts};
use super::report::Outcome;

/// Real configs of which other lines are made than of what was built here.
#[must_use]
pub fn differing(outcomes: &[Outcome], cases: &[Case]) -> Vec<String> {
    let mut differing = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.lines.is_empty()) {
        let Some(case) = cases.iter().find(|case| case.real && case.name == outcome.case) else { continue };
        let file = case.config(outcome.builder);
        let Some(parent) = above(case).filter(|_| file.exists()) else { continue };
        let read = |path: &Path| facts(&std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())));
        let theirs = Reconstruction::of(&read(&file), &read(&parent));
        let (theirs, ours) = (essence(&theirs.lines), essence(&outcome.lines));
        if theirs != ours {
            differing.push(format!("{} {}: {theirs:#?}\nbut built here {ours:#?}", outcome.builder, case.name));
        }
    }
    differing
}

/// The config of the image that a case is built on.
fn above(case: &Case) -> Option<std::path::PathBuf> {
    let name = if case.parent().starts_with("parent") { "parent" } else { "alpine" };
    Some(case.folder.parent()?.join(format!("{name}.config.json")))
}

/// Text and fidelity, but for the hashes of sources.
fn essence(lines: &[Line]) -> Vec<String> {
    let is_hash = |word: &str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    let masked = |word: &str| match word.rsplit_once(':') {
        Some((kind, hash)) if is_hash(hash.trim_end_matches(['"', ','])) => format!("{kind}:"),
        _ => word.to_owned(),
    };
    let text = |line: &Line| line.dockerfile.split(' ').map(masked).collect::<Vec<_>>().join(" ");
    lines.iter().map(|line| format!("{:?} {}", line.fidelity, text(line))).collect()
}
