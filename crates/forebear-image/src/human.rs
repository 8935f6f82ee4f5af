//! Numbers for people.

/// `1.2 MB`: decimal units, as registries count.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = count as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{count} {name}") } else { format!("{value:.1} {name}") }
}

/// `1 tag`, `2 tags`, `2 days`; plurals in -y after a consonant become -ies.
#[must_use]
pub fn plural(count: u64, singular: &str) -> String {
    let stem = singular.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (count, stem) {
        (1, _) => format!("1 {singular}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {singular}s"),
    }
}

/// `45 s`, `12 min`, `3 h 20 min`, `12 days`: two units at most.
#[must_use]
pub fn duration(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds.div_ceil(60), seconds / 3_600, seconds / 86_400);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{minutes} min"),
        7_200..=172_799 => match seconds % 3_600 / 60 {
            0 => format!("{hours} h"),
            minutes => format!("{hours} h {minutes} min"),
        },
        _ => plural(days, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (count, expected) in [(0, "0 B"), (999, "999 B"), (1_234, "1.2 kB"), (999_600, "1.0 MB")] {
            assert_eq!(bytes(count), expected);
        }
        let durations =
            [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7_199, "120 min"), (7_200, "2 h"), (9_000, "2 h 30 min")];
        for (seconds, expected) in durations.into_iter().chain([(172_800, "2 days"), (1_080_000, "12 days")]) {
            assert_eq!(duration(seconds), expected);
        }
        assert_eq!(plural(1, "repository"), "1 repository");
        assert_eq!(plural(2, "repository"), "2 repositories");
        assert_eq!(plural(0, "tag"), "0 tags");
        assert_eq!(plural(94, "day"), "94 days");
    }
}
