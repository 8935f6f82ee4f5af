//! One shape to one line.

use super::draft::Draft;
use super::line::Line;
use super::shape::{Shape, Writer};
use super::state::State;
use super::{assign, copy, exec, healthcheck, lists, run, set_shell, simple};

/// The line of one step.
pub(super) fn line(shape: &Shape<'_>, state: &mut State<'_>) -> Line {
    match shape {
        Shape::Run { arguments, command } => run::instruction(arguments, *command, state).into_line("RUN"),
        Shape::Instruction { keyword, body, writer } => draft(keyword, body, *writer, state).into_line(keyword),
        Shape::Generator { name, text } => {
            Draft::comment(name, text, Some(format!("made by {name}, not by a Dockerfile"))).into_line(name)
        }
        Shape::Unknown { text } if text.trim().is_empty() => {
            Draft::comment("unknown", "a layer without a recorded step", None).into_line("UNKNOWN")
        }
        Shape::Unknown { text } => {
            Draft::comment("unknown", text, Some("not a form that a known builder writes".to_owned()))
                .into_line("UNKNOWN")
        }
    }
}

fn draft(keyword: &str, body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    match keyword {
        "ADD" | "COPY" => copy::instruction(keyword, body, writer),
        "ARG" => assign::arg(body, writer, state),
        "CMD" => exec::cmd(body, writer, state),
        "ENTRYPOINT" => exec::entrypoint(body, writer, state),
        "ENV" => assign::env(body, writer, state),
        "EXPOSE" => lists::expose(body, state),
        "HEALTHCHECK" => healthcheck::instruction(body, writer, state),
        "LABEL" => assign::label(body, writer, state),
        "MAINTAINER" => simple::maintainer(body),
        "ONBUILD" => simple::onbuild(body, state),
        "SHELL" => set_shell::instruction(body, state),
        "STOPSIGNAL" => simple::stop_signal(body, writer, state),
        "USER" => simple::user(body, writer, state),
        "VOLUME" => lists::volume(body, state),
        "WORKDIR" => simple::workdir(body, writer, state),
        // RUN has a shape of its own, and there are no other keywords.
        _ => Draft::comment("unknown", &format!("{keyword} {body}"), None),
    }
}
