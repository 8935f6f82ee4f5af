//! An index file's state for people.

use forebear_ask::IndexAnswer;
use forebear_image::human::bytes;

/// A line.
pub(crate) fn render(answer: &IndexAnswer) -> String {
    match &answer.problem {
        None => format!("intact: {}, {}", answer.file.display(), bytes(answer.bytes as u64)),
        Some(problem) => format!("not intact: {problem}"),
    }
}
