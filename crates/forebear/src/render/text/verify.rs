//! `verify` for people.

use std::fmt::Write as _;

use forebear_ask::verify::{Part, PartAnswer, VerifyAnswer};

use forebear_print::Paint;

use super::words::{bytes, plural, safe, size};

/// A line for each part, and what is wrong under it.
pub(crate) fn render(answer: &VerifyAnswer, paint: Paint) -> String {
    let mut out = paint.title(safe(&answer.image));
    answer.platform.iter().for_each(|platform| _ = write!(out, "   {}", safe(&platform.to_string())));
    out.push_str("\n\n");
    for part in &answer.parts {
        let digest = part.digest.or(part.diff_id.map(|diff_id| diff_id.0));
        let digest = digest.map_or_else(String::new, |digest| digest.short());
        let size = part.size.map(size).unwrap_or_default();
        let verdict = match part.intact {
            Some(false) => paint.bad(verdict(part)),
            Some(true) | None => verdict(part),
        };
        let row = format!("  {:9} {digest:12} {size:>9}  {verdict}", name(part));
        out.push_str(row.trim_end());
        out.push('\n');
        for flaw in &part.flaws {
            _ = writeln!(out, "            {}", safe(&flaw.message));
        }
        if let Some(why) = &part.unread {
            _ = writeln!(out, "            {}", safe(why));
        }
    }
    let intact = answer.parts.iter().filter(|part| part.intact == Some(true)).count();
    let hashed: u64 = answer.parts.iter().filter_map(|part| part.size).fold(0, u64::saturating_add);
    let verdict = match (answer.intact, answer.is_flawed()) {
        (true, _) => paint.good("intact"),
        (false, true) => paint.bad("not intact"),
        (false, false) => paint.warning("not all of it was read"),
    };
    let parts = plural(answer.parts.len(), "part");
    _ = writeln!(out, "\n{verdict}: {intact} of {parts} as stated, {} hashed", bytes(hashed));
    out
}

fn name(part: &PartAnswer) -> String {
    match (part.part, part.position) {
        (Part::Index, _) => "index".to_owned(),
        (Part::Manifest, _) => "manifest".to_owned(),
        (Part::Config, _) => "config".to_owned(),
        (Part::Layer, at) => format!("layer {}", at.unwrap_or_default() + 1),
    }
}

fn verdict(part: &PartAnswer) -> String {
    match part.intact {
        Some(false) => "WRONG".to_owned(),
        None => "not read".to_owned(),
        Some(true) => match (part.digest, part.diff_id, part.compression) {
            (None, None, _) => "read; nothing states its digest".to_owned(),
            (Some(_), Some(_), Some(compression)) => format!("intact, and its diff_id ({compression})"),
            (None, Some(_), _) => "intact by its diff_id".to_owned(),
            _ => "intact".to_owned(),
        },
    }
}
