//! Tokens in hand, by scope. One a scope is asked for at a time: whoever comes
//! meanwhile waits, and shares what came of it, be it a token or a failure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::header::HeaderValue;
use tokio::time::Instant;

use super::refusal::Refusal;
use super::token::Token;

/// Scopes that are remembered. A crawl of a million repositories needs a token
/// for each, but not at one time.
const MOST: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Tokens {
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// The token of one scope.
#[derive(Debug, Default)]
struct Slot {
    /// The header, and until when it is of use.
    token: Mutex<Option<(HeaderValue, Instant)>>,
    /// Whoever asks has this. What came of the last try, if it failed, and when.
    failed: tokio::sync::Mutex<Option<(Instant, Refusal)>>,
}

impl Slot {
    /// The token, if it is still good.
    fn good(&self) -> Option<HeaderValue> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.as_ref().filter(|(_, until)| *until > Instant::now()).map(|(header, _)| header.clone())
    }

    fn set(&self, token: Option<(HeaderValue, Instant)>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

impl Tokens {
    /// The header for a scope: one in hand, or what `fetch` brings. One that
    /// equals `refused` is not handed out again.
    pub(super) async fn get(
        &self,
        scope: &str,
        refused: Option<&HeaderValue>,
        fetch: impl Future<Output = Result<Token, Refusal>>,
    ) -> Result<HeaderValue, Refusal> {
        let slot = self.slot(scope);
        let begun = Instant::now();
        let mut failed = slot.failed.lock().await;
        if let Some(header) = slot.good().filter(|header| refused != Some(header)) {
            return Ok(header);
        }
        if let Some((at, refusal)) = &*failed
            && *at >= begun
        {
            return Err(refusal.clone());
        }
        match fetch.await {
            Ok(token) => {
                slot.set(Some((token.header.clone(), Instant::now() + token.useful)));
                *failed = None;
                Ok(token.header)
            }
            Err(refusal) => {
                *failed = Some((Instant::now(), refusal.clone()));
                Err(refusal)
            }
        }
    }

    /// Drops a token that a registry has refused, for every scope it stands for:
    /// a token server may give one out for several.
    pub(super) fn drop_refused(&self, refused: &HeaderValue) {
        for slot in self.slots().values() {
            if slot.good().is_some_and(|header| header == *refused) {
                slot.set(None);
            }
        }
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.slots();
        if slots.len() >= MOST && !slots.contains_key(scope) {
            // What somebody waits for stays; of the rest, what is still good,
            // if that makes room.
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.good().is_some());
            if slots.len() >= MOST {
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
        }
        Arc::clone(slots.entry(scope.to_owned()).or_default())
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<String, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::error::ErrorKind;

    fn token(text: &str, seconds: u64) -> Token {
        Token { header: text.parse().unwrap(), useful: Duration::from_secs(seconds) }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_asked_for_once_and_again_at_its_end() {
        let tokens = Tokens::default();
        let asked = AtomicU32::new(0);
        let get = |refused: Option<&'static str>| {
            let (tokens, asked) = (&tokens, &asked);
            async move {
                let refused = refused.map(HeaderValue::from_static);
                let fetch = async {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Ok(token(&format!("t{}", asked.fetch_add(1, Ordering::SeqCst)), 100))
                };
                tokens.get("s", refused.as_ref(), fetch).await.unwrap().to_str().unwrap().to_owned()
            }
        };
        let all = futures_util::future::join_all((0..50).map(|_| get(None))).await;
        assert!(all.iter().all(|header| header == "t0"));
        // The one that was refused is not given again, but its successor is.
        let all = futures_util::future::join_all((0..50).map(|_| get(Some("t0")))).await;
        assert!(all.iter().all(|header| header == "t1"));
        tokio::time::advance(Duration::from_secs(98)).await;
        assert_eq!(get(None).await, "t1");
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(get(None).await, "t2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_shared_by_those_who_waited_and_by_nobody_else() {
        let tokens = Tokens::default();
        let asked = AtomicU32::new(0);
        let get = || async {
            let fetch = async {
                asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                Err(Refusal { kind: Box::new(ErrorKind::Forbidden), detail: "no".to_owned() })
            };
            tokens.get("s", None, fetch).await.unwrap_err()
        };
        futures_util::future::join_all((0..50).map(|_| get())).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        tokio::time::advance(Duration::from_millis(1)).await;
        get().await;
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn p296_a_refused_token_is_dropped_for_every_scope_it_stands_for() {
        let tokens = Tokens::default();
        let asked = AtomicU32::new(0);
        let get = |scope: &'static str, text: &'static str| {
            let (tokens, asked) = (&tokens, &asked);
            let fetch = async move {
                asked.fetch_add(1, Ordering::SeqCst);
                Ok(token(text, 3600))
            };
            async move { tokens.get(scope, None, fetch).await.unwrap().to_str().unwrap().to_owned() }
        };
        for (scope, text) in [("a", "one"), ("b", "one"), ("c", "other")] {
            get(scope, text).await;
        }
        tokens.drop_refused(&HeaderValue::from_static("one"));
        assert_eq!(
            (get("a", "new").await, get("b", "new").await, get("c", "new").await.as_str()),
            ("new".to_owned(), "new".to_owned(), "other")
        );
        assert_eq!(asked.load(Ordering::SeqCst), 5);
    }

    #[tokio::test]
    async fn a_million_scopes_do_not_pile_up() {
        let tokens = Tokens::default();
        for scope in 0..10 * MOST {
            tokens.get(&scope.to_string(), None, async { Ok(token("t", 3600)) }).await.unwrap();
        }
        assert!(tokens.slots.lock().unwrap().len() <= MOST);
    }
}
