//! What a request is about, by its path.

/// What a request to the API is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// `/v2/`.
    Base,
    /// `/v2/_catalog`.
    Catalog,
    /// `/v2/<name>/tags/list`.
    Tags(&'a str),
    /// `/v2/<name>/manifests/<reference>`.
    Manifest(&'a str, &'a str),
    /// `/v2/<name>/blobs/<digest>`.
    Blob(&'a str, &'a str),
    /// `/token`.
    Token,
    /// Anything else.
    Unknown,
}

impl<'a> Route<'a> {
    pub(crate) fn parse(path: &'a str) -> Self {
        match path {
            "/v2/" | "/v2" => return Self::Base,
            "/v2/_catalog" => return Self::Catalog,
            "/token" => return Self::Token,
            _ => {}
        }
        let Some(rest) = path.strip_prefix("/v2/") else { return Self::Unknown };
        if let Some(name) = rest.strip_suffix("/tags/list") {
            return Self::Tags(name);
        }
        if let Some((name, reference)) = rest.rsplit_once("/manifests/") {
            return Self::Manifest(name, reference);
        }
        if let Some((name, digest)) = rest.rsplit_once("/blobs/") {
            return Self::Blob(name, digest);
        }
        Self::Unknown
    }

    /// The repository it touches.
    pub(crate) fn repository(&self) -> Option<&'a str> {
        match self {
            Self::Tags(name) | Self::Manifest(name, _) | Self::Blob(name, _) => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes() {
        #[track_caller]
        fn check(path: &str, expected: Route<'_>) {
            assert_eq!(Route::parse(path), expected);
        }
        check("/v2/", Route::Base);
        check("/v2/_catalog", Route::Catalog);
        check("/v2/library/alpine/tags/list", Route::Tags("library/alpine"));
        check("/v2/a/manifests/manifests/latest", Route::Manifest("a/manifests", "latest"));
        check("/v2/a/blobs/sha256:00", Route::Blob("a", "sha256:00"));
        check("/v1/", Route::Unknown);
    }
}
