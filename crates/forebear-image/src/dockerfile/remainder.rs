//! What only the config knows: kaniko and buildpacks drop every entry without
//! a layer, BuildKit records no ONBUILD, `--label` and `docker commit
//! --change` leave no step. What the walk over the steps does not explain is
//! written at the end.

use crate::config::RuntimeConfig;

use super::draft::Draft;
use super::line::{Fidelity, Line};
use super::state::State;
use super::{assign, exec, healthcheck, simple, words};

const NOTE: &str = "no step recorded it, so its place is not known";

/// BuildKit and the legacy builder give it to every Linux image.
const DEFAULT_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Labels with which builders sign what they build.
const STAMPS: &[&str] = &["io.buildah.version"];

/// Lines for the difference between the config that the steps give and the
/// image's.
pub(super) fn lines(state: &State<'_>) -> Vec<Line> {
    let Some(image) = state.image else { return Vec::new() };
    let mut lines = Vec::new();
    let mut add = |instruction: &str, draft: Draft| {
        let draft = Draft { fidelity: draft.fidelity.max(Fidelity::Recovered), ..draft };
        lines.push(draft.with_note(NOTE).into_line(instruction));
    };
    if state.start_known {
        settings(state, image, &mut add);
        commands(state, image, &mut add);
    }
    // Triggers are never inherited, so these are the image's own.
    if image.on_build != state.config.on_build {
        let known = state.config.on_build.len().min(image.on_build.len());
        let begins = image.on_build.get(..known) == state.config.on_build.get(..known);
        for trigger in image.on_build.iter().skip(if begins { known } else { 0 }) {
            add("ONBUILD", simple::onbuild_text(trigger));
        }
    }
    lines
}

fn settings(state: &State<'_>, image: &RuntimeConfig, add: &mut impl FnMut(&str, Draft)) {
    let so_far = &state.config;
    for (name, value) in &image.labels {
        if state.labels.get(name) != Some(value) && !STAMPS.contains(&name.as_str()) {
            add("LABEL", Draft::recovered(format!("LABEL {}", assign::pair(name, value))));
        }
    }
    for pair in &image.env {
        if let Some((name, value)) = pair.split_once('=')
            && state.env.get(name).map(String::as_str) != Some(value)
            && (pair != DEFAULT_PATH || state.env.contains_key(name))
        {
            add("ENV", Draft::recovered(format!("ENV {}", assign::pair(name, value))));
        }
    }
    let ports: Vec<&str> = image.exposed_ports.difference(&so_far.exposed_ports).map(String::as_str).collect();
    if !ports.is_empty() && ports.iter().all(|port| !port.contains(char::is_whitespace)) {
        add("EXPOSE", Draft::recovered(format!("EXPOSE {}", ports.join(" "))));
    }
    let volumes: Vec<String> = image.volumes.difference(&so_far.volumes).map(|path| words::literal(path)).collect();
    if !volumes.is_empty() {
        add("VOLUME", Draft::recovered(format!("VOLUME {}", words::json_array(&volumes))));
    }
    let mut single = |keyword: &str, before: &Option<String>, now: &Option<String>| {
        if let Some(now) = now
            && before.as_ref() != Some(now)
        {
            add(keyword, Draft::recovered(format!("{keyword} {}", words::argument(now))));
        }
    };
    single("USER", &so_far.user, &image.user);
    single("WORKDIR", &so_far.working_dir, &image.working_dir);
    single("STOPSIGNAL", &so_far.stop_signal, &image.stop_signal);
    if let Some(shell) = &image.shell
        && so_far.shell.as_ref() != Some(shell)
        && !shell.is_empty()
    {
        add("SHELL", Draft::recovered(format!("SHELL {}", words::json_array(shell))));
    }
    if let Some(check) = &image.healthcheck
        && so_far.healthcheck.as_ref() != Some(check)
        && !check.test.is_empty()
    {
        add("HEALTHCHECK", healthcheck::write(check, Fidelity::Recovered));
    }
}

/// ENTRYPOINT resets an inherited CMD (T31), so the two go together.
fn commands(state: &State<'_>, image: &RuntimeConfig, add: &mut impl FnMut(&str, Draft)) {
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let shell = image.shell.clone().filter(|shell| !shell.is_empty()).unwrap_or_else(|| state.shell());
    let mut cmd = list(&state.config.cmd);
    let entrypoint = list(&image.entrypoint);
    if entrypoint != list(&state.config.entrypoint) {
        add("ENTRYPOINT", Draft::recovered(exec::write("ENTRYPOINT", &entrypoint, &shell)));
        if !state.cmd_set {
            cmd.clear();
        }
    }
    if list(&image.cmd) != cmd {
        add("CMD", Draft::recovered(exec::write("CMD", &list(&image.cmd), &shell)));
    }
}
