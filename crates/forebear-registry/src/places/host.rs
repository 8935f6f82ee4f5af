//! A host that is asked, and as whom for which part of it.

use std::sync::Arc;

use crate::auth::Login;
use crate::error::RegistryError;
use crate::options::RegistryOptions;
use crate::shared::Shared;

/// A host that is asked.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) shared: Arc<Shared>,
    /// What is asked as somebody else: the beginning of repositories' names, the longest first.
    parts: Vec<(String, Arc<Shared>)>,
    /// As whom, in words.
    asked: String,
    /// As whom its parts, a clause each.
    asked_of_parts: Vec<String>,
}

impl Host {
    /// All of it asked as the options say; sends nothing.
    pub(crate) fn new(options: &RegistryOptions) -> Result<Self, RegistryError> {
        Self::with_parts(options, String::new(), Vec::new())
    }

    /// With parts that are asked as somebody else; `asked` is as whom the rest is.
    pub(crate) fn with_parts(
        options: &RegistryOptions,
        asked: String,
        parts: Vec<(String, Login)>,
    ) -> Result<Self, RegistryError> {
        let shared = Shared::new(options)?;
        let told = |(part, login): &(String, Login)| format!("{}/{part} {login}", options.host);
        let asked_of_parts = parts.iter().map(told).collect();
        let as_other = |(part, login): (String, Login)| {
            let options = RegistryOptions { credentials: login.credentials, ..options.clone() };
            Ok((part, Arc::new(shared.asked_as(&options)?)))
        };
        let mut parts = parts.into_iter().map(as_other).collect::<Result<Vec<_>, RegistryError>>()?;
        parts.sort_by_key(|(part, _)| std::cmp::Reverse(part.len()));
        Ok(Self { shared: Arc::new(shared), parts, asked, asked_of_parts })
    }

    /// As whom it is asked: `anonymously`.
    pub(crate) fn asked(&self) -> &str {
        &self.asked
    }

    /// As whom its parts are, a clause each: `quay.io/acme as user 'amy'`.
    pub(crate) fn asked_of_parts(&self) -> &[String] {
        &self.asked_of_parts
    }

    /// For a repository by its name there.
    pub(crate) fn of(&self, path: &str) -> &Arc<Shared> {
        let is_of = |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.parts.iter().find(|(part, _)| is_of(part)).map_or(&self.shared, |(_, shared)| shared)
    }

    /// For what is no repository's. Who is nobody there and somebody for a part is let in as that.
    pub(crate) fn front(&self) -> &Arc<Shared> {
        match self.parts.first() {
            Some((_, part)) if self.shared.authority.account().is_none() => part,
            _ => &self.shared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Credentials;

    #[test]
    fn p738_the_longest_part_holds() {
        let login = |name: &str| Login {
            credentials: Credentials::Password { username: name.to_owned(), password: "x".into() },
            from: None,
        };
        let parts = vec![("acme".to_owned(), login("amy")), ("acme/app".to_owned(), login("bob"))];
        let options = RegistryOptions::new("quay.io".parse().unwrap());
        let host = Host::with_parts(&options, "anonymously".to_owned(), parts).unwrap();
        for (path, expected) in [
            ("acme/app", Some("user 'bob'")),
            ("acme/app/x", Some("user 'bob'")),
            ("acme/application", Some("user 'amy'")),
            ("acme/x", Some("user 'amy'")),
            ("acmes/x", None),
        ] {
            let account = host.of(path).authority.account().map(|account| account.to_string());
            assert_eq!(account.as_deref(), expected, "{path}");
            // One pace and one hold, whoever asks.
            assert!(Arc::ptr_eq(&host.of(path).host, &host.shared.host), "{path}");
        }
        assert_eq!(host.asked_of_parts(), ["quay.io/acme as user 'amy'", "quay.io/acme/app as user 'bob'"]);
    }
}
