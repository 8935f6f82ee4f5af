//! What a Dockerfile line starts, exposes and copies, as lists that SQL can unnest.

use crate::programs::programs;

/// The lists of one line; `None` where the instruction has no such thing.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    pub(crate) executables: Option<Vec<String>>,
    pub(crate) ports: Option<Vec<String>>,
    pub(crate) sources: Option<Vec<String>>,
    pub(crate) destinations: Option<Vec<String>>,
}

impl Parsed {
    pub(crate) fn read(instruction: &str, line: &str) -> Self {
        let rest = line.trim_start().strip_prefix(instruction).unwrap_or_default();
        match instruction {
            "RUN" => Self { executables: Some(programs(rest)), ..Self::default() },
            "EXPOSE" => Self { ports: Some(words(rest)), ..Self::default() },
            "COPY" | "ADD" => {
                let mut all = words(rest);
                let to = all.pop();
                Self { sources: Some(all), destinations: Some(to.into_iter().collect()), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}

/// Arguments without flags, in either form.
fn words(rest: &str) -> Vec<String> {
    let plain = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect::<Vec<_>>();
    serde_json::from_str(&plain.join(" ")).unwrap_or_else(|_| plain.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p602_programs_of_run() {
        let run = Parsed::read("RUN", "RUN apt-get update && make");
        assert_eq!(run.executables.unwrap(), ["apt-get", "make"]);
        let copy = Parsed::read("COPY", "COPY --chown=1 [\"a b\", \"c\", \"/d\"]");
        assert_eq!(
            (copy.sources.unwrap(), copy.destinations.unwrap()),
            (vec!["a b".into(), "c".into()], vec!["/d".into()])
        );
    }
}
