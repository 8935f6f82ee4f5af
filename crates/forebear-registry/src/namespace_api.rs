//! Where a registry's namespaces are listed.

use url::Url;

use crate::quoted::quoted;

/// The API's base. The error is a sentence.
pub(crate) fn parse(text: Option<&str>) -> Result<Option<Url>, String> {
    let Some(text) = text else { return Ok(None) };
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.username().is_empty() => Ok(Some(url)),
        _ => Err(format!("'{}' is no URL of an API", quoted(text))),
    }
}
