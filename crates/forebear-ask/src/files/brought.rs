//! Which files COPY and ADD brought. Their sources were never recorded; what they became is in their layers.

use std::convert::Infallible;

use forebear_content::{Change, Kind};
use forebear_image::Step;
use forebear_image::dockerfile::Line;
use forebear_image::human::{bytes, plural};

use super::answer::FileAnswer;
use super::lister::Lister;

/// Files named in a line's note.
const NAMED: usize = 12;

/// Says in the notes of COPY and ADD lines what their layers hold.
pub(super) fn note_files(lister: &Lister, lines: &mut [(Option<Step>, Line)]) {
    for (step, line) in lines {
        let layer = step.as_ref().and_then(|step| step.link.index());
        let Some(at) = layer.filter(|_| matches!(line.instruction.as_str(), "COPY" | "ADD")) else { continue };
        let brought = brought(lister, at);
        line.note = Some(match line.note.take() {
            Some(note) => format!("{note}; {brought}"),
            None => brought,
        });
    }
}

/// `brought app/app.py (1.1 kB)`.
fn brought(lister: &Lister, at: usize) -> String {
    let (mut names, mut count, mut total): (Vec<String>, u64, u64) = (Vec::new(), 0, 0);
    let Ok(contents) = lister.list(at, |file: &FileAnswer<'_>| {
        if file.kind != Kind::Directory && file.change != Change::Removed {
            count += 1;
            total = total.saturating_add(file.size);
            if names.len() < NAMED {
                names.push(file.path.to_owned());
            }
        }
        Ok::<(), Infallible>(())
    });
    let more = count.saturating_sub(names.len() as u64);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match (contents.error, count) {
        // What it brought is not known: it is not said that it is nothing.
        (Some(_), 0) if contents.missing => "its layer is not there".to_owned(),
        (Some(error), 0) => format!("its layer could not be read: {error}"),
        (None, 0) => "brought no files".to_owned(),
        (error, _) => {
            let error = error.map(|error| format!("; its layer could not be read to its end: {error}"));
            let what = format!("{}, {}", plural(count, "file"), bytes(total));
            format!("brought {}{more} ({what}){}", names.join(", "), error.unwrap_or_default())
        }
    }
}
