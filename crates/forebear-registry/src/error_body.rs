//! The body of an answer that is an error.

use serde::Deserialize;

use crate::quoted::quoted;

/// `{"errors": [{"code": "…", "message": "…"}]}` of the distribution spec.
#[derive(Deserialize)]
struct ErrorDocument {
    errors: Vec<ErrorEntry>,
}

#[derive(Deserialize)]
struct ErrorEntry {
    code: Option<serde_json::Value>,
    message: Option<String>,
}

/// What it says, escaped and cut.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    /// The codes of further errors.
    more_codes: Vec<String>,
}

impl ErrorBody {
    pub(crate) fn read(body: &[u8]) -> Self {
        let some = |text: &str| Some(quoted(text)).filter(|t| !t.is_empty());
        match serde_json::from_slice::<ErrorDocument>(body) {
            Ok(document) => {
                let code = |entry: &ErrorEntry| match &entry.code {
                    Some(serde_json::Value::String(code)) => some(code),
                    Some(serde_json::Value::Number(code)) => Some(code.to_string()),
                    _ => None,
                };
                let Some((first, more)) = document.errors.split_first() else { return Self::default() };
                let more_codes = more.iter().filter_map(code).collect();
                Self { code: code(first), message: first.message.as_deref().and_then(some), more_codes }
            }
            Err(_) => Self { message: some(&String::from_utf8_lossy(body)), ..Self::default() },
        }
    }

    /// Whether one of its errors has this code, in whatever case.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.iter().chain(&self.more_codes).any(|own| own.eq_ignore_ascii_case(code))
    }

    /// As it is told in an error.
    pub(crate) fn describe(&self, status: u16, html: bool) -> String {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) if !message.eq_ignore_ascii_case(code) => format!("{status} {code}: {message}"),
            (Some(code), _) => format!("{status} {code}"),
            (None, _) if html => format!("{status}, an HTML page"),
            (None, Some(message)) => format!("{status}: {message}"),
            (None, None) => status.to_string(),
        }
    }

    pub(crate) fn text_says(&self, part: &str) -> bool {
        self.message.as_ref().is_some_and(|message| message.contains(part))
    }
}
