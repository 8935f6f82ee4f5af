//! What a token is to allow.

/// What a request needs to be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope<'a> {
    /// Nothing in particular: `/v2/` alone.
    None,
    /// To list the repositories.
    Catalog,
    /// To read a repository, by its path.
    Repository(&'a str),
}

impl Scope<'_> {
    /// As distribution's `spec/auth/scope.md` writes it; empty for nothing.
    pub(super) fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Catalog => "registry:catalog:*".to_owned(),
            Self::Repository(path) => format!("repository:{path}:pull"),
        }
    }
}

/// Whether a scope is of the kind that names what it is for.
pub(super) fn is_particular(scope: &str) -> bool {
    scope.starts_with("repository:") || scope.starts_with("registry:")
}

/// A scope as the registry wrote it, with no more asked for than reading: a
/// token that leaks should not be one to push with.
pub(super) fn reading_only(scope: &str) -> String {
    let narrowed = |one: &str| match one.strip_prefix("repository:").and_then(|rest| rest.rsplit_once(':')) {
        Some((path, actions)) if actions.split(',').any(|action| matches!(action, "pull" | "*")) => {
            format!("repository:{path}:pull")
        }
        _ => one.to_owned(),
    };
    scope.split_ascii_whitespace().map(narrowed).collect::<Vec<_>>().join(" ")
}

/// Whether what was granted (scopes with spaces between, as in OAuth 2.0's
/// answers) holds what was asked for.
pub(super) fn covers(granted: &str, asked: &str) -> bool {
    asked.split_ascii_whitespace().all(|asked| {
        granted.split_ascii_whitespace().any(|granted| {
            granted == asked
                || match (granted.rsplit_once(':'), asked.rsplit_once(':')) {
                    (Some((resource, actions)), Some((wanted, action))) => {
                        resource == wanted && actions.split(',').any(|a| a == action || a == "*")
                    }
                    _ => false,
                }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_narrowed_to_reading() {
        #[track_caller]
        fn check(scope: &str, expected: &str) {
            assert_eq!(reading_only(scope), expected);
        }
        check("repository:a/b:pull", "repository:a/b:pull");
        check("repository:a/b:pull,push,delete", "repository:a/b:pull");
        check("repository:h.example:5000/b:*", "repository:h.example:5000/b:pull");
        check("repository:a:pull  repository:b:push,pull", "repository:a:pull repository:b:pull");
        // Not reading at all: as it is, and the registry will say no.
        check("repository:a:push", "repository:a:push");
        check("aws", "aws");
        check("registry:catalog:*", "registry:catalog:*");
    }

    #[test]
    fn what_is_granted() {
        #[track_caller]
        fn check(granted: &str, asked: &str, expected: bool) {
            assert_eq!(covers(granted, asked), expected, "{granted} for {asked}");
        }
        check("repository:a/b:pull", "repository:a/b:pull", true);
        check("repository:a/b:push,pull", "repository:a/b:pull", true);
        check("repository:a/b:*", "repository:a/b:pull", true);
        check("x repository:a/b:pull", "repository:a/b:pull", true);
        check("repository:a/c:pull", "repository:a/b:pull", false);
        check("repository:a/b:push", "repository:a/b:pull", false);
        check("aws", "aws", true);
        check("aws", "repository:a:pull", false);
        check("aws", "", true);
    }
}
