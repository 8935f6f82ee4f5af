//! The reconstructed Dockerfile, line by line, each as well known as its mark says.

use super::answers::ImageAnswers;
use crate::address;
use crate::site::Site;
use crate::text::Text;

/// Lines that a page holds; of more, the rest is a file beside it.
pub const SHOWN: usize = 500;
/// Characters of a line that a page holds.
const LONGEST: usize = 4_000;

/// The lines.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) lines: Vec<Line>,
    /// Lines that are left out, and the file that has all.
    pub(super) rest: Option<(usize, String)>,
    /// Whether characters were made visible, so that what is copied is not the original.
    pub(super) is_altered: bool,
}

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) class: &'static str,
    pub(super) text: Text,
}

impl Code {
    pub(super) fn new(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Self {
        let whole = &answers.dockerfile.dockerfile;
        let count = whole.lines().count();
        let shown = whole.lines().take(SHOWN);
        let is_altered = shown.clone().any(|line| Text::line(line).to_string() != line);
        let lines = shown.map(|line| Line { class: class(line), text: Text::short(line, LONGEST) }).collect();
        let rest = count.saturating_sub(SHOWN);
        let file = || site.linked(&address::dockerfile(&answers.summary.digest));
        Self { lines, rest: (rest > 0).then(|| (rest, file())), is_altered }
    }
}

fn class(line: &str) -> &'static str {
    match line {
        _ if line.starts_with("# ~ recovered") => "recovered",
        _ if line.starts_with("# ~") => "partly",
        _ if line.starts_with('#') => "comment",
        _ if line.starts_with("FROM ") => "from",
        _ => "step",
    }
}
