//! `diff` for people.

use std::fmt::Write as _;

use forebear_ask::diff::{DiffAnswer, DiffVerdict};

use super::differences;
use super::words::{headline, legend, plural, safe, steps};
use crate::view::View;

/// What two images share and what only one has.
pub(crate) fn render(answer: &DiffAnswer, view: View) -> String {
    let verdict = match answer.verdict {
        DiffVerdict::SameImage => "the same image",
        DiffVerdict::SameBuild => "the same layers and steps, two configs",
        DiffVerdict::SameDockerfile if answer.not_comparable.is_some() => "the same steps",
        DiffVerdict::SameDockerfile if answer.has_dockerfile => "built from the same Dockerfile, at two times",
        DiffVerdict::SameDockerfile => "the same steps, recorded at two times",
        DiffVerdict::AIsAncestor => "the second is built on the first",
        DiffVerdict::BIsAncestor => "the first is built on the second",
        DiffVerdict::Siblings => "siblings: they share a base",
        DiffVerdict::Unrelated if answer.not_comparable.is_some() => "no relation that could be told",
        DiffVerdict::Unrelated => "unrelated",
    };
    let mut out = format!(
        "{}\n{}\n\n{}\n",
        headline(&answer.a, view.paint),
        headline(&answer.b, view.paint),
        view.paint.title(verdict)
    );
    let (layers, common) = (plural(answer.same_layers, "layer"), plural(answer.common_steps, "step"));
    let times = match answer.steps_at_other_times {
        0 => String::new(),
        all if all == answer.common_steps => ", recorded at another time".to_owned(),
        some => format!(", {some} of them recorded at another time"),
    };
    _ = writeln!(out, "in common: the lowest {layers} and the first {common}{times}");
    if let Some(why) = &answer.not_comparable {
        _ = writeln!(out, "{}", safe(why));
    }
    for (image, only) in [(&answer.a, &answer.only_a), (&answer.b, &answer.only_b)] {
        if !only.is_empty() {
            _ = writeln!(out, "\nonly in {}", safe(&image.reference));
            out.push_str(&steps(only, view));
        }
    }
    match answer.config.as_deref() {
        Some([]) => {}
        Some(found) => _ = write!(out, "\nconfigs\n{}", differences::render(found, view.width)),
        None => out.push_str("\nconfigs are not compared: one was not read\n"),
    }
    out.push_str(&legend(answer.only_a.iter().chain(&answer.only_b).map(|step| step.fidelity), view.paint));
    out
}
