//! `diff` for people.

use std::fmt::Write as _;

use crate::commands::diff::DiffAnswer;

use super::differences;
use super::words::{headline, legend, plural, safe, steps};

/// What two images share and what only one has.
pub(crate) fn render(answer: &DiffAnswer) -> String {
    let verdict = match answer.verdict {
        "same-image" => "the same image",
        "same-build" => "the same layers and steps, two configs",
        "same-dockerfile" => "built from the same Dockerfile, at two times",
        "a-is-ancestor" => "the second is built on the first",
        "b-is-ancestor" => "the first is built on the second",
        "siblings" => "siblings: they share a base",
        _ => "unrelated",
    };
    let mut out = format!("{}\n{}\n\n  {verdict}\n", headline(&answer.a), headline(&answer.b));
    let (layers, common) = (plural(answer.same_layers, "layer"), plural(answer.common_steps, "step"));
    _ = writeln!(out, "  in common: the lowest {layers} and the first {common}");
    for (image, only) in [(&answer.a, &answer.only_a), (&answer.b, &answer.only_b)] {
        if !only.is_empty() {
            _ = writeln!(out, "\n  only in {}", safe(&image.reference));
            out.push_str(&steps(only));
        }
    }
    match answer.config.as_deref() {
        Some([]) => {}
        Some(found) => _ = write!(out, "\n  configs\n{}", differences::render(found)),
        None => out.push_str("\n  configs are not compared: one was not read\n"),
    }
    out.push_str(&legend(answer.only_a.iter().chain(&answer.only_b).map(|step| step.fidelity)));
    out
}
