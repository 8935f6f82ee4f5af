//! By which scopes' tokens a registry has let requests in. A challenge may name
//! another scope than what is asked for needs: GHCR's `/v2/` names
//! `repository:user/image:pull`
//! (<https://github.com/cloudflare/serverless-registry/issues/148>), ECR Public
//! `aws`. What was let in is the better word.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Scopes that are remembered. Forgetting costs a 401.
const MOST: usize = 1024;

/// The scope that a token was asked for with, by what the request needs.
#[derive(Debug, Default)]
pub(super) struct LetIn {
    by_need: Mutex<HashMap<String, String>>,
}

impl LetIn {
    /// With which scope a token lets in who needs this.
    pub(super) fn by(&self, need: &str) -> Option<String> {
        self.known().get(need).cloned()
    }

    /// Whether a token for `scope` has let in who needs something else, and not
    /// that scope itself.
    pub(super) fn lets_in_another(&self, scope: &str, need: &str) -> bool {
        self.known().iter().any(|(other, by)| by == scope && other != need && other != scope && !other.is_empty())
    }

    /// Notes that a token for `scope` let a request in.
    pub(super) fn note(&self, need: &str, scope: &str) {
        let mut known = self.known();
        if known.get(need).is_some_and(|known| known == scope) {
            return;
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(need.to_owned(), scope.to_owned());
    }

    /// Notes that one that was just received did not.
    pub(super) fn forget(&self, need: &str, scope: &str) {
        let mut known = self.known();
        if known.get(need).is_some_and(|known| known == scope) {
            known.remove(need);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.by_need.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_needs_do_not_pile_up() {
        let let_in = LetIn::default();
        for need in 0..10 * MOST {
            let_in.note(&need.to_string(), "aws");
        }
        assert!(let_in.known().len() <= MOST);
        let last = (10 * MOST - 1).to_string();
        assert_eq!(let_in.by(&last).as_deref(), Some("aws"));
        let_in.forget(&last, "another");
        assert_eq!(let_in.by(&last).as_deref(), Some("aws"));
        let_in.forget(&last, "aws");
        assert_eq!(let_in.by(&last), None);
    }
}
