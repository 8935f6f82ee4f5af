//! EXPOSE and VOLUME: words that Docker prints as a Go slice or map.

use std::collections::BTreeSet;

use super::draft::Draft;
use super::state::State;
use super::{go, source, words};

/// EXPOSE: `map[443/tcp:{} 80/tcp:{}]`, `[443/tcp 80/tcp]`, `443/tcp 80`.
pub(super) fn expose(body: &str, state: &mut State<'_>) -> Draft {
    let ports: Vec<String> = match go::list(body) {
        Some(list) => list,
        None => items(body).split_whitespace().map(|p| p.trim_end_matches(":{}").to_owned()).collect(),
    };
    for port in &ports {
        state.config.exposed_ports.extend(expand(port));
    }
    let text = format!("EXPOSE {}", ports.join(" "));
    let is_port = |port: &String| port.chars().all(|c| c.is_ascii_alphanumeric() || "/-${}_:.".contains(c));
    if ports.is_empty() || !ports.iter().all(is_port) {
        return Draft::comment("unknown", &format!("EXPOSE {body}"), None);
    }
    Draft::exact(text)
}

/// The ports of `8000-8003/udp`, each with its protocol.
fn expand(port: &str) -> Vec<String> {
    let (range, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) => (first..=last).map(|n| format!("{n}/{protocol}")).collect(),
        _ => Vec::new(),
    }
}

/// VOLUME: `[/data /x]`, where only the config tells one path with a space
/// from two.
pub(super) fn volume(body: &str, state: &mut State<'_>) -> Draft {
    let body = body.trim();
    let write = |paths: &[String]| {
        let paths = paths.iter().map(|path| words::literal(path));
        format!("VOLUME {}", words::json_array(paths))
    };
    let is_slice = body.starts_with('[') || body.starts_with("map[");
    let (paths, draft) = if let Some(list) = go::list(body) {
        let text = write(&list);
        (list, Draft::exact(text))
    } else if !is_slice {
        // The Dockerfile's own text.
        let list: Vec<String> = source::words(body).into_iter().map(str::to_owned).collect();
        let text = format!("VOLUME {}", list.join(" "));
        (list, Draft::exact(text))
    } else {
        let joined: Vec<&str> =
            items(body).split(' ').map(|p| p.trim_end_matches(":{}")).filter(|p| !p.is_empty()).collect();
        let known = state.image.map(|image| &image.volumes).filter(|volumes| !volumes.is_empty());
        let settled = known.and_then(|known| group(&joined, known));
        let natural: Vec<String> = joined.iter().map(|&p| p.to_owned()).collect();
        match settled {
            _ if joined.len() == 1 => (natural.clone(), Draft::exact(write(&natural))),
            Some(list) => (list.clone(), Draft::recovered(write(&list))),
            None => (natural.clone(), Draft::partial(write(&natural), "paths with spaces cannot be told from several")),
        }
    };
    if paths.is_empty() {
        return Draft::comment("unknown", &format!("VOLUME {body}"), None);
    }
    state.config.volumes.extend(paths);
    draft
}

/// Joins words so that each path is one of the config's; the longest first.
fn group(words: &[&str], known: &BTreeSet<String>) -> Option<Vec<String>> {
    let longest = known.iter().map(|path| path.split(' ').count()).max()?;
    // From each word on, how many words the next path has.
    let mut steps: Vec<Option<usize>> = vec![None; words.len()];
    for at in (0..words.len()).rev() {
        let fits = |length: &usize| {
            let end = at + length;
            let reaches = end == words.len() || steps.get(end).copied().flatten().is_some();
            reaches && words.get(at..end).is_some_and(|w| known.contains(&w.join(" ")))
        };
        let found = (1..=longest).rev().find(fits);
        if let Some(slot) = steps.get_mut(at) {
            *slot = found;
        }
    }
    let mut paths = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let length = steps.get(at).copied().flatten()?;
        paths.push(words.get(at..at + length)?.join(" "));
        at += length;
    }
    Some(paths)
}

fn items(body: &str) -> &str {
    let body = body.trim();
    let inner = body.strip_prefix("map").unwrap_or(body).strip_prefix('[').and_then(|b| b.strip_suffix(']'));
    inner.unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_spaces() {
        let known: BTreeSet<String> = ["/var/log", "/with space"].iter().map(|&s| s.to_owned()).collect();
        assert_eq!(group(&["/var/log", "/with", "space"], &known).unwrap(), ["/var/log", "/with space"]);
        assert_eq!(group(&["/var/log", "/with"], &known), None);
    }

    #[test]
    fn ranges() {
        assert_eq!(expand("8000-8001"), ["8000/tcp", "8001/tcp"]);
        assert_eq!(expand("53/UDP"), ["53/udp"]);
        assert_eq!(expand("$PORT"), Vec::<String>::new());
    }
}
