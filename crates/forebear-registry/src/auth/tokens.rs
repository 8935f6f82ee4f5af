//! Tokens in hand, by scope. One a scope is asked for at a time: whoever comes
//! meanwhile waits, and shares what came of it, be it a token or a failure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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

type Slot = tokio::sync::Mutex<CachedToken>;

#[derive(Debug, Default)]
struct CachedToken {
    /// The header, and until when it is of use.
    token: Option<(HeaderValue, Instant)>,
    /// What came of the last try, if it failed, and when.
    failed: Option<(Instant, Refusal)>,
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
        let mut cached = slot.lock().await;
        if let Some((header, until)) = &cached.token
            && *until > Instant::now()
            && refused != Some(header)
        {
            return Ok(header.clone());
        }
        if let Some((at, refusal)) = &cached.failed
            && *at >= begun
        {
            return Err(refusal.clone());
        }
        match fetch.await {
            Ok(token) => {
                let until = Instant::now() + token.useful;
                *cached = CachedToken { token: Some((token.header.clone(), until)), failed: None };
                Ok(token.header)
            }
            Err(refusal) => {
                cached.failed = Some((Instant::now(), refusal.clone()));
                Err(refusal)
            }
        }
    }

    fn slot(&self, scope: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(scope) {
            let now = Instant::now();
            // What somebody waits for stays; of the rest, what is still good,
            // if that makes room.
            let good = |slot: &Arc<Slot>| {
                slot.try_lock().map_or(true, |cached| cached.token.as_ref().is_some_and(|(_, until)| *until > now))
            };
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || good(slot));
            if slots.len() >= MOST {
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
        }
        Arc::clone(slots.entry(scope.to_owned()).or_default())
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
    async fn a_million_scopes_do_not_pile_up() {
        let tokens = Tokens::default();
        for scope in 0..10 * MOST {
            tokens.get(&scope.to_string(), None, async { Ok(token("t", 3600)) }).await.unwrap();
        }
        assert!(tokens.slots.lock().unwrap().len() <= MOST);
    }
}
