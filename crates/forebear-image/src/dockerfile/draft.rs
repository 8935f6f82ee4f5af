//! What an instruction's module hands back, before it becomes a line.

use super::line::{Fidelity, Line};
use super::{fold, refused, words};

/// A reconstructed instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) fidelity: Fidelity,
    pub(super) note: Option<String>,
    /// The text spans lines on purpose: it carries a heredoc.
    pub(super) heredoc: bool,
}

impl Draft {
    pub(super) fn exact(text: String) -> Self {
        Self { text, fidelity: Fidelity::Exact, note: None, heredoc: false }
    }

    pub(super) fn recovered(text: String) -> Self {
        Self { fidelity: Fidelity::Recovered, ..Self::exact(text) }
    }

    pub(super) fn partial(text: String, note: &str) -> Self {
        Self { fidelity: Fidelity::Partial, note: Some(note.to_owned()), ..Self::exact(text) }
    }

    /// A line that is no instruction: a comment that says what was recorded.
    pub(super) fn comment(name: &str, text: &str, note: Option<String>) -> Self {
        Self { fidelity: Fidelity::Unknown, note, ..Self::exact(comment(name, text)) }
    }

    /// At best this fidelity, with one more note.
    pub(super) fn at_best(mut self, fidelity: Fidelity, note: &str) -> Self {
        self.fidelity = self.fidelity.max(fidelity);
        self.with_note(note)
    }

    /// One more note, which changes nothing else.
    pub(super) fn with_note(mut self, note: &str) -> Self {
        self.note = Some(match self.note {
            Some(before) => format!("{before}; {note}"),
            None => note.to_owned(),
        });
        self
    }

    pub(super) fn with_heredoc(self) -> Self {
        Self { heredoc: true, ..self }
    }

    /// The line, with what would break the file around it taken out. The
    /// instructions' own modules avoid all of that where it can be avoided.
    pub(super) fn into_line(self, instruction: &str) -> Line {
        let mut draft = self;
        let allowed = |c: char| !words::is_control(c) || (draft.heredoc && c == '\n');
        if !draft.text.chars().all(allowed) {
            draft.text = words::visible(&draft.text);
            draft.heredoc = false;
            draft = draft.at_best(Fidelity::Partial, "control characters cannot be written here");
        }
        if words::has_lost_bytes(&draft.text) {
            draft = draft.at_best(Fidelity::Partial, "bytes that were no UTF-8 are lost");
        }
        let is_comment = draft.text.starts_with('#');
        // A line that ends in a backslash would swallow the next.
        if !is_comment && !draft.heredoc && draft.text.trim_end().ends_with('\\') {
            draft.text = draft.text.trim_end_matches(['\\', ' ', '\t']).to_owned();
            draft = draft.at_best(Fidelity::Partial, "a backslash at the end cannot be written");
        }
        let refused = if is_comment { None } else { refused::reason(&draft.text, draft.heredoc) };
        if let Some(reason) = refused {
            draft.text = comment("unknown", &draft.text);
            draft = draft.at_best(Fidelity::Unknown, reason);
        }
        if !is_comment && refused.is_none() && !draft.heredoc {
            match fold::fold(&draft.text) {
                Some(folded) => draft.text = folded,
                None => {
                    draft.text = comment(instruction, &draft.text);
                    draft = draft.at_best(Fidelity::Unknown, "too long for a line of a Dockerfile");
                }
            }
        }
        Line {
            instruction: instruction.to_owned(),
            dockerfile: draft.text,
            fidelity: draft.fidelity,
            note: draft.note.map(|note| words::visible(&note)),
            by_parent: false,
        }
    }
}

/// Enough of a text to recognise it by.
const COMMENT_LENGTH: usize = 2_000;

fn comment(name: &str, text: &str) -> String {
    let text = text.trim();
    let mut shown: String = words::visible(text).chars().take(COMMENT_LENGTH).collect();
    if shown.len() < text.len() && text.chars().count() > COMMENT_LENGTH {
        shown.push('…');
    }
    if shown.is_empty() { format!("# {name}") } else { format!("# {name}: {shown}") }
}
