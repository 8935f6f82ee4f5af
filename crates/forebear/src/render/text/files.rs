//! `layers --files` for people.

use std::io::{self, Write};

use forebear_content::{Change, Compression, Kind};
use forebear_image::human::bytes;

use forebear_ask::files::{ContentsAnswer, FileAnswer, LayerFiles};

use super::layers::{Owners, marks, row};
use super::words::{headline, safe, size};
use crate::fit::{columns, fitted};
use crate::view::View;

const LEGEND: &str = "A added   M modified   D removed   W added or modified   ! leads out of the image";

/// Where a path stands that has no room beside its size.
const BELOW: usize = 8;

/// Writes each layer and its files as they are read.
pub(crate) fn write(out: &mut impl Write, files: &LayerFiles, view: View) -> io::Result<()> {
    let answer = &files.answer;
    let fit = |text: String| fitted(&text, view.wrap_at);
    out.write_all(fit(format!("{}\n", headline(&answer.image, view.paint))).as_bytes())?;
    let owners = Owners::new(answer);
    for (at, layer) in answer.layers.iter().enumerate() {
        let heading = format!("{}{}", owners.heading(at, view.paint), row(layer, view.width));
        out.write_all(fit(heading).as_bytes())?;
        let contents = files.list(at, |file| writeln!(out, "{}", line(file, view.wrap_at)))?;
        out.write_all(fit(format!("      {}\n", total(&contents))).as_bytes())?;
    }
    out.write_all(fit(format!("{}\n{}\n", marks(answer, view.paint), view.paint.aside(LEGEND))).as_bytes())
}

/// A file. Its path may hold blanks and is never broken: where there is no room beside its size, it stands
/// below.
fn line(file: &FileAnswer<'_>, width: usize) -> String {
    let letter = match file.change {
        Change::Added => 'A',
        Change::Modified => 'M',
        Change::Removed => 'D',
        Change::Written => 'W',
        Change::Outside => '!',
    };
    let bytes = if file.kind == Kind::File { size(file.size) } else { String::new() };
    let path = safe(file.path);
    let more = match (file.kind, file.link) {
        (Kind::Symlink, Some(to)) => format!(" -> {}", safe(to)),
        (Kind::HardLink, Some(to)) => format!(" = {}", safe(to)),
        (Kind::OpaqueWhiteout, _) => "*".to_owned(),
        (Kind::CharDevice | Kind::BlockDevice | Kind::Fifo, _) => " (device)".to_owned(),
        _ => String::new(),
    };
    let line = format!("      {letter} {bytes:>9}  {path}{more}");
    if columns(&line) <= width {
        return line;
    }
    let between = if columns(&path) + columns(&more) + BELOW <= width { "" } else { "\n       " };
    format!("      {letter} {bytes:>9}\n{:BELOW$}{path}{between}{more}", "")
}

fn total(contents: &ContentsAnswer) -> String {
    let counts = [
        (contents.added, "added"),
        (contents.modified, "modified"),
        (contents.removed, "removed"),
        (contents.written, "added or modified"),
        (contents.outside, "outside"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let counts: Vec<String> = counts.collect();
    let files = format!("{}; {}", counts.join(", "), bytes(contents.file_bytes));
    let packed = match contents.compression {
        // What hardly any builder writes.
        Some(packed @ (Compression::Xz | Compression::Bzip2)) => format!("; packed with {packed}"),
        _ => String::new(),
    };
    match (&contents.error, counts.is_empty()) {
        (None, true) => format!("no files{packed}"),
        (None, false) => format!("{files}{packed}"),
        (Some(why), true) => format!("not read: {}", safe(why)),
        (Some(why), false) => format!("{files}; not read to its end: {}", safe(why)),
    }
}
