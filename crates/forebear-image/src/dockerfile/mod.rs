//! From history back to Dockerfile instructions.
//!
//! A history is not a Dockerfile: what a builder writes into `created_by` has
//! lost quoting, sources and more. Each line says how much of the original it
//! is, its [`Fidelity`].
//!
//! The way of one entry: `shape` takes off what its builder put around it, the
//! module of its instruction reads the rest and writes it as Docker reads
//! it, `draft` makes sure that nothing breaks out of the line and `refused`
//! that Docker's parser takes it. Meanwhile `state` walks from the parent's
//! config towards the image's, which settles what the text leaves open;
//! `remainder` writes what no step explains.

mod arguments;
mod assign;
mod breaks;
mod context;
mod copy;
mod declared;
mod draft;
mod exec;
mod fold;
mod generators;
mod go;
mod healthcheck;
mod heredoc;
mod instruction;
mod line;
mod lists;
mod pairs;
mod refused;
mod remainder;
mod render;
mod run;
mod set_shell;
mod shape;
mod shell;
mod simple;
mod source;
mod state;
mod words;

use crate::config::RuntimeConfig;
use crate::history::Step;

pub use context::Context;
pub use line::{Fidelity, Line, is_instruction};
pub use render::{From, render};

/// Reconstructs one line per step, in order, and after them one for each
/// thing that only the image's config knows.
#[must_use]
pub fn reconstruct(steps: &[Step], context: Context<'_>) -> Vec<Line> {
    let shell = first_shell(steps, context);
    let mut scene = shape::Scene::new(steps, context, &shell);
    let shapes: Vec<_> = steps.iter().map(|step| scene.recognise(&step.entry)).collect();
    let mut state = state::State::new(steps, context, shell);
    state.look_ahead(&shapes);
    let mut lines = Vec::with_capacity(steps.len());
    for (index, shape) in shapes.iter().enumerate() {
        state.index = index;
        lines.push(instruction::line(shape, &mut state));
    }
    mark_triggers(&mut lines, context.parent);
    lines.extend(remainder::lines(&state));
    lines
}

/// The shell in force before the first step.
fn first_shell(steps: &[Step], context: Context<'_>) -> Vec<String> {
    let any = |test: &dyn Fn(&str) -> bool| steps.iter().any(|step| test(&step.entry.created_by));
    let known = match context.parent {
        Some(parent) => parent.shell.clone(),
        // Inherited as it is, if no step sets it.
        None => context.image.and_then(|image| image.shell.clone()).filter(|_| !any(&|text| text.contains("SHELL ["))),
    };
    let is_windows = any(&|text| {
        text.starts_with("cmd /S /C ") || text.starts_with("RUN cmd /S /C ") || text.starts_with("Apply image ")
    });
    let default = if is_windows { shell::WINDOWS } else { shell::LINUX };
    known.filter(|shell| !shell.is_empty()).unwrap_or_else(|| default.iter().map(|&s| s.to_owned()).collect())
}

/// The parent's triggers run first, and leave entries like any instruction's.
fn mark_triggers(lines: &mut [Line], parent: Option<&RuntimeConfig>) {
    let triggers = parent.map(|parent| parent.on_build.as_slice()).unwrap_or_default();
    let keyword = |trigger: &String| trigger.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    let ran = lines.len() >= triggers.len()
        && triggers.iter().zip(lines.iter()).all(|(trigger, line)| keyword(trigger) == line.instruction);
    if !ran {
        return;
    }
    for line in lines.iter_mut().take(triggers.len()) {
        line.by_parent = true;
        let note = "run by ONBUILD in the parent, and by itself in a rebuild";
        line.note = Some(match line.note.take() {
            Some(before) => format!("{before}; {note}"),
            None => note.to_owned(),
        });
    }
}
