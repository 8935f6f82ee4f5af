//! Build arguments as far as they are known: which names an ARG declared, and
//! which values they may have, by its default and by the RUNs before.

use std::collections::{HashMap, HashSet};

/// Most attempts at cutting one text; beyond it the text is hostile.
const ATTEMPTS: usize = 1_000;

/// Most values kept for a name.
const VALUES: usize = 4;

/// What the entries so far say about build arguments.
#[derive(Debug, Default)]
pub(super) struct Declared {
    names: HashSet<String>,
    values: HashMap<String, Vec<String>>,
}

impl Declared {
    /// Whether an ARG declared the name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Takes in the body of an ARG: one argument whose default may hold
    /// spaces, or several.
    pub(super) fn declare(&mut self, body: &str) {
        for word in body.split_whitespace() {
            let (name, default) = word.split_once('=').unwrap_or((word, ""));
            self.names.insert(name.to_owned());
            self.value(name, default);
        }
        if let Some((name, default)) = body.split_once('=') {
            self.value(name.trim(), default.trim_end());
        }
    }

    /// Takes in arguments that a RUN listed, and that were told apart.
    pub(super) fn record(&mut self, arguments: &[&str]) {
        for (name, value) in arguments.iter().filter_map(|argument| argument.split_once('=')) {
            self.value(name, value);
        }
    }

    fn value(&mut self, name: &str, value: &str) {
        let values = self.values.entry(name.to_owned()).or_default();
        if values.len() < VALUES && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
            // A longer one is tried first: the shorter may be its beginning.
            values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        }
    }

    /// Cuts exactly `count` arguments off a text by the values known for their
    /// names; `None` where that does not come out even.
    pub(super) fn cut<'t>(&self, count: usize, text: &'t str) -> Option<(Vec<&'t str>, &'t str)> {
        let mut cuts = Vec::new();
        let mut attempts = 0;
        let rest = self.cut_next(count, text, &mut cuts, &mut attempts)?;
        Some((cuts, rest))
    }

    fn cut_next<'t>(
        &self,
        count: usize,
        text: &'t str,
        cuts: &mut Vec<&'t str>,
        attempts: &mut usize,
    ) -> Option<&'t str> {
        if cuts.len() == count {
            return Some(text);
        }
        let (name, after) = text.split_once('=')?;
        for value in self.values.get(name)? {
            *attempts += 1;
            if *attempts > ATTEMPTS {
                return None;
            }
            let Some(rest) = after.strip_prefix(value.as_str()).and_then(|rest| rest.strip_prefix(' ')) else {
                continue;
            };
            cuts.push(text.get(..name.len() + 1 + value.len())?);
            if let Some(rest) = self.cut_next(count, rest, cuts, attempts) {
                return Some(rest);
            }
            cuts.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_tell_arguments_apart() {
        let mut declared = Declared::default();
        declared.declare("A=looks like=name B=1");
        declared.declare("C");
        let text = "A=looks like=name B=1 C= /bin/echo x";
        assert_eq!(declared.cut(2, text), Some((vec!["A=looks like=name B=1", "C="], "/bin/echo x")));
        assert_eq!(declared.cut(1, "A=looks like=name B=1 x"), Some((vec!["A=looks like=name B=1"], "x")));
        assert_eq!(declared.cut(2, "C=given x y"), None);
        declared.record(&["C=given x"]);
        assert_eq!(declared.cut(1, "C=given x y"), Some((vec!["C=given x"], "y")));
    }
}
