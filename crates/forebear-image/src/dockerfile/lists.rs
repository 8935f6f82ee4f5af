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

const SPACES: &str = "paths with spaces cannot be told from several";

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
        // One word leaves nothing to settle.
        let known = known.filter(|_| joined.len() > 1);
        let settled = known.and_then(|known| group(&joined, known, state.longest_volume));
        let natural: Vec<String> = joined.iter().map(|&p| p.to_owned()).collect();
        match settled {
            _ if joined.len() == 1 => (natural.clone(), Draft::exact(write(&natural))),
            Some((list, true)) => (list.clone(), Draft::recovered(write(&list))),
            Some((list, false)) => (list.clone(), Draft::partial(write(&list), SPACES)),
            None => (natural.clone(), Draft::partial(write(&natural), SPACES)),
        }
    };
    if paths.is_empty() {
        return Draft::comment("unknown", &format!("VOLUME {body}"), None);
    }
    state.config.volumes.extend(paths);
    draft
}

/// Joins words so that each path is one of the config's, and says whether
/// that can be done in one way only. `longest` is the most words of a path.
fn group(words: &[&str], known: &BTreeSet<String>, longest: usize) -> Option<(Vec<String>, bool)> {
    // From each word on: in how many ways (two stand for more) the rest can be
    // grouped, and how many words the next path has in the last of them.
    let mut ways: Vec<(u8, usize)> = vec![(0, 0); words.len()];
    ways.push((1, 0));
    for at in (0..words.len()).rev() {
        let mut found = (0_u8, 0);
        for length in 1..=longest {
            let after = ways.get(at + length).map_or(0, |(count, _)| *count);
            if after > 0 && words.get(at..at + length).is_some_and(|w| known.contains(&w.join(" "))) {
                found = (found.0.saturating_add(after).min(2), length);
            }
        }
        if let Some(slot) = ways.get_mut(at) {
            *slot = found;
        }
    }
    let (count, _) = ways.first().copied().filter(|(count, _)| *count > 0)?;
    let mut paths = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (_, length) = ways.get(at).copied()?;
        paths.push(words.get(at..at + length)?.join(" "));
        at += length.max(1);
    }
    Some((paths, count == 1))
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
        let expected = vec!["/var/log".to_owned(), "/with space".to_owned()];
        assert_eq!(group(&["/var/log", "/with", "space"], &known, 2), Some((expected, true)));
        assert_eq!(group(&["/var/log", "/with"], &known, 2), None);
    }

    #[test]
    fn ranges() {
        assert_eq!(expand("8000-8001"), ["8000/tcp", "8001/tcp"]);
        assert_eq!(expand("53/UDP"), ["53/udp"]);
        assert_eq!(expand("$PORT"), Vec::<String>::new());
    }
}
