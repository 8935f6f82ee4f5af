//! Instructions of one word or one line: USER, WORKDIR, STOPSIGNAL,
//! MAINTAINER, ONBUILD.

use super::draft::Draft;
use super::shape::Writer;
use super::state::State;
use super::{source, words};

/// USER, WORKDIR and STOPSIGNAL: one value, in which Docker replaces
/// variables. Old Docker printed it in brackets (`USER [www-data]`).
fn value(
    keyword: &'static str,
    body: &str,
    writer: Writer,
    settled: Option<&String>,
    state: &State<'_>,
) -> Option<(String, Draft)> {
    let settled = settled.filter(|_| state.is_last(keyword));
    let body = body.trim();
    let bare = body.strip_prefix('[').and_then(|b| b.strip_suffix(']')).unwrap_or(body);
    if bare.is_empty() {
        return None;
    }
    if writer == Writer::Source
        && let Some(value) = source::expand(bare, &|name: &str| state.env.get(name).map(String::as_str))
    {
        return match settled {
            // A variable whose value is not recorded: an ARG's default.
            Some(settled) if bare.contains('$') && *settled != value => {
                Some((settled.clone(), Draft::recovered(format!("{keyword} {}", words::argument(settled)))))
            }
            _ => Some((value, Draft::exact(format!("{keyword} {bare}")))),
        };
    }
    Some((bare.to_owned(), Draft::exact(format!("{keyword} {}", words::argument(bare)))))
}

fn nothing(keyword: &str) -> Draft {
    Draft::comment("unknown", keyword, Some("no value recorded".to_owned()))
}

/// USER.
pub(super) fn user(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let Some((user, draft)) = value("USER", body, writer, state.image.and_then(|image| image.user.as_ref()), state)
    else {
        return nothing("USER");
    };
    state.config.user = Some(user);
    draft
}

/// WORKDIR. A relative one adds to what was before.
pub(super) fn workdir(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let Some((path, draft)) = value("WORKDIR", body, writer, None, state) else { return nothing("WORKDIR") };
    let is_absolute = path.starts_with('/') || path.get(1..3).is_some_and(|p| p.starts_with(':'));
    // In place: the directory may grow with every step.
    let mut directory = state.config.working_dir.take().filter(|_| !is_absolute).unwrap_or_default();
    directory.truncate(directory.trim_end_matches('/').len());
    if !is_absolute {
        directory.push('/');
    }
    directory.push_str(&path);
    directory.truncate(directory.trim_end_matches('/').len().max(1));
    state.config.working_dir = Some(directory);
    draft
}

/// STOPSIGNAL.
pub(super) fn stop_signal(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let Some((signal, draft)) =
        value("STOPSIGNAL", body, writer, state.image.and_then(|image| image.stop_signal.as_ref()), state)
    else {
        return nothing("STOPSIGNAL");
    };
    state.config.stop_signal = Some(signal);
    draft
}

/// MAINTAINER.
pub(super) fn maintainer(body: &str) -> Draft {
    let body = body.trim();
    if body.is_empty() { nothing("MAINTAINER") } else { Draft::exact(format!("MAINTAINER {body}")) }
}

/// ONBUILD, whose trigger is kept as the Dockerfile had it.
pub(super) fn onbuild(body: &str, state: &mut State<'_>) -> Draft {
    let body = body.trim();
    state.config.on_build.push(body.to_owned());
    onbuild_text(body)
}

/// The line for a trigger.
pub(super) fn onbuild_text(trigger: &str) -> Draft {
    Draft::exact(format!("ONBUILD {trigger}"))
}
