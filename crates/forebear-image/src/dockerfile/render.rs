//! A whole Dockerfile.

use super::line::{Fidelity, Line};
use super::{breaks, words};

/// What the steps were put on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// A known image.
    Image {
        /// Its name, `docker.io/library/alpine:3.19`.
        name: String,
        /// The digest of the manifest that was meant, `sha256:…`.
        digest: Option<String>,
        /// What became of the name, as a sentence, where it no longer leads to that manifest;
        /// then `FROM` names the digest as well.
        moved: Option<String>,
    },
    /// Nothing.
    Scratch,
    /// Something, of which no name is known.
    Unknown {
        /// Why not.
        reason: String,
    },
}

/// Prints `FROM` and the lines as a Dockerfile that Docker's parser accepts.
///
/// Comments stand before the instruction they are about: what is not exact
/// says so.
#[must_use]
pub fn render(from: &From, lines: &[Line]) -> String {
    let mut out = String::new();
    // A comment of the form `# name=value` at the top would be a parser
    // directive (`# escape=`), so an ordinary line always comes first, and
    // nothing from outside stands before FROM in a form of its own choice.
    match from {
        From::Image { name, digest, moved } => {
            let (name, digest) = (one_word(name), digest.as_deref().map(one_word));
            if let Some(digest) = &digest {
                out.push_str(&format!("# from {name} {digest}\n"));
            }
            match (moved, digest) {
                (Some(moved), Some(digest)) => {
                    out.push_str(&format!("# {}\n", shortened(words::visible(moved).trim())));
                    out.push_str(&format!("FROM {name}@{digest}\n"));
                }
                _ => out.push_str(&format!("FROM {name}\n")),
            }
        }
        From::Scratch => out.push_str("# nothing below\nFROM scratch\n"),
        From::Unknown { reason } => {
            out.push_str(&format!("# parent not known: {}\nFROM scratch\n", shortened(words::visible(reason).trim())));
        }
    }
    for line in lines {
        push(&mut out, line);
    }
    out
}

fn push(out: &mut String, line: &Line) {
    let mark = match line.fidelity {
        Fidelity::Exact => None,
        Fidelity::Recovered if line.note.is_some() => Some("recovered"),
        Fidelity::Recovered => Some("recovered from the config"),
        Fidelity::Partial => Some("partly recorded"),
        Fidelity::Unknown => Some("not recorded"),
    };
    let note = line.note.as_deref().map(words::visible);
    match (mark, note) {
        (Some(mark), Some(note)) => out.push_str(&format!("# ~ {mark}: {}\n", shortened(&note))),
        (Some(mark), None) => out.push_str(&format!("# ~ {mark}\n")),
        (None, Some(note)) => out.push_str(&format!("# {}\n", shortened(&note))),
        (None, None) => {}
    }
    if line.by_parent {
        for text in line.dockerfile.lines() {
            out.push_str(&format!("# {text}\n"));
        }
    } else {
        out.push_str(&breaks::broken(&line.dockerfile));
        out.push('\n');
    }
}

/// A note holds values from outside, and a comment has no continuation.
fn shortened(note: &str) -> String {
    const LENGTH: usize = 1_000;
    if note.chars().count() <= LENGTH {
        return note.to_owned();
    }
    note.chars().take(LENGTH).chain(['…']).collect()
}

fn one_word(text: &str) -> String {
    words::visible(text).split_whitespace().collect()
}
