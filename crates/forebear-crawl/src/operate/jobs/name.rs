//! What a job is called.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A job's name: 1 to 64 of `a-z A-Z 0-9 . _ -`, beginning with a letter or
/// digit, so that it can be a file's name and a metric's label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobName(String);

impl JobName {
    /// The longest name, in bytes.
    const LONGEST: usize = 64;

    /// Checks a name.
    ///
    /// # Errors
    /// A sentence that says what a name is made of.
    pub fn new(text: &str) -> Result<Self, String> {
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if begins && text.bytes().all(allowed) && text.len() <= Self::LONGEST {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(Self::LONGEST).collect();
        Err(format!(
            "'{shown}' is no name for a job: 1 to {} letters, digits, '.', '_' or '-', a letter or digit first",
            Self::LONGEST
        ))
    }

    /// The name of a crawl that the command line describes: `cli-` and the
    /// host, with `-` for what no name has.
    #[must_use]
    pub fn of_host(host: &str) -> Self {
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        Self("cli-".chars().chain(host.chars().map(allowed)).take(Self::LONGEST).collect())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for JobName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}

impl From<JobName> for String {
    fn from(name: JobName) -> Self {
        name.0
    }
}

impl fmt::Display for JobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_file_names() {
        for good in ["official-nightly", "a", "Quay.io_1", &"x".repeat(64)] {
            assert_eq!(JobName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", "-x", "a/b", "a b", "ü", "a\n", &"x".repeat(65)] {
            assert!(JobName::new(bad).is_err(), "{bad}");
        }
        assert_eq!(JobName::of_host("127.0.0.1:5000").as_str(), "cli-127.0.0.1-5000");
        assert!(JobName::new(JobName::of_host("[::1]:5000/../x").as_str()).is_ok());
    }
}
