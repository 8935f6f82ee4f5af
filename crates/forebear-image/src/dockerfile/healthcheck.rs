//! HEALTHCHECK, which Docker prints as a Go structure:
//! `&{["CMD-SHELL" "curl …"] "10s" "3s" "0s" '\x03'}`.

use crate::config::Healthcheck;

use super::draft::Draft;
use super::line::Fidelity;
use super::shape::Writer;
use super::state::State;
use super::{exec, go, words};

/// HEALTHCHECK.
pub(super) fn instruction(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let body = body.trim();
    let settled = state.image.and_then(|image| image.healthcheck.clone()).filter(|_| state.is_last("HEALTHCHECK"));
    if let Some(check) = structure(body) {
        state.config.healthcheck = Some(check.clone());
        return write(&check, Fidelity::Exact);
    }
    if body.starts_with("&{") || body.starts_with('{') {
        // Printed without quotes: only the config has the words.
        if let Some(check) = settled {
            state.config.healthcheck = Some(check.clone());
            return write(&check, Fidelity::Recovered);
        }
        if let Some(check) = unquoted(body) {
            state.config.healthcheck = Some(check.clone());
            let note = "which words were one argument was not recorded";
            let draft = write(&check, Fidelity::Exact);
            // A shell's command is one argument whatever its words.
            return if check.test.first().is_some_and(|t| t == "CMD-SHELL") {
                draft
            } else {
                draft.at_best(Fidelity::Partial, note)
            };
        }
        return Draft::comment("unknown", &format!("HEALTHCHECK {body}"), None);
    }
    if let Some(check) = settled {
        state.config.healthcheck = Some(check);
    }
    let keyword = body.split_whitespace().find(|word| !word.starts_with("--")).unwrap_or_default();
    if writer == Writer::Docker || !["CMD", "NONE"].iter().any(|k| k.eq_ignore_ascii_case(keyword)) {
        return Draft::comment("unknown", &format!("HEALTHCHECK {body}"), None);
    }
    Draft::exact(format!("HEALTHCHECK {body}"))
}

/// The form with quotes; newer Docker has a start interval before the retries.
fn structure(body: &str) -> Option<Healthcheck> {
    let (test, mut rest) = go::list_prefix(body.strip_prefix("&{").or_else(|| body.strip_prefix('{'))?)?;
    let mut durations = Vec::new();
    let retries = loop {
        rest = rest.trim_start();
        if let Some((text, after)) = go::string(rest) {
            durations.push(parse_duration(&text)?);
            rest = after;
        } else {
            let (retries, after) = go::rune(rest)?;
            (after == "}").then_some(())?;
            break i64::from(retries);
        }
    };
    with_durations(test, &durations, retries)
}

fn with_durations(test: Vec<String>, durations: &[i64], retries: i64) -> Option<Healthcheck> {
    let (interval, timeout, start_period, start_interval) = match *durations {
        [interval, timeout] => (interval, timeout, 0, 0),
        [interval, timeout, period] => (interval, timeout, period, 0),
        [interval, timeout, period, start] => (interval, timeout, period, start),
        _ => return None,
    };
    Some(Healthcheck { test, interval, timeout, start_period, start_interval, retries })
}

/// `{Test:[CMD-SHELL curl …] Interval:10s Timeout:3s StartPeriod:0s Retries:3}`
/// and the same without names.
fn unquoted(body: &str) -> Option<Healthcheck> {
    let inner = body.strip_prefix("&{").or_else(|| body.strip_prefix('{'))?.strip_suffix('}')?;
    let inner = inner.strip_prefix("Test:").unwrap_or(inner).strip_prefix('[')?;
    let (test, rest) = inner.rsplit_once(']')?;
    let mut durations = Vec::new();
    let mut retries = 0;
    for field in rest.split_whitespace() {
        let (name, value) = field.split_once(':').unwrap_or(("", field));
        match (name, parse_duration(value)) {
            ("Retries", _) | (_, None) => retries = value.parse().ok()?,
            (_, Some(duration)) => durations.push(duration),
        }
    }
    let test = match test.split_once(' ') {
        Some(("CMD-SHELL", command)) => vec!["CMD-SHELL".to_owned(), command.to_owned()],
        _ => test.split(' ').map(str::to_owned).collect(),
    };
    with_durations(test, &durations, retries)
}

/// The instruction for a config's health check.
pub(super) fn write(check: &Healthcheck, fidelity: Fidelity) -> Draft {
    let mut text = "HEALTHCHECK".to_owned();
    let flags = [
        ("interval", check.interval),
        ("timeout", check.timeout),
        ("start-period", check.start_period),
        ("start-interval", check.start_interval),
    ];
    for (name, nanoseconds) in flags {
        if nanoseconds > 0 {
            text.push_str(&format!(" --{name}={}", duration(nanoseconds)));
        }
    }
    if check.retries > 0 {
        text.push_str(&format!(" --retries={}", check.retries));
    }
    let draft = |text: String| Draft { fidelity, ..Draft::exact(text) };
    match check.test.split_first() {
        Some((kind, _)) if kind == "NONE" => draft("HEALTHCHECK NONE".to_owned()),
        Some((kind, arguments)) if kind == "CMD" => draft(format!("{text} CMD {}", words::json_array(arguments))),
        Some((kind, [command])) if kind == "CMD-SHELL" && exec::is_shell_form(command) => {
            draft(format!("{text} CMD {command}"))
        }
        Some((kind, [command])) if kind == "CMD-SHELL" => {
            // Only a list can write the command, and that is another kind.
            let list = ["/bin/sh", "-c", command];
            draft(format!("{text} CMD {}", words::json_array(list)))
                .at_best(Fidelity::Partial, "the command cannot be written for the image's shell")
        }
        _ => Draft::comment("unknown", &format!("{text} {}", check.test.join(" ")), Some("no test".to_owned())),
    }
}

const UNITS: [(&str, i64); 6] = [
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Go's durations, `1m30s`, `5m0s`, `1.5s`, as nanoseconds.
fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    if text.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(end)?;
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, next) = tail.split_at_checked(end)?;
        let unit = if unit == "µs" { "us" } else { unit };
        let scale = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        total = total.checked_add(whole.parse::<i64>().ok()?.checked_mul(scale)?)?;
        let mut part = scale;
        for digit in fraction.chars() {
            part /= 10;
            total = total.checked_add(i64::from(digit.to_digit(10)?).checked_mul(part)?)?;
        }
        rest = next;
    }
    Some(total)
}

/// The shortest way to write it: `5m`, `1m30s`, `500ms`.
fn duration(nanoseconds: i64) -> String {
    let mut left = nanoseconds;
    let mut text = String::new();
    for (name, scale) in UNITS {
        if left >= scale {
            text.push_str(&format!("{}{name}", left / scale));
            left %= scale;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, nanoseconds, short) in [
            ("5m0s", 300_000_000_000, "5m"),
            ("1m30s", 90_000_000_000, "1m30s"),
            ("1h0m0s", 3_600_000_000_000, "1h"),
            ("1.5s", 1_500_000_000, "1s500ms"),
            ("500ms", 500_000_000, "500ms"),
        ] {
            assert_eq!(parse_duration(text), Some(nanoseconds), "{text}");
            assert_eq!(duration(nanoseconds), short);
        }
        assert_eq!(parse_duration("3"), None);
        assert_eq!(parse_duration(""), None);
    }
}
