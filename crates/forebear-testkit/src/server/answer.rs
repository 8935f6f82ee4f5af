//! An answer before any fault is applied to it.

use bytes::Bytes;
use forebear_image::Digest;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use crate::sure::Sure as _;

/// Status, headers and the whole body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).sure("reading a status code");
        let answer = Self { status, headers: HeaderMap::new(), body: body.into() };
        answer.with("content-type", content_type).with("docker-distribution-api-version", "registry/2.0")
    }

    pub(crate) fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status, "application/json", value.to_string())
    }

    /// The error document of the distribution specification.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::json(status, &json!({"errors": [{"code": code, "message": message, "detail": null}]}))
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).sure("reading a header's name");
        let value = HeaderValue::try_from(value).sure("reading a header's value");
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn of_content(content_type: &str, digest: Digest, body: Bytes) -> Self {
        let digest = digest.to_string();
        Self::new(200, content_type, body).with("docker-content-digest", &digest).with("etag", &format!("\"{digest}\""))
    }
}
